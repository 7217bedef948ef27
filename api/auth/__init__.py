"""From a bearer token to verified claims: signature, issuer, audience, expiry. No database."""

from api.auth.authenticator import Authenticator
from api.auth.claims import DEFAULT_MAX_LIFETIME, Claims, TokenPolicy
from api.auth.development_key import (
    DEFAULT_LIFETIME,
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    DevelopmentKey,
    DevelopmentKeyError,
)
from api.auth.errors import (
    AuthenticationError,
    InvalidTokenError,
    IssuerUnavailableError,
    MalformedRequestError,
    MissingTokenError,
)
from api.auth.key_sources import (
    KeySource,
    development_keys,
    jwks_from_file,
    jwks_from_url,
    shared_secret,
)

__all__ = [
    "DEFAULT_LIFETIME",
    "DEFAULT_MAX_LIFETIME",
    "DEVELOPMENT_AUDIENCE",
    "DEVELOPMENT_ISSUER",
    "AuthenticationError",
    "Authenticator",
    "Claims",
    "DevelopmentKey",
    "DevelopmentKeyError",
    "InvalidTokenError",
    "IssuerUnavailableError",
    "KeySource",
    "MalformedRequestError",
    "MissingTokenError",
    "TokenPolicy",
    "development_keys",
    "jwks_from_file",
    "jwks_from_url",
    "shared_secret",
]
