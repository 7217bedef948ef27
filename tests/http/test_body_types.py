"""The content type and the content coding of a body."""

import pytest

from tests.http.bodies import JSON, send_both
from tests.support.api import Client
from tests.support.problems import refusal

NOT_JSON_TYPE = (
    415,
    "/problems/unsupported-media-type",
    "A body must be sent as application/json, in UTF-8.",
)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "application/vnd.api+json",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; q=1; charset=utf-16",
        pytest.param("application/json".ljust(201, ";"), id="201 bytes"),
    ],
)
def test_body_of_another_type_is_refused(alice: Client, content_type: str | None) -> None:
    """A body of another content type or charset is 415, even if it is JSON."""
    headers = {} if content_type is None else {"content-type": content_type}

    responses = send_both(alice, b'{"title": "a"}', headers)
    assert [refusal(response) for response in responses] == [NOT_JSON_TYPE] * 2


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; q=1; charset=utf-8",
        pytest.param("application/json".ljust(200, ";"), id="200 bytes"),
        "Application/JSON",
        "application/json;",
    ],
)
def test_json_type_may_have_parameters(alice: Client, content_type: str) -> None:
    """Parameters and the case of the content type do not matter."""
    response = alice.post(
        "/api/tasks", content=b'{"title": "a"}', headers={"content-type": content_type}
    )

    assert response.status_code == 201


@pytest.mark.parametrize("coding", ["gzip", "br", "x-unknown", "identity, gzip"])
def test_coded_body_is_refused_by_its_header(alice: Client, coding: str) -> None:
    """A body with a Content-Encoding is 415, and Accept-Encoding is identity (RFC 9110)."""
    for response in send_both(alice, b"\x1f\x8b", JSON | {"content-encoding": coding}):
        assert refusal(response) == (
            415,
            "/problems/unsupported-media-type",
            "A body must be sent without Content-Encoding, or with identity.",
        )
        assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_identity_is_no_coding(alice: Client, coding: str) -> None:
    """Content-Encoding: identity is accepted; a 415 for another reason has no Accept-Encoding."""
    headers = JSON | {"content-encoding": coding}
    created = alice.post("/api/tasks", content=b'{"title": "a"}', headers=headers)
    plain = alice.post("/api/tasks", content=b"a", headers={"content-type": "text/plain"})
    listed = alice.get("/api/tasks", headers={"content-encoding": "gzip"})

    assert (created.status_code, plain.status_code, listed.status_code) == (201, 415, 200)
    assert "accept-encoding" not in plain.headers
