"""The path /: the name of the API, and links to its documentation."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

router = APIRouter(include_in_schema=False)


class Index(BaseModel):
    """The API and its documentation."""

    name: str
    description: str
    docs: str
    openapi: str


@router.get("/", response_model=Index)
async def read_index(request: Request, response: Response) -> Index | Response:
    """Redirect a browser to /docs; answer other clients with JSON."""
    root = request.scope["root_path"]
    vary = {"Vary": "Accept"}
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{root}/docs", headers=vary)
    response.headers.update(vary)
    app = request.app
    return Index(
        name=app.title,
        description=app.description.partition("\n")[0],
        docs=f"{root}/docs",
        openapi=f"{root}/openapi.json",
    )
