"""The token in the Authorization header, and the errors for a wrong header."""

import pytest

from api.auth import (
    AuthenticationError,
    InvalidTokenError,
    MalformedRequestError,
    MissingTokenError,
)
from api.auth.bearer import bearer_token

HOST = (b"host", b"localhost")


@pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER", b"bEaReR"])
@pytest.mark.parametrize("gap", [b" ", b"   "])
def test_token_is_read_whatever_the_case_of_the_scheme(scheme: bytes, gap: bytes) -> None:
    """The scheme is case-insensitive, and one or more spaces follow it."""
    assert bearer_token([HOST, (b"authorization", scheme + gap + b"a.b.c")]) == b"a.b.c"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [HOST],
        [(b"x-authorization", b"Bearer a.b.c")],
        [(b"cookie", b"authorization=Bearer a.b.c")],
        [(b"authorization", b"")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Bearer  ")],
        [(b"authorization", b"Bearera.b.c")],
        [(b"authorization", b"Bearer\ta.b.c")],
        [(b"authorization", b"Basic YTpi")],
        [(b"authorization", b"a.b.c")],
    ],
)
def test_request_without_a_bearer_token_gets_a_bare_challenge(
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Without a bearer token the error is 401, and its challenge is `Bearer` without a code."""
    with pytest.raises(MissingTokenError, match=r"^A bearer token is required\.$") as caught:
        bearer_token(headers)

    assert (caught.value.status, caught.value.challenge) == (401, "Bearer")


@pytest.mark.parametrize("second", [b"Bearer a.b.c", b"Bearer d.e.f", b"Basic YTpi", b""])
def test_two_authorization_headers_are_a_malformed_request(second: bytes) -> None:
    """A second Authorization header is 400 `invalid_request`, even if it repeats the first."""
    first = (b"authorization", b"Bearer a.b.c")

    with pytest.raises(MalformedRequestError) as caught:
        bearer_token([first, HOST, (b"authorization", second)])

    assert (caught.value.status, caught.value.challenge) == (400, 'Bearer error="invalid_request"')
    assert bearer_token([first, HOST]) == b"a.b.c"


def test_token_over_8_kib_is_refused_unread() -> None:
    """A token may have at most 8,192 octets."""
    assert bearer_token([(b"authorization", b"Bearer " + b"a" * 8192)]) == b"a" * 8192

    for size in (8193, 100_000):
        with pytest.raises(InvalidTokenError, match=r"^The token is too long\.$") as caught:
            bearer_token([(b"authorization", b"Bearer " + b"a" * size)])
        assert (caught.value.status, caught.value.challenge) == (
            401,
            'Bearer error="invalid_token"',
        )


def test_every_refusal_is_an_authentication_error() -> None:
    """Each error of this module is a subclass of AuthenticationError."""
    errors = (MissingTokenError, MalformedRequestError, InvalidTokenError)

    assert all(issubclass(error, AuthenticationError) for error in errors)
