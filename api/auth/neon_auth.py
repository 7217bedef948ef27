"""Neon's Managed Better Auth: everything that follows from the URL in Neon's console.

Its keys are at that URL + `/.well-known/jwks.json`. Issuer and audience of its tokens are the
origin of the URL (RFC 6454), without the path. It signs with EdDSA.
"""

from pydantic import HttpUrl

ALGORITHMS = frozenset({"EdDSA"})

_JWKS_PATH = "/.well-known/jwks.json"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORM = "must be the URL that Neon's console shows, of the form https://ep-….…/neondb/auth"


def check_base_url(value: HttpUrl) -> HttpUrl:
    """Return the URL. Raises ValueError if it is not of that form."""
    if value.username or value.password:
        raise ValueError("must not contain credentials: the keys are public")
    path = (value.path or "").rstrip("/")
    if not path or value.query is not None or value.fragment is not None:
        raise ValueError(_FORM)
    if path.endswith(_JWKS_PATH):
        raise ValueError(f"{_FORM}, without {_JWKS_PATH}")
    return value


def jwks_url(base: HttpUrl) -> str:
    """The URL of the keys."""
    return f"{str(base).rstrip('/')}{_JWKS_PATH}"


def origin(base: HttpUrl) -> str:
    """Issuer and audience."""
    port = "" if base.port == _DEFAULT_PORTS[base.scheme] else f":{base.port}"
    return f"{base.scheme}://{base.host}{port}"
