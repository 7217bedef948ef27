"""With a reverse proxy that adds a path prefix, every address contains the prefix."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.main import create_app
from api.settings import Settings
from api.settings.types import OWN_PATHS
from tests.support.api import NO_TLS, Serve, exchange
from tests.support.page import Page
from tests.support.reverse_proxy import ReverseProxy, reverse_proxy

PREFIX = "/apps/rowlock"


@pytest.fixture(params=["strips", "keeps"])
def proxied(request: pytest.FixtureRequest, serve: Serve) -> Iterator[httpx2.Client]:
    """A user's client of a proxy that removes the prefix, or of a proxy that keeps it."""
    with serve(root_path=PREFIX) as direct, reverse_proxy() as proxy:
        yield behind(proxy, direct, strips=request.param == "strips")


def behind(proxy: ReverseProxy, direct: httpx2.Client, *, strips: bool) -> httpx2.Client:
    """A client of a proxy that forwards to the API of the client `direct`."""
    proxy.target, proxy.prefix, proxy.strips = str(direct.base_url), PREFIX, strips
    token = {"authorization": direct.headers["authorization"]}
    return httpx2.Client(base_url=proxy.url, headers=token, trust_env=False, verify=NO_TLS)


def test_location_and_link_lead_back(proxied: httpx2.Client) -> None:
    """Location and Link contain the prefix once, at their beginning, and can be followed."""
    created = [proxied.post(f"{PREFIX}/api/tasks", json={"title": "a"}) for _ in range(2)]
    first = proxied.get(f"{PREFIX}/api/tasks", params={"limit": 1})

    for response in created:
        assert response.status_code == 201
        assert response.headers["location"] == f"{PREFIX}/api/tasks/{response.json()['id']}"
        assert proxied.get(response.headers["location"]).json() == response.json()
    following = first.links["next"]["url"]
    assert following.startswith(f"{PREFIX}/api/tasks?")
    assert proxied.get(following).json() == [created[0].json()]
    events = proxied.get(f"{PREFIX}/api/events", params={"limit": 1}).links["next"]["url"]
    assert proxied.get(events).json()["events"][0]["position"] == 2


def test_reference_loads_its_files(proxied: httpx2.Client) -> None:
    """/docs, its scripts and styles, and the description work through the proxy."""
    answer = proxied.get(f"{PREFIX}/docs")
    page = Page(answer.text)
    (script,) = page.scripts

    assert answer.status_code == 200
    assert len(page.assets) == 3
    for address in page.assets:
        assert proxied.get(urljoin(f"{PREFIX}/docs", address)).status_code == 200
    assert f"url: '{PREFIX}/openapi.json'" in script
    assert set(re.findall(r"'(/[^']*)'", script)) == {f"{PREFIX}/openapi.json"}
    document = proxied.get(f"{PREFIX}/openapi.json").json()
    assert document["servers"] == [{"url": PREFIX}]
    assert "/api/tasks" in document["paths"]


def test_index_leads_to_the_reference(proxied: httpx2.Client) -> None:
    """The index at the prefix contains the addresses below it."""
    index = proxied.get(f"{PREFIX}/").json()
    page = proxied.get(f"{PREFIX}/", headers={"accept": "text/html"})

    assert (index["docs"], index["openapi"]) == (f"{PREFIX}/docs", f"{PREFIX}/openapi.json")
    assert page.headers["location"] == f"{PREFIX}/docs"


def test_type_of_a_problem_can_be_looked_up(proxied: httpx2.Client) -> None:
    """The type of each problem is a path with the prefix, which the proxy forwards."""
    refused = [
        proxied.get(f"{PREFIX}/api/tasks/00000000-0000-7000-8000-000000000000"),
        proxied.get(f"{PREFIX}/nowhere"),
        proxied.get(f"{PREFIX}/static-offline-docs/nothing.js"),
        proxied.post(f"{PREFIX}/api/tasks", json={"title": "a"}, headers={"if-match": "*"}),
    ]

    assert [response.status_code for response in refused] == [404, 404, 404, 501]
    for response in refused:
        kind = response.json()["type"]
        assert kind.startswith(f"{PREFIX}/problems/")
        assert proxied.get(kind).json()["type"] == kind


def test_type_of_a_refused_head_can_be_looked_up(serve: Serve) -> None:
    """The type of a problem that the HTTP server itself sends begins with the prefix too."""
    with serve(root_path=PREFIX) as client:
        status, _, body = exchange(str(client.base_url), b"GET / HTTP/1.1\r\n\r\n")
        kind = json.loads(body)["type"]

        assert (status, kind) == (400, f"{PREFIX}/problems/bad-request")
        assert client.get(kind).json()["type"] == kind


def test_method_and_probe_are_found(proxied: httpx2.Client) -> None:
    """405 has the path's methods in Allow, and health checks work below the prefix."""
    assert set(proxied.put(f"{PREFIX}/api/tasks").headers["allow"].split(", ")) == {
        "GET",
        "HEAD",
        "POST",
    }
    assert proxied.get(f"{PREFIX}/health/ready").status_code == 200
    assert proxied.head(f"{PREFIX}/api/tasks").status_code == 200


def test_probe_may_go_around_the_proxy(serve: Serve) -> None:
    """A client that does not use the proxy may leave out the prefix."""
    with serve(root_path=PREFIX) as client:
        for path in ("/health/ready", f"{PREFIX}/health/ready"):
            assert client.get(path).status_code == 200
        created = client.post("/api/tasks", json={"title": "a"})
        assert created.headers["location"] == f"{PREFIX}/api/tasks/{created.json()['id']}"
        assert client.get(f"{PREFIX}{PREFIX}/api/tasks").status_code == 404
        assert client.get(f"{PREFIX}s/api/tasks").status_code == 404


def test_escaped_prefix_is_not_doubled(serve: Serve) -> None:
    """A percent-encoded prefix is recognized as the prefix, and is not added again."""
    with serve(root_path=PREFIX) as client:
        token = client.headers["authorization"].encode()
        head = b"POST /%61pps/rowlock/api/tasks HTTP/1.1\r\nhost: a\r\nauthorization: " + token
        body = b'\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"title":"a"}'
        _, headers, _ = exchange(str(client.base_url), head + body)

    assert headers["location"].startswith("/%61pps/rowlock/api/tasks/")


def test_every_path_of_the_api_is_refused_as_prefix() -> None:
    """OWN_PATHS has the first segment of each path of the API, so it is refused as ROOT_PATH.

    Such a prefix would be removed twice.
    """
    app: FastAPI = create_app(Settings(_env_file=None, allow_development_key=True))
    # FastRoute has the path None.
    paths = {context.path for context in iter_route_contexts(app.routes)} - {None}

    assert {str(path).split("/")[1] for path in paths} - {""} == OWN_PATHS
