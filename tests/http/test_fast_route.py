"""The fast route answers as FastAPI does, and leaves unsupported handlers to FastAPI."""

from typing import Any

import pytest

from api.http.fast_route import KEY
from tests.http.sample_app import ask, make
from tests.http.sample_slow_routes import sync_caller
from tests.http.sample_values import caller

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
JSON = {"content-type": "application/json"}


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
    """With and without the fast route, status, content and headers are the same."""
    (app, route), (plain, _) = make(direct=True), make(direct=False)
    answer = ask(app, method, path, **given)
    assert answer == ask(plain, method, path, **given)
    assert answer[0] == status
    assert ask(app, method, path, **given) == answer, "a request leaves nothing to the next one"
    scope = {"type": "http", "method": method, "path": path.partition("?")[0]}
    assert (KEY in route.matches(scope)[1]) is directly


def test_overridden_dependency_is_fastapis() -> None:
    """A route whose dependency is overridden is served by FastAPI."""
    app, _ = make(direct=True)
    app.dependency_overrides[caller] = sync_caller
    assert ask(app, "GET", "/things")[:2] == (200, b"sync ")
