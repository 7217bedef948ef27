"""Why a request is not authenticated, in sentences for clients.

Every message is a fixed sentence, without parts of a token, key material or internal details.
`status` and `challenge` belong to the HTTP response (RFC 6750 section 3).
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
    """The token is malformed, forged, expired or for another audience: 401 `invalid_token`."""

    challenge = 'Bearer error="invalid_token"'


class UnknownKeyError(InvalidTokenError):
    """The token names an unknown key. A newer key set may contain it."""


class IssuerUnavailableError(AuthenticationError):
    """No key set is loaded, so nothing can be verified: 503 without a challenge."""

    status = 503
    challenge = None
