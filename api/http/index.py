"""What is at /: what this is, and where its description lies."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

router = APIRouter(include_in_schema=False)


class Index(BaseModel):
    """What this is."""

    name: str
    description: str
    docs: str
    openapi: str


@router.get("/", response_model=Index)
async def read_index(request: Request, response: Response) -> Index | Response:
    """Lead a browser to the reference, and tell others where it is."""
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
