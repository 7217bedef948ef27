"""Reads the token from the Authorization header, and from nowhere else (RFC 6750 section 2.1)."""

from collections.abc import Sequence

from api.auth.errors import InvalidTokenError, MalformedRequestError, MissingTokenError

MAX_TOKEN_OCTETS = 8 * 1024


def bearer_token(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return the bearer token among ASGI headers, whose names are lowercase.

    The scheme is case-insensitive (RFC 9110 section 11.1). Raises MissingTokenError when there is
    no bearer token, MalformedRequestError on a second Authorization header, and InvalidTokenError
    on a token over 8 KiB, which is not parsed.
    """
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        raise MissingTokenError("A bearer token is required.")
    if len(values) > 1:
        raise MalformedRequestError("Only one Authorization header may be sent.")
    scheme, _, rest = values[0].partition(b" ")
    token = rest.lstrip(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise MissingTokenError("A bearer token is required.")
    if len(token) > MAX_TOKEN_OCTETS:
        raise InvalidTokenError("The token is too long.")
    return token
