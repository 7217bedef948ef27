"""The authenticator reads a token from one Authorization header only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.auth import (
    Authenticator,
)
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.signer import Signer


def test_request_is_ambiguous_with_two_authorization_headers(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Two Authorization headers are refused, even if both are valid."""
    headers = forge.bearer(signer.token(forge.claims()))

    assert refusal_of(authenticator, [*headers, headers[-1]]) == (
        400,
        "Only one Authorization header may be sent.",
    )
    assert claims_of(authenticator, headers) == ALICE


@pytest.mark.parametrize("junk", [b"\x00", b"A", b"{", b".", b"eyJ", b"\xff"])
def test_junk_is_refused(junk: bytes, authenticator: Authenticator) -> None:
    """A long invalid token is refused because of its size, a short one because of its form."""
    assert refusal_of(authenticator, [(b"authorization", b"Bearer " + junk * 100_000)]) == (
        401,
        "The token is too long.",
    )
    assert refusal_of(authenticator, [(b"authorization", b"Bearer " + junk * 10)]) == (
        401,
        "The token is not a compact JWS.",
    )


def test_token_outside_the_header_is_missing(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A token in the query string, a cookie or another header is ignored."""
    token = signer.token(forge.claims()).encode()
    elsewhere = [
        (b"referer", b"http://localhost/api/tasks?access_token=" + token),
        (b"cookie", b"access_token=" + token),
        (b"x-access-token", b"Bearer " + token),
    ]

    assert refusal_of(authenticator, elsewhere) == (
        401,
        "A bearer token is required.",
    )
