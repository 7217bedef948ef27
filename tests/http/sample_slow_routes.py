"""Routes that the fast route leaves to FastAPI, one for each reason."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, override

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Body as JsonBody
from fastapi.routing import APIRoute

from tests.http.sample_values import DEFAULT, Body


def sync_caller() -> str:
    """A plain function as a dependency: FastAPI runs it in a thread."""
    return "sync"


router = APIRouter()


@router.get("/queried")
async def queried(page: int = 1) -> Response:
    """A handler with a query parameter."""
    return Response(str(page))


@router.get("/modelled")
async def modelled() -> Body:
    """A handler that returns a model, not a response."""
    return Body(title="as JSON")


@router.get("/threaded")
async def threaded(user: Annotated[str, Depends(sync_caller)]) -> Response:
    """A dependency that is a plain function, not a coroutine."""
    return Response(user)


@router.post("/two")
async def two(first: Body, second: Body) -> Response:
    """A handler with two models, which FastAPI reads from one JSON object."""
    return Response(f"{first} {second}")


@router.post("/validated")
async def validated(
    body: Annotated[Body, JsonBody(validate_default=True)] = DEFAULT,
) -> Response:
    """A body whose default value is validated for each request."""
    return Response(repr(body))


@router.get("/rest/{path:path}")
async def rest(path: str) -> Response:
    """A path parameter that may contain slashes."""
    return Response(path)


async def bodily(body: Body) -> str:
    """A dependency that takes the body."""
    return body.title


class Guarded(APIRoute):
    """A route class that refuses each request instead of calling the handler."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def refuse(_: Request) -> Response:
            return Response("refused", 403)

        return refuse


class Instance:
    """A dependency that is a class whose instances can be called."""

    async def __call__(self) -> str:
        """Is never called, because the dependency is the class and not an instance."""
        return "called"


guarded = APIRouter(route_class=Guarded)


@guarded.get("/guarded")
async def get_guarded() -> Response:
    """A handler that the route class `Guarded` protects."""
    return Response("secret")


@router.get("/instance")
async def instance(found: Annotated[Instance, Depends()]) -> Response:
    """A class as a dependency."""
    return Response(type(found).__name__)


@router.post("/limited", max_body_size=5)
async def limited(body: Body) -> Response:
    """A route with its own limit on the body's size."""
    return Response(body.title)


@router.post("/bodily")
async def post_bodily(title: Annotated[str, Depends(bodily)]) -> Response:
    """A dependency, not the handler, takes the body."""
    return Response(title)
