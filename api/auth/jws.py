"""A compact JWS (RFC 7515 section 7.1) and its signature, before any claim is believed."""

import re
from dataclasses import dataclass, field

from jose import jws
from jose.exceptions import JOSEError

from api.auth.algorithms import NAMES
from api.auth.encoding import BASE64URL, base64url_decode, base64url_length, parse_object
from api.auth.errors import InvalidTokenError
from api.auth.jwk_set import Keys

# Three segments, none empty: a claims set is never empty, and an unsecured JWS is not accepted.
_COMPACT = re.compile(r"\.".join([rf"(?=[^.])({BASE64URL})"] * 3).encode())

# What a bearer token may be (RFC 7519 section 5.1, RFC 9068 section 2.1). Another type is made for
# another purpose, such as logging out (RFC 8725 section 3.11).
_TYPES = frozenset({"jwt", "at+jwt"})


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A well-formed token that nobody has verified yet, by the names that its header uses.

    `kid` only says which key to try.
    """

    text: bytes = field(repr=False)
    algorithm: str
    kid: str | None
    signature_characters: int


def read_token(text: bytes) -> SignedToken:
    """Read the form and the header of a token. Raises InvalidTokenError.

    `jku`, `jwk`, `x5u` and `x5c` are never looked at; a header with `crit` asks for extensions
    that are not implemented, and is refused (RFC 7515 section 4.1.11), as is a `typ` other than
    a bearer token's.
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
    # In any case, with or without the prefix: RFC 7515 section 4.1.9.
    return isinstance(typ, str) and typ.lower().removeprefix("application/") in _TYPES


def verify_signature(token: SignedToken, keys: Keys) -> bytes:
    """Return the payload of a token whose signature holds. Raises InvalidTokenError.

    The key decides the algorithm, and the token must say the same (RFC 8725 section 3.1), by any
    of its names.
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
