"""Reading a list page by page, and cursors as the API encodes them."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2

from tests.support.api import Client

type Task = dict[str, Any]


def following(response: httpx2.Response) -> str | None:
    """The address of the next page, as the Link header gives it (RFC 8288)."""
    link = response.headers.get("link")
    if link is None:
        return None
    found = re.fullmatch(r'<([^>]+)>; rel="next"', link)
    assert found is not None, link
    return found[1]


def pages(client: Client, path: str, **query: Any) -> Iterator[list[Task]]:
    """Every page of a list; each is requested after the one before."""
    response = client.get(path, params=query)
    while True:
        assert response.status_code == 200, response.text
        yield response.json()
        address = following(response)
        if address is None:
            return
        response = client.get(address)


def cursor(*parts: Any) -> str:
    """A cursor as the API encodes one."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
