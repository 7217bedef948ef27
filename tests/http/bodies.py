"""Bodies for the tests of requests that write."""

import httpx2

from tests.support.api import Client

JSON = {"content-type": "application/json"}


def send_both(client: Client, body: bytes, headers: dict[str, str]) -> list[httpx2.Response]:
    """Send a body to POST and to PUT, and check that the list of tasks does not change."""
    task = client.create_task(title="as it was")
    responses = [
        client.post("/api/tasks", content=body, headers=headers),
        client.put(f"/api/tasks/{task['id']}", content=body, headers=headers),
    ]
    assert client.tasks() == [task]
    return responses
