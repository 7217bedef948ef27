"""Parses a compact JWS (RFC 7515 section 7.1) and verifies its signature."""

import re
from dataclasses import dataclass, field

from jose import jws
from jose.exceptions import JOSEError

from api.auth.algorithms import NAMES
from api.auth.encoding import BASE64URL, base64url_decode, base64url_length, parse_object
from api.auth.errors import InvalidTokenError
from api.auth.jwk_set import Keys

# Three non-empty segments: claims are never empty, and an unsecured JWS is not accepted.
_COMPACT = re.compile(r"\.".join([rf"(?=[^.])({BASE64URL})"] * 3).encode())

# The types of a bearer token (RFC 7519 section 5.1, RFC 9068 section 2.1). Other types have another
# purpose, such as logging out (RFC 8725 section 3.11).
_TYPES = frozenset({"jwt", "at+jwt"})


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A well-formed token whose signature is not verified yet.

    `algorithm` and `kid` come from its header; `kid` only selects the key.
    """

    text: bytes = field(repr=False)
    algorithm: str
    kid: str | None
    signature_characters: int


def read_token(text: bytes) -> SignedToken:
    """Check the form of a token, and parse its header. Raises InvalidTokenError.

    `jku`, `jwk`, `x5u` and `x5c` are ignored. A header with `crit` requires extensions that are not
    implemented, and is refused (RFC 7515 section 4.1.11). So is a `typ` that is not a bearer
    token's.
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
    if "typ" in header and not _is_bearer_type(header["typ"]):
        raise InvalidTokenError("The token's type is not accepted.")
    alg, kid = header.get("alg"), header.get("kid")
    if not isinstance(alg, str) or alg not in NAMES:
        raise InvalidTokenError("The token's algorithm is not accepted.")
    if "kid" in header and not isinstance(kid, str):
        raise InvalidTokenError("The token's kid is not a string.")
    return SignedToken(text, alg, kid if isinstance(kid, str) else None, len(compact[3]))


def _is_bearer_type(typ: object) -> bool:
    # Regardless of case, with or without the prefix (RFC 7515 section 4.1.9).
    return isinstance(typ, str) and typ.lower().removeprefix("application/") in _TYPES


def verify_signature(token: SignedToken, keys: Keys) -> bytes:
    """Return the payload of a token if its signature is valid. Raises InvalidTokenError.

    The key determines the algorithm. The token must name the same one (RFC 8725 section 3.1), by
    any of its names.
    """
    key = keys.find(token.kid)
    if NAMES[token.algorithm] != key.algorithm:
        raise InvalidTokenError("The token's algorithm is not the one of its key.")
    if token.signature_characters != base64url_length(key.signature_octets):
        raise InvalidTokenError("The token's signature is not valid.")
    try:
        return jws.verify(token.text, key.key, algorithms=[token.algorithm])
    except JOSEError:
        raise InvalidTokenError("The token's signature is not valid.") from None
