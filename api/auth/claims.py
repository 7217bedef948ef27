"""Checks the claims of a token whose signature is verified (RFC 7519 section 4.1). Pure."""

import math
import re
from dataclasses import dataclass

from api.auth.bans import is_banned
from api.auth.encoding import parse_object
from api.auth.errors import InvalidTokenError

MAX_SUBJECT_CHARACTERS = 255

# Control characters would reach logs and SQL; an unpaired surrogate has no UTF-8 form.
_SUBJECT = re.compile(rf"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{{1,{MAX_SUBJECT_CHARACTERS}}}")

# The end of the year 9999. A later date is a mistake, and may be too large for a float.
_LAST_SECOND = 253_402_300_799

DEFAULT_MAX_LIFETIME = 86_400.0  # seconds: a day

_BAD_DATE = "The token has a date that is missing or not a number."


@dataclass(frozen=True, slots=True)
class Claims:
    """The user id, and when the token expires, in seconds since the epoch."""

    subject: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """Which tokens are accepted.

    `leeway` allows for clock skew. `max_lifetime` limits the time until a token expires: a token
    cannot be revoked, so one that is valid for years is a mistake or was stolen. Both are in
    seconds.
    """

    issuer: str
    audience: str
    leeway: float
    max_lifetime: float = DEFAULT_MAX_LIFETIME

    def __post_init__(self) -> None:
        if not self.issuer:
            raise ValueError("The issuer must not be empty.")
        if not self.audience:
            raise ValueError("The audience must not be empty.")
        if not (math.isfinite(self.leeway) and self.leeway >= 0):
            raise ValueError("The leeway must be a number of seconds, zero or more.")
        if not (math.isfinite(self.max_lifetime) and self.max_lifetime > 0):
            raise ValueError("The longest lifetime must be a number of seconds above zero.")


def is_subject(value: object) -> bool:
    """Tell whether a value can be a user id: 1 to 255 characters without control characters."""
    return isinstance(value, str) and _SUBJECT.fullmatch(value) is not None


def read_claims(payload: bytes, policy: TokenPolicy, now: float) -> Claims:
    """Check the claims of a payload whose signature is verified already.

    `exp`, `iss`, `aud` and `sub` are required; `nbf`, `iat` and `banned` are checked where present.
    Raises InvalidTokenError.
    """
    try:
        claims = parse_object(payload)
    except ValueError:
        raise InvalidTokenError("The token's payload is not a JSON object.") from None

    if claims.get("iss") != policy.issuer:
        raise InvalidTokenError("The token is from another issuer.")
    if not _names_audience(claims.get("aud"), policy.audience):
        raise InvalidTokenError("The token is for another audience.")

    expires_at = _date(claims.get("exp"))
    if now >= expires_at + policy.leeway:
        raise InvalidTokenError("The token has expired.")
    # Counted from now, because `iat` is optional.
    if expires_at > now + policy.max_lifetime + policy.leeway:
        raise InvalidTokenError("The token expires too far ahead.")
    for name in ("nbf", "iat"):
        if name in claims and now + policy.leeway < _date(claims[name]):
            raise InvalidTokenError("The token is not valid yet.")

    subject = claims.get("sub")
    if not (isinstance(subject, str) and is_subject(subject)):
        raise InvalidTokenError("The token has no valid subject.")
    if is_banned(claims, now):
        raise InvalidTokenError("The token says that its user is banned.")
    return Claims(subject, expires_at)


def _names_audience(value: object, audience: str) -> bool:
    audiences = value if isinstance(value, list) else [value]
    return all(isinstance(item, str) for item in audiences) and audience in audiences


def _date(value: object) -> float:
    # In Python a bool is an int, but in JSON it is not a number. NaN fails the comparison.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTokenError(_BAD_DATE)
    if not 0 <= value <= _LAST_SECOND:
        raise InvalidTokenError(_BAD_DATE)
    return float(value)
