"""The development key: signs tokens on a developer's machine that has no issuer.

It is an Ed25519 private key in a file that only its owner can read. A process that can read the
file can act as any user, so a configured issuer switches the key off.
"""

import hashlib
import json
import os
import secrets
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jose import jws
from jose.utils import base64url_encode

from api.auth.algorithms import Ed25519Key
from api.auth.claims import is_subject

DEVELOPMENT_ISSUER = "urn:rowlock:development"
DEVELOPMENT_AUDIENCE = "urn:rowlock:development:api"
DEFAULT_LIFETIME = timedelta(days=1)


class DevelopmentKeyError(Exception):
    """The key file cannot be used. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class DevelopmentKey:
    """An Ed25519 key pair that signs tokens, and the JWKS of its public key."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the key file, creating it (mode 0600) if absent. Raises DevelopmentKeyError.

        If several processes create it at the same time, all of them read the same key.
        """
        try:
            if not path.exists():
                _create(path)
            return cls(_load(path))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DevelopmentKeyError(
                f"The development key {path} cannot be read or created: {reason}."
            ) from None

    @property
    def kid(self) -> str:
        """Return the thumbprint of the public key (RFC 7638, RFC 8037 section 2)."""
        return _base64url(hashlib.sha256(_compact(self._public_jwk())).digest())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the JWKS document of the public key."""
        return {
            "keys": [{**self._public_jwk(), "kid": self.kid, "alg": "EdDSA", "use": "sig"}],
        }

    def jwks_document(self) -> bytes:
        """Return the JWKS document as JSON."""
        return _compact(self.jwks())

    def token(self, subject: str, lifetime: timedelta = DEFAULT_LIFETIME) -> str:
        """Sign a token for a user id. Raises ValueError if it could not be accepted."""
        if not is_subject(subject):
            raise ValueError("A user id has 1 to 255 characters, none of them a control.")
        if lifetime <= timedelta(0):
            raise ValueError("The lifetime must be positive.")
        issued_at = time.time()
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": DEVELOPMENT_AUDIENCE,
            "sub": subject,
            "iat": int(issued_at),
            "exp": int(issued_at + lifetime.total_seconds()),
        }
        key = Ed25519Key(self.private, "EdDSA")
        return jws.sign(claims, key, headers={"kid": self.kid}, algorithm="EdDSA")

    def _public_jwk(self) -> dict[str, str]:
        # In the order of RFC 7638 section 3.2, which the thumbprint needs.
        x = _base64url(self.private.public_key().public_bytes_raw())
        return {"crv": "Ed25519", "kty": "OKP", "x": x}


def _create(path: Path) -> None:
    """Create the complete file in one step, unless another process has created it."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(descriptor)
        # A hard link never replaces a file: the first process wins.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _load(path: Path) -> Ed25519PrivateKey:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        pem = file.read()
    if os.name == "posix" and mode & 0o077:
        raise DevelopmentKeyError(
            f"The development key {path} can be read by others: run chmod 600 on it."
        )
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise DevelopmentKeyError(
            f"The development key {path} is not an Ed25519 private key in PEM:"
            " delete it, and the next start makes a new one."
        )
    return key


def _compact(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(octets: bytes) -> str:
    return base64url_encode(octets).decode("ascii")
