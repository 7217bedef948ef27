"""A private key that signs test tokens. It uses only `cryptography`, not the API's code."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

type Json = dict[str, Any]
type PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
CURVES: Mapping[str, tuple[str, ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "ES256": ("P-256", ec.SECP256R1(), hashes.SHA256(), 32),
    "ES512": ("P-521", ec.SECP521R1(), hashes.SHA512(), 66),
}


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def b64_uint(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8))


def compact_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


class Signer:
    """A private key of an issuer, which signs without the API's code."""

    def __init__(self, alg: str, kid: str, private: PrivateKey | None = None) -> None:
        self.alg = alg
        self.kid = kid
        self.private = private or self._generate(alg)

    @staticmethod
    def _generate(alg: str) -> PrivateKey:
        if alg == "EdDSA":
            return Ed25519PrivateKey.generate()
        if alg in CURVES:
            return ec.generate_private_key(CURVES[alg][1])
        return rsa.generate_private_key(65537, 2048)

    def jwk(self, **changes: object) -> Json:
        """Return the public JWK with changed members; None removes a member."""
        members = {"kid": self.kid, "alg": self.alg, "use": "sig", **self._public(), **changes}
        return {name: value for name, value in members.items() if value is not None}

    def _public(self) -> Json:
        if isinstance(self.private, Ed25519PrivateKey):
            x = self.private.public_key().public_bytes_raw()
            return {"kty": "OKP", "crv": "Ed25519", "x": b64(x)}
        if isinstance(self.private, rsa.RSAPrivateKey):
            modulus = self.private.public_key().public_numbers()
            return {"kty": "RSA", "n": b64_uint(modulus.n), "e": b64_uint(modulus.e)}
        point = self.private.public_key().public_numbers()
        crv, _, _, size = CURVES[self.alg]
        return {
            "kty": "EC",
            "crv": crv,
            "x": b64(point.x.to_bytes(size)),
            "y": b64(point.y.to_bytes(size)),
        }

    def sign(self, message: bytes) -> bytes:
        """Return a JWS signature of the message."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(message)
        if isinstance(self.private, rsa.RSAPrivateKey):
            scheme = (
                padding.PSS(padding.MGF1(hashes.SHA256()), 32)
                if self.alg == "PS256"
                else padding.PKCS1v15()
            )
            return self.private.sign(message, scheme, hashes.SHA256())
        _, _, digest, size = CURVES[self.alg]
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest)))
        return r.to_bytes(size) + s.to_bytes(size)

    def token(self, claims: Json | bytes, **header: object) -> str:
        """Return a token; a header member that is None is left out."""
        members = {"alg": self.alg, "kid": self.kid, **header}
        head = {name: value for name, value in members.items() if value is not None}
        return self.token_of(compact_json(head), claims)

    def token_of(self, header: bytes, claims: Json | bytes) -> str:
        """Return a token whose header consists of exactly these octets."""
        payload = claims if isinstance(claims, bytes) else compact_json(claims)
        message = f"{b64(header)}.{b64(payload)}"
        return f"{message}.{b64(self.sign(message.encode()))}"
