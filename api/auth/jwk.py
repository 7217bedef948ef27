"""Reads one JWK (RFC 7517 section 4), and decides whether it may be used.

The algorithm comes from the key (RFC 8725 section 3.1), so the key must determine it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from jose import jwk
from jose.backends.base import Key
from jose.exceptions import JOSEError

from api.auth.algorithms import ALLOWED, NAMES, Algorithm
from api.auth.encoding import base64url_decode
from api.auth.weak_keys import ed25519_flaw, rsa_flaw

MIN_RSA_BITS = 2048  # RFC 7518 sections 3.3 and 3.5
MAX_RSA_BITS = 8192  # a larger key only costs time
MAX_RSA_EXPONENT_BITS = 64

# The private members of every type of key (RFC 7518 section 6, RFC 8037 section 2).
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class UnusableKeyError(Exception):
    """One key of a document is skipped. The message says why, without key material."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key, its only algorithm, and the exact size of its signatures."""

    algorithm: str
    signature_octets: int
    key: Key = field(repr=False)


def key_id(member: object) -> str | None:
    """Return the kid of a member of a list of keys, or None without a usable one."""
    kid = member.get("kid") if isinstance(member, dict) else None
    return kid if isinstance(kid, str) and kid else None


def read_key(member: object, algorithms: Collection[str]) -> tuple[str, VerificationKey]:
    """Read one key and its kid. Raises UnusableKeyError if anything is unclear.

    A key of an algorithm that is not among `algorithms` is not usable.
    """
    if not isinstance(member, dict):
        raise UnusableKeyError("it is not an object")
    kid = key_id(member)
    if kid is None:
        raise UnusableKeyError("it has no kid")
    _check_purpose(member)
    algorithm = _algorithm(member)
    if algorithm.name not in algorithms:
        raise UnusableKeyError("its issuer signs with another algorithm")
    try:
        return kid, _construct(member, algorithm)
    except (ValueError, JOSEError):
        raise UnusableKeyError("it is malformed") from None


def _check_purpose(member: Mapping[str, object]) -> None:
    if member.get("kty") == "oct":
        raise UnusableKeyError("it is symmetric")
    if not _PRIVATE.isdisjoint(member):
        raise UnusableKeyError("it is private, and should not be published")
    if member.get("use", "sig") != "sig":
        raise UnusableKeyError("it is not for signatures")
    operations = member.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise UnusableKeyError("it is not for verification")


def _algorithm(member: Mapping[str, object]) -> Algorithm:
    """Return the key's algorithm: its `alg`, or the one that its type implies."""
    fitting = [
        algorithm
        for algorithm in ALLOWED
        if algorithm.kty == member.get("kty")
        and (algorithm.crv is None or algorithm.crv == member.get("crv"))
    ]
    if not fitting:
        raise UnusableKeyError("its type is not accepted")
    if "alg" in member:
        name = member["alg"]
        named = NAMES.get(name) if isinstance(name, str) else None
        fitting = [algorithm for algorithm in fitting if algorithm.name == named]
        if not fitting:
            raise UnusableKeyError("its alg is not accepted for its type")
    if len(fitting) > 1:
        raise UnusableKeyError("it names no alg, and its type allows several")
    return fitting[0]


def _construct(member: Mapping[str, object], algorithm: Algorithm) -> VerificationKey:
    """Pass only the public members to jose, each checked: jose would accept others."""
    public: dict[str, str] = {"kty": algorithm.kty}
    if algorithm.crv is None:
        signature_octets = _rsa_octets(_text(member, "n"), _text(member, "e"))
        public |= {name: _text(member, name) for name in ("n", "e")}
    else:
        signature_octets = algorithm.signature_octets
        public["crv"] = algorithm.crv
        for name in ("x",) if algorithm.kty == "OKP" else ("x", "y"):
            public[name] = _text(member, name)
            if len(base64url_decode(public[name])) != algorithm.key_octets:
                raise UnusableKeyError("it is malformed")
        if algorithm.kty == "OKP":
            _refuse(ed25519_flaw(base64url_decode(public["x"])))
    key = jwk.construct(dict[str, object](public), algorithm.name)
    return VerificationKey(algorithm.name, signature_octets, key)


def _text(member: Mapping[str, object], name: str) -> str:
    value = member.get(name)
    if not isinstance(value, str):
        raise UnusableKeyError("it is malformed")
    return value


def _rsa_octets(n: str, e: str) -> int:
    """Return the size of the modulus, which is the size of a signature (RFC 8017 section 8)."""
    modulus = int.from_bytes(base64url_decode(n))
    bits = modulus.bit_length()
    if bits < MIN_RSA_BITS:
        raise UnusableKeyError(f"it is shorter than {MIN_RSA_BITS} bits")
    exponent_bits = int.from_bytes(base64url_decode(e)).bit_length()
    if bits > MAX_RSA_BITS or exponent_bits > MAX_RSA_EXPONENT_BITS:
        raise UnusableKeyError("it is too large")
    _refuse(rsa_flaw(modulus))
    return (bits + 7) // 8


def _refuse(flaw: str | None) -> None:
    if flaw is not None:
        raise UnusableKeyError(flaw)
