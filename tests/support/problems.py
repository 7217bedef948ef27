"""The contents of a problem."""

import httpx2


def refusal(response: httpx2.Response) -> tuple[int, str, str]:
    """The status, type and detail of a problem."""
    body = response.json()
    return response.status_code, body["type"], body["detail"]


def wrong_values(response: httpx2.Response) -> list[tuple[str, str, str]]:
    """The place, field and detail of each value that a 422 complains of."""
    assert response.status_code == 422, response.text
    return [(e["place"], e["field"], e["detail"]) for e in response.json()["errors"]]
