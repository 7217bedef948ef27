"""The API reference at /docs: Swagger UI with files from this server, so that it needs no CDN."""

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

FILES = "/static-offline-docs"


def served_files() -> StaticFiles:
    """The scripts and styles of the page, from the package fastapi-offline."""
    return StaticFiles(directory=str(files("fastapi_offline") / "static"))


@router.get("/docs")
async def read_reference(request: Request) -> HTMLResponse:
    """Show the page. No OAuth2 flow returns to it, so it sets no redirect URL."""
    root = request.scope["root_path"]
    return get_swagger_ui_html(
        openapi_url=f"{root}{request.app.openapi_url}",
        title=f"{request.app.title} - Swagger UI",
        swagger_js_url=f"{root}{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{root}{FILES}/favicon.png",
    )
