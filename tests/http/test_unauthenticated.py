"""Requests without a valid token, or with two Authorization headers."""

import uuid

import pytest

from tests.support.api import Client, RunningApi
from tests.support.problems import refusal

BAD_REQUEST = "/problems/bad-request"


def test_request_without_a_token_is_challenged(api: RunningApi, path: str) -> None:
    """Without a token every task route is 401, and the challenge has no error code."""
    address = f"{path}/{uuid.uuid4()}"
    with api.client() as client:
        responses = [
            client.get(path),
            client.post(path, json={"title": "a"}),
            client.get(address),
            client.put(address, json={"title": "a"}),
            client.delete(address),
            client.patch(f"{address}/complete"),
        ]

    assert [refusal(response) for response in responses] == [
        (401, "/problems/unauthenticated", "A bearer token is required.")
    ] * 6
    assert {response.headers["www-authenticate"] for response in responses} == {"Bearer"}


@pytest.mark.parametrize(
    ("token", "detail"),
    [
        pytest.param("x" * 16_000, "The token is too long.", id="long"),
        ("a.b.c", "The token is not a compact JWS."),
        ("%00", "The token is not a compact JWS."),
    ],
)
def test_bad_token_is_refused(api: RunningApi, token: str, detail: str) -> None:
    """A malformed token is 401 `invalid_token`, and the response does not repeat the token."""
    with api.client(token) as client:
        response = client.get("/api/tasks")

    assert refusal(response) == (401, "/problems/unauthenticated", detail)
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert token not in response.text


def test_token_in_the_query_string_counts_for_nothing(api: RunningApi, alice: Client) -> None:
    """Only the Authorization header is read: a token in a query or a cookie is ignored."""
    token = alice.headers["authorization"].removeprefix("Bearer ")
    for name in ("token", "access_token", "authorization"):
        with api.client() as client:
            in_query = client.get("/api/tasks", params={name: token})
            in_cookie = client.get("/api/tasks", headers={"cookie": f"{name}={token}"})

        assert (in_query.status_code, in_cookie.status_code) == (401, 401)
        assert in_query.headers["www-authenticate"] == "Bearer"
        assert token not in in_query.text
    assert alice.get("/api/tasks").status_code == 200


def test_two_authorization_headers_are_refused(api: RunningApi, alice: Client) -> None:
    """Two Authorization headers are 400 `invalid_request`, even if both are valid."""
    header = ("authorization", alice.headers["authorization"])
    with api.client() as client:
        response = client.get("/api/tasks", headers=[header, header])
        alone = client.get("/api/tasks", headers=[header])

    assert refusal(response) == (400, BAD_REQUEST, "Only one Authorization header may be sent.")
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_request"'
    assert alone.status_code == 200
