"""The keys that may verify a token: a JWKS document (RFC 7517) or a shared secret, never both.

An unusable key is skipped with a warning. A document without a usable key is an error.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from jose import jwk
from jose.exceptions import JOSEError

from api.auth.algorithms import ACCEPTED, SHARED_SECRET
from api.auth.encoding import parse_object
from api.auth.errors import InvalidTokenError, UnknownKeyError
from api.auth.jwk import UnusableKeyError, VerificationKey, key_id, read_key
from api.auth.key_confusion import is_asymmetric_key

MAX_DOCUMENT_OCTETS = 256 * 1024
MAX_KEYS = 100
MIN_SECRET_OCTETS = 32  # RFC 7518 section 3.2: at least the size of the hash

_log = logging.getLogger(__name__)


class KeySetError(Exception):
    """A document has no usable key. The message says why, without key material."""


class Keys(Protocol):
    """Finds the key for a token."""

    def find(self, kid: str | None) -> VerificationKey:
        """Return the key. Raises InvalidTokenError, or UnknownKeyError for an unknown kid."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The usable keys of a JWKS document, by `kid`."""

    by_kid: Mapping[str, VerificationKey]

    def find(self, kid: str | None) -> VerificationKey:
        """Return the key that the token names. A token without a kid is invalid."""
        if kid is None:
            raise InvalidTokenError("The token does not name its key.")
        key = self.by_kid.get(kid)
        if key is None:
            raise UnknownKeyError("The token's key is not known.")
        return key


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """One HS256 key, for every `kid`."""

    key: VerificationKey = field(repr=False)

    def find(self, _kid: str | None) -> VerificationKey:
        """Return the key."""
        return self.key


def parse_secret(secret: str | bytes) -> SharedSecret:
    """Read a shared secret. Raises ValueError if it is short or looks like an asymmetric key."""
    if isinstance(secret, str):
        try:
            secret = secret.encode()
        except UnicodeEncodeError:
            raise ValueError("The shared secret must be text that UTF-8 can encode.") from None
    if len(secret) < MIN_SECRET_OCTETS:
        raise ValueError(f"The shared secret must have at least {MIN_SECRET_OCTETS} bytes.")
    if is_asymmetric_key(secret):
        raise ValueError("The shared secret must not be a key in DER, Base64 of one, or a JWK.")
    try:
        key = jwk.construct(secret, SHARED_SECRET.name)
    except JOSEError:
        raise ValueError("The shared secret must not be a PEM, SSH or X.509 key.") from None
    return SharedSecret(VerificationKey(SHARED_SECRET.name, SHARED_SECRET.signature_octets, key))


def parse_jwks(document: bytes, algorithms: Collection[str] = ACCEPTED) -> KeySet:
    """Read a JWKS document (RFC 7517 section 5). Raises KeySetError if no key of it is usable.

    Keys of algorithms that are not among `algorithms` are skipped.
    """
    if len(document) > MAX_DOCUMENT_OCTETS:
        raise KeySetError("The JWKS document is too large.")
    try:
        members = parse_object(document).get("keys")
    except ValueError:
        raise KeySetError("The JWKS document is not a JSON object.") from None
    if not isinstance(members, list):
        raise KeySetError("The JWKS document has no list of keys.")
    if len(members) > MAX_KEYS:
        raise KeySetError("The JWKS document has too many keys.")

    uses = Counter(kid for member in members if (kid := key_id(member)) is not None)
    by_kid: dict[str, VerificationKey] = {}
    for position, member in enumerate(members):
        try:
            kid, key = read_key(member, algorithms)
            if uses[kid] > 1:
                raise UnusableKeyError("its kid is not unique")  # noqa: TRY301 - one place logs
        except UnusableKeyError as error:
            _log.warning("Skipped key %d of the JWKS document: %s.", position, error)
        else:
            by_kid[kid] = key
    if not by_kid:
        raise KeySetError("The JWKS document has no usable key.")
    return KeySet(by_kid)
