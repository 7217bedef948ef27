"""Detects a public key that is configured as a shared secret: anybody could sign with it.

python-jose refuses only PEM, SSH and X.509 in PEM (CVE-2026-85394).
"""

import base64
import binascii
from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from cryptography.x509 import load_der_x509_certificate

from api.auth.encoding import parse_object

_READERS: tuple[Callable[[bytes], object], ...] = (
    load_der_public_key,
    lambda octets: load_der_private_key(octets, password=None),
    load_der_x509_certificate,
)


def is_asymmetric_key(secret: bytes) -> bool:
    """Tell whether a secret is a key or certificate in DER or its Base64, a JWK, or a JWKS."""
    return _is_der(secret) or _is_der(_base64_decoded(secret)) or _is_jwk(secret)


def _is_der(octets: bytes) -> bool:
    for read in _READERS:
        try:
            read(octets)
        except UnsupportedAlgorithm:
            return True  # a key of an unknown kind
        except (ValueError, TypeError):
            continue
        return True
    return False


def _base64_decoded(text: bytes) -> bytes:
    """Decode Base64 of either alphabet, with or without padding and line breaks; else empty."""
    joined = b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4), validate=True)
    except binascii.Error:
        return b""


def _is_jwk(secret: bytes) -> bool:
    try:
        return not parse_object(secret).keys().isdisjoint({"kty", "keys"})
    except ValueError:
        return False
