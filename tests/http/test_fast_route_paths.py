"""The fast route under a root path, and which routes of the API it runs."""

import pytest

from api.http.fast_route import KEY, FastRoute
from api.main import create_app
from api.settings import Settings
from tests.http.sample_app import ask, make

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


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
    """With a root path, kept or removed by the proxy, the answer is that of FastAPI."""
    (app, route), (plain, _) = make(direct=True), make(direct=False)
    answer = ask(app, "GET", path, root="/below")

    assert answer == ask(plain, "GET", path, root="/below")
    assert answer[0] == status
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "/below"}
    assert (KEY in route.matches(scope)[1]) is (status == 200 and "export" not in path)


def test_every_task_endpoint_is_run_directly() -> None:
    """The fast route serves every operation on tasks and events."""
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
    """FAST_ROUTE=false mounts no fast route, so that FastAPI serves every route.

    `make test-slow-route` runs the HTTP suite with this setting.
    """
    for fast in (True, False):
        settings = Settings(_env_file=None, allow_development_key=True, fast_route=fast)
        app = create_app(settings)
        assert any(isinstance(route, FastRoute) for route in app.routes) is fast
