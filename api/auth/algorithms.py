"""The allow-list of signature algorithms, and key classes for the two that python-jose lacks.

EdDSA is RFC 8037, PS256 is RFC 7518 section 3.5. Importing this module registers both with
`jose.jwk`, so that `jose.jws` can sign and verify with them.
"""

from dataclasses import dataclass
from typing import override

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from jose import jwk
from jose.backends.base import Key

from api.auth.encoding import base64url_decode


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An accepted algorithm, and the only kind of key that may use it (RFC 7518 section 3.1).

    `key_octets` is the size of one public coordinate, `signature_octets` of a signature;
    both are zero for RSA, where the modulus decides.
    """

    name: str
    kty: str
    crv: str | None
    key_octets: int = 0
    signature_octets: int = 0


ALLOWED = (
    Algorithm("EdDSA", "OKP", "Ed25519", key_octets=32, signature_octets=64),
    Algorithm("ES256", "EC", "P-256", key_octets=32, signature_octets=64),
    Algorithm("ES512", "EC", "P-521", key_octets=66, signature_octets=132),
    Algorithm("RS256", "RSA", None),
    Algorithm("PS256", "RSA", None),
)

# The algorithms of keys in a JWKS, unless the issuer is known to use fewer.
ACCEPTED = frozenset(algorithm.name for algorithm in ALLOWED)

# Only for a configured shared secret; never for a key of a JWKS.
SHARED_SECRET = Algorithm("HS256", "oct", None, signature_octets=32)

# Other names of the same algorithms: RFC 9864 section 2.2 names the curve, and deprecates EdDSA.
# The other accepted names already specify everything (RFC 9864 section 4).
_OTHER_NAMES = {"Ed25519": "EdDSA"}

# Every accepted name, of a token's header or a key, and the name that the rest of the code uses.
NAMES = {algorithm.name: algorithm.name for algorithm in (*ALLOWED, SHARED_SECRET)} | _OTHER_NAMES


class Ed25519Key(Key):
    """An Ed25519 key (RFC 8037): a public JWK verifies, a private key also signs."""

    def __init__(self, key: dict[str, str] | Ed25519PrivateKey, algorithm: str) -> None:
        super().__init__(key, algorithm)
        self._private = key if isinstance(key, Ed25519PrivateKey) else None
        self._public = (
            key.public_key()
            if isinstance(key, Ed25519PrivateKey)
            else Ed25519PublicKey.from_public_bytes(base64url_decode(key["x"]))
        )

    @override
    def sign(self, msg: bytes) -> bytes:
        if self._private is None:
            raise TypeError("A public key cannot sign.")
        return self._private.sign(msg)

    @override
    def verify(self, msg: bytes, sig: bytes) -> bool:
        try:
            self._public.verify(sig, msg)
        except InvalidSignature:
            return False
        return True


class PS256Key(Key):
    """An RSA public key that verifies RSASSA-PSS with SHA-256 and a salt of exactly 32 octets."""

    # A fixed length, not AUTO: RFC 7518 section 3.5 sets it to the size of the hash.
    _PADDING = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)

    def __init__(self, key: dict[str, str], algorithm: str) -> None:
        super().__init__(key, algorithm)
        n, e = (int.from_bytes(base64url_decode(key[name])) for name in ("n", "e"))
        self._public: RSAPublicKey = RSAPublicNumbers(e, n).public_key()

    @override
    def verify(self, msg: bytes, sig: bytes) -> bool:
        try:
            self._public.verify(sig, msg, self._PADDING, hashes.SHA256())
        except InvalidSignature:
            return False
        return True


for _name in ("EdDSA", "Ed25519"):
    jwk.register_key(_name, Ed25519Key)
jwk.register_key("PS256", PS256Key)
