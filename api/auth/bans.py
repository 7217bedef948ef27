"""Whether a token says that its user is banned, by `banned` and `banExpires`. Pure.

Better Auth's plugin `admin` has both, and Neon's Managed Better Auth puts them into every token.
What is not understood counts as a ban without an end.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime

# RFC 3339, as JavaScript writes it; `fromisoformat` takes much else.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

# Beyond the year 9999 a number cannot mean seconds: JavaScript counts milliseconds.
_LAST_SECOND = 253_402_300_799


def is_banned(claims: Mapping[str, object], now: float) -> bool:
    """Tell whether the user is banned at `now`, in seconds since the epoch.

    `banned` absent, null or false is no ban, anything else is one. `banExpires` ends it: a text of
    RFC 3339, or a number of seconds or milliseconds since the epoch.
    """
    banned = claims.get("banned")
    if banned is None or banned is False:
        return False
    end = _end(claims.get("banExpires"))
    # Zero and what is before it stand for a date that is missing, in most languages.
    return not 0 < end <= now


def _end(value: object) -> float:
    """When a ban ends; never, where the value is absent or not understood."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.inf
    return value / 1000 if _LAST_SECOND < value <= _LAST_SECOND * 1000 else value
