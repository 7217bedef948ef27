"""A helper that sends a refused body to POST and PUT."""

import httpx2

from tests.support.api import Client

JSON = {"content-type": "application/json"}


def send_both(client: Client, body: bytes, headers: dict[str, str]) -> list[httpx2.Response]:
    """Send a body with POST and PUT, and check that neither request changes a task."""
    task = client.create_task(title="as it was")
    responses = [
        client.post("/api/tasks", content=body, headers=headers),
        client.put(f"/api/tasks/{task['id']}", content=body, headers=headers),
    ]
    assert client.tasks() == [task]
    return responses
