"""Unusable keys of an issuer and an unreachable issuer have different messages."""

import json
from pathlib import Path

import pytest

from tests.support.api import Serve
from tests.support.issuer import Issuer
from tests.support.problems import refusal

UNUSABLE = "The token issuer publishes no usable key."
UNREACHABLE = "The token issuer cannot be reached."
UNAVAILABLE = {"status": "unavailable", "database": True, "keys": False, "issuer": False}


def test_document_without_a_usable_key_is_reported(
    serve: Serve, issuer: Issuer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """If no key is usable, response, readiness and log say so; the log has each key's reason."""
    [good] = json.loads(issuer.jwks_file.read_bytes())["keys"]
    published = tmp_path / "published.json"
    identity = {**good, "kid": "low", "x": "AQ" + "A" * 41}
    published.write_text(json.dumps({"keys": [{**good, "alg": "Ed448"}, identity]}))

    with serve(jwks_file=published) as client:
        ready = client.get("/health/ready")
        tasks = client.get("/api/tasks")

    assert (ready.status_code, ready.json()) == (503, UNAVAILABLE | {"reason": UNUSABLE})
    assert refusal(tasks) == (503, "/problems/unavailable", UNUSABLE)
    assert "www-authenticate" not in tasks.headers
    said = [line for line in caplog.messages if "JWKS document" in line]
    assert said[:3] == [
        "Skipped key 0 of the JWKS document: its alg is not accepted for its type.",
        "Skipped key 1 of the JWKS document: its point has a low order.",
        (
            f"The JWKS document of {published} could not be used: The JWKS document has no usable"
            " key;"
            " no keys are held."
        ),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param('{"keys": []}', UNUSABLE, id="no keys"),
        pytest.param("<html>", UNUSABLE, id="no JWKS"),
        pytest.param(None, UNREACHABLE, id="no document"),
    ],
)
def test_reason_distinguishes_the_document_from_its_source(
    content: str | None, reason: str, serve: Serve, issuer: Issuer, tmp_path: Path
) -> None:
    """A document without a usable key and a document that cannot be read have different reasons."""
    published = tmp_path / "published.json"
    if content is not None:
        published.write_text(content)

    with serve(jwks_file=published) as client:
        refused = client.get("/api/tasks")
    assert refusal(refused) == (503, "/problems/unavailable", reason)

    published.write_bytes(issuer.jwks_file.read_bytes())
    with serve(jwks_file=published) as client:
        assert client.get("/api/tasks").status_code == 200
