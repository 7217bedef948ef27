"""Neon's Managed Better Auth: what follows from the one URL that Neon's console shows.

Its keys are at the base + `/.well-known/jwks.json`; issuer and audience of its tokens are the
base's origin (RFC 6454), without the path; it signs by EdDSA.
"""

from pydantic import HttpUrl

ALGORITHMS = frozenset({"EdDSA"})

_JWKS_PATH = "/.well-known/jwks.json"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORM = "must be the URL that Neon's console shows, of the form https://ep-….…/neondb/auth"


def check_base_url(value: HttpUrl) -> HttpUrl:
    """Refuse a URL that is not such a base."""
    if value.username or value.password:
        raise ValueError("must not carry credentials: what it leads to is public")
    path = (value.path or "").rstrip("/")
    if not path or value.query is not None or value.fragment is not None:
        raise ValueError(_FORM)
    if path.endswith(_JWKS_PATH):
        raise ValueError(f"{_FORM}, without {_JWKS_PATH}")
    return value


def jwks_url(base: HttpUrl) -> str:
    """Where the keys are published."""
    return f"{str(base).rstrip('/')}{_JWKS_PATH}"


def origin(base: HttpUrl) -> str:
    """Issuer and audience."""
    port = "" if base.port == _DEFAULT_PORTS[base.scheme] else f":{base.port}"
    return f"{base.scheme}://{base.host}{port}"
