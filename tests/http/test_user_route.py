"""A route of `user_router` requires a token, even if its handler has no `UserDep`."""

import httpx2
import pytest
from fastapi import Response
from pydantic import BaseModel

from api.http.routes import user_router
from tests.support.api import Serve


class Body(BaseModel):
    """A body."""

    a: int


@pytest.mark.parametrize("fast_route", [True, False])
def test_handler_that_forgets_the_user_requires_a_token(serve: Serve, *, fast_route: bool) -> None:
    """A request without a token is 401, even if the handler has no `UserDep`."""
    router = user_router("odd", "/odd")

    @router.get("")
    async def read() -> Response:
        return Response("read")

    @router.post("")
    async def write(body: Body) -> Response:
        return Response(f"wrote {body.a}")

    with serve(router, fast_route=fast_route) as client:
        url = client.base_url.join("/odd")
        asked = (("GET", None), ("POST", {"a": 1}))
        without = [httpx2.request(m, url, json=j, trust_env=False).status_code for m, j in asked]
        assert without == [401, 401]
        assert [client.request(m, "/odd", json=j).text for m, j in asked] == ["read", "wrote 1"]
