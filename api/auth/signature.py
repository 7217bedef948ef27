"""A compact JWS (RFC 7515 section 7.1) and its signature, before any claim is believed."""

import re
from dataclasses import dataclass, field

from jose import jws
from jose.exceptions import JOSEError

from api.auth.algorithms import ALLOWED, SHARED_SECRET
from api.auth.encoding import BASE64URL, base64url_decode, base64url_length, parse_object
from api.auth.errors import InvalidTokenError
from api.auth.keyset import Keys

# Three segments, none empty: a claims set is never empty, and an unsecured JWS is not accepted.
_COMPACT = re.compile(r"\.".join([rf"(?=[^.])({BASE64URL})"] * 3).encode())

_ACCEPTED = frozenset(algorithm.name for algorithm in (*ALLOWED, SHARED_SECRET))


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A well-formed token that nobody has verified yet. `kid` only says which key to try."""

    text: bytes = field(repr=False)
    algorithm: str
    kid: str | None
    signature_characters: int


def read_token(text: bytes) -> SignedToken:
    """Read the form and the header of a token. Raises InvalidTokenError.

    `jku`, `jwk`, `x5u` and `x5c` are never looked at; a header with `crit` asks for extensions
    that are not implemented, and is refused (RFC 7515 section 4.1.11).
    """
    compact = _COMPACT.fullmatch(text)
    if compact is None:
        raise InvalidTokenError("The token is not a compact JWS.")
    try:
        header = parse_object(base64url_decode(compact[1].decode("ascii")))
    except ValueError:
        raise InvalidTokenError("The token's header is not a JSON object.") from None
    if "crit" in header:
        raise InvalidTokenError("The token asks for an extension that is not supported.")
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _ACCEPTED:
        raise InvalidTokenError("The token's algorithm is not accepted.")
    if "kid" in header and not isinstance(kid, str):
        raise InvalidTokenError("The token's kid is not a string.")
    return SignedToken(text, algorithm, kid if isinstance(kid, str) else None, len(compact[3]))


def verify_signature(token: SignedToken, keys: Keys) -> bytes:
    """Return the payload of a token whose signature holds. Raises InvalidTokenError.

    The key decides the algorithm, and the token must say the same (RFC 8725 section 3.1).
    """
    key = keys.find(token.kid)
    if token.algorithm != key.algorithm:
        raise InvalidTokenError("The token's algorithm is not the one of its key.")
    if token.signature_characters != base64url_length(key.signature_octets):
        raise InvalidTokenError("The token's signature is not valid.")
    try:
        return jws.verify(token.text, key.key, algorithms=[key.algorithm])
    except JOSEError:
        raise InvalidTokenError("The token's signature is not valid.") from None
