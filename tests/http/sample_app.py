"""An application of the sample routes, with and without the fast route."""

import asyncio
from typing import Any

import httpx2
from fastapi import Depends, FastAPI

from api.http.fast_route import FastRoute
from tests.http import sample_fast_routes, sample_slow_routes
from tests.http.sample_values import owner

# The slow routes come first, so that fast routes follow routes that match many paths.
ROUTERS = (sample_slow_routes.router, sample_fast_routes.router)


def make(*, direct: bool) -> tuple[FastAPI, FastRoute]:
    """The application and its fast route, which is mounted only if `direct` is true."""
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(sample_slow_routes.guarded)
    for router in ROUTERS:
        app.include_router(router, prefix="/of/{user_id}", dependencies=[Depends(owner)])
    route = FastRoute(app)
    if direct:
        app.router.routes.insert(0, route)
    return app, route


def ask(
    app: FastAPI, method: str, path: str, *, root: str = "", **given: Any
) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, the body and the headers of an application's response."""

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(app, root_path=root)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **given)

    response = asyncio.run(asked())
    return response.status_code, response.content, dict(response.headers)
