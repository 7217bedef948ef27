"""The direct way to an endpoint does what FastAPI does, and leaves to FastAPI what it cannot do."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, override
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi import Body as JsonBody
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from api.http.fast_route import KEY, FastRoute
from api.main import create_app
from api.settings import Settings

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
JSON = {"content-type": "application/json"}


class Body(BaseModel):
    """A body with a wish or two."""

    title: str = Field(min_length=2)
    count: int = 1


WISH = Body(title="default")


async def caller(request: Request) -> str:
    """A dependency that counts how often it runs for one request."""
    request.state.calls = getattr(request.state, "calls", 0) + 1
    return f"{request.headers.get('x-user', 'nobody')} {request.state.calls}"


async def owner(user_id: str, user: Annotated[str, Depends(caller)]) -> str:
    """A dependency that has one of its own, and a value of the path."""
    return f"{user_id} {user}"


def sync_caller() -> str:
    """A dependency that would have to run in a thread."""
    return "sync"


Caller = Annotated[str, Depends(caller)]
router = APIRouter()


@router.get("/things")
async def things(request: Request, user: Caller) -> Response:
    """The request and a dependency."""
    return Response(f"{user} {request.url.query}")


@router.get("/things/export")
def export() -> Response:
    """A plain function, declared before a route whose path would match it too."""
    return Response("export")


@router.get("/things/{thing_id}")
async def thing(thing_id: UUID, user: Caller, again: Caller) -> Response:
    """A value of the path, and one dependency twice."""
    return Response(f"{thing_id!r} {user} {again}")


@router.put("/things/{thing_id}")
async def put(thing_id: UUID, body: Body, user: Caller) -> Response:
    """A path, a body and a dependency."""
    return Response(f"{thing_id} {body!r} {user}", 201)


@router.get("/queried")
async def queried(page: int = 1) -> Response:
    """A value of the query."""
    return Response(str(page))


@router.get("/modelled")
async def modelled() -> Body:
    """No response."""
    return Body(title="as JSON")


@router.get("/threaded")
async def threaded(user: Annotated[str, Depends(sync_caller)]) -> Response:
    """A dependency that is no coroutine."""
    return Response(user)


@router.post("/two")
async def two(first: Body, second: Body) -> Response:
    """Two bodies in one."""
    return Response(f"{first} {second}")


@router.post("/maybe")
async def maybe(body: Body | None = None) -> Response:
    """A body that may be left out."""
    return Response(repr(body))


@router.post("/toggle")
async def toggle(
    user: Caller,
    body: Annotated[Body, JsonBody()] = None,  # type: ignore[assignment]
) -> Response:
    """A body that may be left out, and is not null."""
    return Response(f"{body!r} {user}")


@router.post("/defaulted")
async def defaulted(body: Body = WISH) -> Response:
    """A body with a default that a handler may change."""
    body.count += 1
    return Response(repr(body))


@router.post("/validated")
async def validated(
    body: Annotated[Body, JsonBody(validate_default=True)] = WISH,
) -> Response:
    """A body with a default that is validated each time."""
    return Response(repr(body))


@router.get("/rest/{path:path}")
async def rest(path: str) -> Response:
    """A value of the path with slashes in it."""
    return Response(path)


async def bodily(body: Body) -> str:
    """A dependency that takes the body."""
    return body.title


class Guarded(APIRoute):
    """A route that looks at each request before the handler."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def refuse(_: Request) -> Response:
            return Response("refused", 403)

        return refuse


class Instance:
    """A dependency that is made anew, and could be called as well."""

    async def __call__(self) -> str:
        """Never called: the class is the dependency."""
        return "called"


guarded = APIRouter(route_class=Guarded)


@guarded.get("/guarded")
async def get_guarded() -> Response:
    """Behind a route of another class."""
    return Response("secret")


@router.get("/instance")
async def instance(found: Annotated[Instance, Depends()]) -> Response:
    """A class as a dependency."""
    return Response(type(found).__name__)


@router.post("/limited", max_body_size=5)
async def limited(body: Body) -> Response:
    """A limit of the route's own."""
    return Response(body.title)


async def numbered(number: int) -> int:
    """A dependency with a value of the path that may be wrong."""
    return number


async def known(request: Request) -> str:
    """A dependency that refuses."""
    if "x-user" not in request.headers:
        raise HTTPException(401)
    return request.headers["x-user"]


@router.put("/numbered/{number}")
async def put_numbered(
    body: Body, of: Annotated[int, Depends(numbered)], user: Annotated[str, Depends(known)]
) -> Response:
    """Two dependencies, of which either may fail, and a body."""
    return Response(f"{of} {user} {body.title}")


@router.get("/scope")
async def scope(request: Request) -> Response:
    """What a middleware would read."""
    found = request.scope
    return Response(f"{found['route'].path} {found['endpoint'].__name__} {found['path_params']}")


@router.post("/bodily")
async def post_bodily(title: Annotated[str, Depends(bodily)]) -> Response:
    """The body is a dependency's."""
    return Response(title)


def make(*, direct: bool) -> tuple[FastAPI, FastRoute]:
    """The same application, with and without the direct way."""
    app = FastAPI()
    app.include_router(router)
    app.include_router(guarded)
    app.include_router(router, prefix="/of/{user_id}", dependencies=[Depends(owner)])
    route = FastRoute(app)
    if direct:
        app.router.routes.insert(0, route)
    return app, route


def ask(
    app: FastAPI, method: str, path: str, *, root: str = "", **given: Any
) -> tuple[int, bytes, dict[str, str]]:
    """What an application answers."""

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(app, root_path=root)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **given)

    response = asyncio.run(asked())
    return response.status_code, response.content, dict(response.headers)


DIRECT = [
    ("GET", "/things?a=b", {"headers": {"x-user": "alice"}}, 200),
    ("GET", f"/things/{ID}", {}, 200),
    ("GET", "/things/none", {}, 422),
    ("GET", "/of/alice/things", {}, 200),
    ("GET", f"/of/al%20ice/things/{ID}", {"headers": {"x-user": "alice"}}, 200),
    ("PUT", f"/things/{ID}", {"json": {"title": "abc"}}, 201),
    ("PUT", f"/of/bob/things/{ID}", {"json": {"title": "abc", "count": "3"}}, 201),
    ("PUT", f"/things/{ID}", {"json": {"title": "a", "count": "x"}}, 422),
    ("PUT", "/things/none", {"json": {"title": "a"}}, 422),
    ("PUT", f"/things/{ID}", {"json": []}, 422),
    ("PUT", f"/things/{ID}", {"json": None}, 422),
    ("PUT", f"/things/{ID}", {"content": b"", "headers": JSON}, 422),
    ("PUT", f"/things/{ID}", {"content": b"{", "headers": JSON}, 422),
    ("PUT", f"/things/{ID}", {"content": b'"\xff"', "headers": JSON}, 400),
    ("PUT", f"/things/{ID}", {"content": b"[" * 60_000, "headers": JSON}, 400),
    ("PUT", f"/things/{ID}", {"content": b"[" + b"1" * 5000 + b"]", "headers": JSON}, 400),
    ("PUT", "/things/none", {"content": b"", "headers": JSON}, 422),
    ("PUT", "/numbered/1", {"content": b"", "headers": JSON}, 401),
    ("PUT", "/numbered/x", {"json": {"title": "a"}}, 401),
    ("PUT", "/numbered/x", {"json": {"title": "a"}, "headers": {"x-user": "alice"}}, 422),
    ("PUT", "/numbered/x", {"content": b"", "headers": JSON | {"x-user": "alice"}}, 422),
    ("PUT", "/numbered/1", {"json": {"title": "ab"}, "headers": {"x-user": "alice"}}, 200),
    ("POST", "/maybe", {}, 200),
    ("POST", "/maybe", {"json": {"title": "ab"}}, 200),
    ("POST", "/maybe", {"content": b"null", "headers": JSON}, 200),
    ("POST", "/toggle", {}, 200),
    ("POST", "/toggle", {"content": b"", "headers": JSON}, 200),
    ("POST", "/toggle", {"json": {"title": "ab"}}, 200),
    ("POST", "/toggle", {"content": b"null", "headers": JSON}, 422),
    ("POST", "/toggle", {"json": {}}, 422),
    ("POST", "/toggle", {"content": b"toggle", "headers": JSON}, 422),
    ("POST", "/toggle", {"content": b" ", "headers": JSON}, 422),
    ("POST", "/of/bob/toggle", {}, 200),
    ("POST", "/defaulted", {}, 200),
    ("GET", "/scope", {}, 200),
    ("GET", "/of/bob/scope", {}, 200),
]
FASTAPI = [
    ("GET", "/guarded", {}, 403),
    ("GET", "/instance", {}, 200),
    ("POST", "/limited", {"json": {"title": "long enough"}}, 413),
    ("GET", "/things/export", {}, 200),
    ("GET", "/queried?page=2", {}, 200),
    ("GET", "/queried?page=x", {}, 422),
    ("GET", "/modelled", {}, 200),
    ("GET", "/threaded", {}, 200),
    ("POST", "/two", {"json": {"first": {"title": "ab"}, "second": {"title": "cd"}}}, 200),
    ("POST", "/validated", {}, 200),
    ("GET", "/rest/a/b", {}, 200),
    ("POST", "/bodily", {"json": {"title": "ab"}}, 200),
    ("DELETE", "/things", {}, 405),
    ("GET", "/things/", {}, 307),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/openapi.json", {}, 200),
]


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "directly"),
    [(*case, True) for case in DIRECT] + [(*case, False) for case in FASTAPI],
)
def test_answers_as_fastapi_does(
    method: str, path: str, given: dict[str, Any], status: int, *, directly: bool
) -> None:
    """Status, content and headers are FastAPI's own, whoever runs the handler."""
    (app, route), (plain, _) = make(direct=True), make(direct=False)
    answer = ask(app, method, path, **given)
    assert answer == ask(plain, method, path, **given)
    assert answer[0] == status
    assert ask(app, method, path, **given) == answer, "a request leaves nothing to the next one"
    scope = {"type": "http", "method": method, "path": path.partition("?")[0]}
    assert (KEY in route.matches(scope)[1]) is directly


def test_overridden_dependency_is_fastapis() -> None:
    """A test that overrides a dependency finds it overridden."""
    app, _ = make(direct=True)
    app.dependency_overrides[caller] = sync_caller
    assert ask(app, "GET", "/things")[:2] == (200, b"sync ")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/below/things", 200),
        ("/things", 200),
        (f"/below/things/{ID}", 200),
        (f"/below/of/alice/things/{ID}", 200),
        ("/below/below/things", 404),
        ("/belowthings", 404),
        ("/below", 404),
        ("/below/", 404),
        ("/below/things/export", 200),
    ],
)
def test_root_path_is_taken_off_as_fastapi_does(path: str, status: int) -> None:
    """Under a path of a proxy's, which may have taken it off, the answer is FastAPI's own."""
    (app, route), (plain, _) = make(direct=True), make(direct=False)
    answer = ask(app, "GET", path, root="/below")

    assert answer == ask(plain, "GET", path, root="/below")
    assert answer[0] == status
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "/below"}
    assert (KEY in route.matches(scope)[1]) is (status == 200 and "export" not in path)


def test_every_task_endpoint_is_run_directly() -> None:
    """The fast path is the path: nothing about tasks or events is left to FastAPI."""
    app = create_app(Settings(_env_file=None, allow_development_key=True))
    route = next(route for route in app.routes if isinstance(route, FastRoute))
    paths = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if path.startswith(("/api/tasks", "/api/events"))
    }
    assert {("POST", "/api/tasks"), ("GET", "/api/events")} <= paths
    for method, path in paths:
        for mounted in (path, path.replace("/api/", "/api/alice/")):
            for root in ("", "/below"):
                scope = {"type": "http", "method": method, "path": root + mounted}
                assert KEY in route.matches(scope | {"root_path": root})[1], (method, mounted)


def test_setting_leaves_every_route_to_fastapi() -> None:
    """FAST_ROUTE=false: `make test-slow-route` runs the HTTP suite so."""
    for fast in (True, False):
        settings = Settings(_env_file=None, allow_development_key=True, fast_route=fast)
        app = create_app(settings)
        assert any(isinstance(route, FastRoute) for route in app.routes) is fast
