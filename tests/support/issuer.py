"""A token issuer for tests: an Ed25519 key, its JWKS file, and the tokens it signs."""

import json
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jose import jws

from api.auth import DevelopmentKey
from api.auth.algorithms import Ed25519Key

ISSUER = "https://issuer.test"
AUDIENCE = "https://api.test"


class Issuer:
    """Signs any claims."""

    def __init__(self, folder: Path) -> None:
        self._private = Ed25519PrivateKey.generate()
        key = DevelopmentKey(self._private)
        self.kid = key.kid
        self.jwks_file = folder / "jwks.json"
        self.jwks_file.write_text(json.dumps(key.jwks()))

    def token(self, subject: str, **changes: Any) -> str:
        """A token for a user, with claims added, changed, or (None) removed."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600}
        claims = {k: v for k, v in (claims | changes).items() if v is not None}
        key = Ed25519Key(self._private, "EdDSA")
        return jws.sign(claims, key, headers={"kid": self.kid}, algorithm="EdDSA")
