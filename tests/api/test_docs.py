"""The API reference at /docs: it works where no other host can be reached."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from tests.support.api import NO_TLS, RunningApi


class Page(HTMLParser):
    """Collects what a page loads, and its inline scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.assets: list[str] = []
        self.scripts: list[str] = []
        self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an address that the browser fetches by itself."""
        self._tag = tag
        given = dict(attrs)
        self.assets += [value for name in ("src", "href") if (value := given.get(name))]

    def handle_data(self, data: str) -> None:
        """Note a script."""
        if self._tag == "script" and data.strip():
            self.scripts.append(data)


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
    """Each script, style and icon of the page is a path of this host, and is there."""
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
    """The page reads the description from this host, and it is the API's own."""
    (script,) = page.scripts
    found = re.search(r"url: '([^']+)'", script)

    assert found is not None
    assert found[1] == "/openapi.json"
    assert fetch(api, found[1]).json() == api.contract.document
    assert re.findall(r"(?:https?:)?//[^\s'\"]+", script) == []


def test_styles_load_nothing_from_elsewhere(api: RunningApi, page: Page) -> None:
    """The style sheets import nothing, and their images are within them."""
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
    """There is one reference page: /redoc, which would load fonts from elsewhere, is 404."""
    assert fetch(api, "/redoc").status_code == 404
