"""Routes that the fast route serves itself, one of each kind."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi import Body as JsonBody

from tests.http.sample_values import DEFAULT, Body, Caller

router = APIRouter()


@router.get("/things")
async def things(request: Request, user: Caller) -> Response:
    """A handler with the request and a dependency."""
    return Response(f"{user} {request.url.query}")


@router.get("/things/export")
def export() -> Response:
    """A plain function, declared before a route whose path would match it too."""
    return Response("export")


@router.get("/things/{thing_id}")
async def thing(thing_id: UUID, user: Caller, again: Caller) -> Response:
    """A handler with a path parameter, and the same dependency twice."""
    return Response(f"{thing_id!r} {user} {again}")


@router.put("/things/{thing_id}")
async def put(thing_id: UUID, body: Body, user: Caller) -> Response:
    """A handler with a path parameter, a body and a dependency."""
    return Response(f"{thing_id} {body!r} {user}", 201)


@router.post("/maybe")
async def maybe(body: Body | None = None) -> Response:
    """A body that may be absent."""
    return Response(repr(body))


@router.post("/toggle")
async def toggle(
    user: Caller,
    body: Annotated[Body, JsonBody()] = None,  # type: ignore[assignment]
) -> Response:
    """A body that may be absent, but not null."""
    return Response(f"{body!r} {user}")


@router.post("/defaulted")
async def defaulted(body: Body = DEFAULT) -> Response:
    """A body with a default that a handler may change."""
    body.count += 1
    return Response(repr(body))


async def numbered(number: int) -> int:
    """A dependency with a path parameter that may be invalid."""
    return number


async def known(request: Request) -> str:
    """A dependency that refuses requests without the header X-User."""
    if "x-user" not in request.headers:
        raise HTTPException(401)
    return request.headers["x-user"]


@router.put("/numbered/{number}")
async def put_numbered(
    body: Body, of: Annotated[int, Depends(numbered)], user: Annotated[str, Depends(known)]
) -> Response:
    """A body, and two dependencies, each of which may fail."""
    return Response(f"{of} {user} {body.title}")


@router.get("/scope")
async def scope(request: Request) -> Response:
    """Return the members of the scope that a middleware reads."""
    found = request.scope
    return Response(f"{found['route'].path} {found['endpoint'].__name__} {found['path_params']}")
