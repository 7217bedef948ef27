"""The reference at /docs: Swagger UI, with files of this host, so that it works without a CDN."""

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

FILES = "/static-offline-docs"


def served_files() -> StaticFiles:
    """What the page loads, as the package fastapi-offline carries it."""
    return StaticFiles(directory=str(files("fastapi_offline") / "static"))


@router.get("/docs")
async def read_reference(request: Request) -> HTMLResponse:
    """Show the description. No flow of OAuth2 comes back to this page, so it names no address."""
    root = request.scope["root_path"]
    return get_swagger_ui_html(
        openapi_url=f"{root}{request.app.openapi_url}",
        title=f"{request.app.title} - Swagger UI",
        swagger_js_url=f"{root}{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{root}{FILES}/favicon.png",
    )
