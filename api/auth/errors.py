"""Why a request is not authenticated, in words that a client may read.

Every message is a fixed sentence: no token text, no key material, no internal detail.
`status` and `challenge` are what HTTP answers (RFC 6750 section 3).
"""

from typing import ClassVar


class AuthenticationError(Exception):
    """The request has no verified identity. `challenge` is the WWW-Authenticate value, if any."""

    status: ClassVar[int] = 401
    challenge: ClassVar[str | None] = "Bearer"


class MissingTokenError(AuthenticationError):
    """No bearer token was sent: 401 with a bare challenge (RFC 6750 section 3.1)."""


class MalformedRequestError(AuthenticationError):
    """The credentials are ambiguous: 400 `invalid_request` (RFC 6750 section 3.1)."""

    status = 400
    challenge = 'Bearer error="invalid_request"'


class InvalidTokenError(AuthenticationError):
    """The token is malformed, forged, expired or not meant for us: 401 `invalid_token`."""

    challenge = 'Bearer error="invalid_token"'


class UnknownKeyError(InvalidTokenError):
    """The token names a key that is not held. A newer key set may hold it."""


class IssuerUnavailableError(AuthenticationError):
    """No key set is held, so nothing can be verified: 503, and no challenge."""

    status = 503
    challenge = None
