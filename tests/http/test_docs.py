"""The API reference at /docs needs no other host."""

import re
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from tests.support.api import NO_TLS, RunningApi, Serve
from tests.support.page import Page


@pytest.fixture
def page(api: RunningApi) -> Page:
    """The reference page."""
    response = fetch(api, "")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def fetch(api: RunningApi, address: str) -> httpx2.Response:
    return httpx2.get(urljoin(f"{api.url}/docs", address), trust_env=False, verify=NO_TLS)


def test_docs_load_only_what_the_app_serves(api: RunningApi, page: Page) -> None:
    """Each script, style and icon of the page is served by this host."""
    kinds = {
        address.rpartition(".")[2]: fetch(api, address).headers["content-type"].partition(";")[0]
        for address in page.assets
    }

    assert kinds == {"css": "text/css", "js": "text/javascript", "png": "image/png"}
    for address in page.assets:
        asset = fetch(api, address)
        assert (asset.status_code, urlsplit(address).netloc) == (200, "")
        assert len(asset.content) > 500


def test_docs_describe_this_api(api: RunningApi, page: Page) -> None:
    """The page reads the API's description from this host."""
    (script,) = page.scripts
    found = re.search(r"url: '([^']+)'", script)

    assert found is not None
    assert found[1] == "/openapi.json"
    assert fetch(api, found[1]).json() == api.contract.document
    assert re.findall(r"(?:https?:)?//[^\s'\"]+", script) == []


def test_docs_name_no_address_for_oauth2(api: RunningApi, page: Page) -> None:
    """The token is a bearer token that people paste; the page has no OAuth redirect."""
    (script,) = page.scripts

    assert "SwaggerUIBundle(" in script
    assert "oauth2RedirectUrl" not in script
    assert fetch(api, "/docs/oauth2-redirect").status_code == 404


def test_styles_load_nothing_from_elsewhere(api: RunningApi, page: Page) -> None:
    """The style sheets import nothing, and contain their images."""
    for address in page.assets:
        if address.endswith(".css"):
            style = fetch(api, address).text
            loaded = re.findall(r"url\(\s*[\"']?([^\"')]+)", style)

            assert "@import" not in style
            assert all(target.startswith("data:") for target in loaded)


def test_docs_need_no_token(api: RunningApi) -> None:
    """The reference and the description are public; the tasks are not."""
    with api.client() as client:
        assert client.get("/api/tasks").status_code == 401
    assert fetch(api, "/openapi.json").headers["content-type"] == "application/json"


def test_page_of_the_other_reference_is_absent(api: RunningApi) -> None:
    """/redoc is 404, because its page would load fonts from another host."""
    assert fetch(api, "/redoc").status_code == 404


def test_index_describes_the_api(api: RunningApi) -> None:
    """/ returns the API's name and addresses, without a token."""
    with httpx2.Client(base_url=api.url, trust_env=False, verify=NO_TLS) as client:
        answer = client.get("/", headers={"accept": "application/json"})
        index = answer.json()

        assert answer.status_code == 200
        assert answer.headers["vary"] == "Accept"
        assert index == {
            "name": "Rowlock",
            "description": "A task list per user, kept apart by Postgres row-level security.",
            "docs": "/docs",
            "openapi": "/openapi.json",
        }
        assert {client.get(index[name]).status_code for name in ("docs", "openapi")} == {200}


def test_index_leads_a_browser_to_the_reference(api: RunningApi) -> None:
    """A browser, which accepts HTML, is redirected to /docs."""
    accept = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    with httpx2.Client(base_url=api.url, trust_env=False, verify=NO_TLS) as client:
        answer = client.get("/", headers=accept)

        assert (answer.status_code, answer.headers["location"]) == (307, "/docs")
        assert answer.headers["vary"] == "Accept"
        assert client.get("/", headers=accept, follow_redirects=True).status_code == 200


def test_reference_can_be_switched_off(serve: Serve) -> None:
    """With DOCS=off, /, /docs and the description are 404; the API works as before."""
    with serve(docs=False) as client:
        for path in ("/", "/docs", "/openapi.json", "/static-offline-docs/swagger-ui.css"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert client.get("/api/tasks").status_code == 200
        assert client.get("/problems/not-found").status_code == 200
