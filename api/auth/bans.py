"""Whether the claims `banned` and `banExpires` of a token ban its user. Pure.

Better Auth's plugin `admin` has both, and Neon's Managed Better Auth adds them to every token. A
value of another form counts as a permanent ban.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime

# RFC 3339, as JavaScript writes it; `fromisoformat` accepts other forms too.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

# A larger number would be beyond the year 9999 in seconds, so it is in milliseconds.
_LAST_SECOND = 253_402_300_799


def is_banned(claims: Mapping[str, object], now: float) -> bool:
    """Tell whether the user is banned at `now`, in seconds since the epoch.

    If `banned` is absent, null or false, there is no ban; any other value is a ban. `banExpires`
    ends it: a string of RFC 3339, or a number of seconds or milliseconds since the epoch.
    """
    banned = claims.get("banned")
    if banned is None or banned is False:
        return False
    end = _end(claims.get("banExpires"))
    # In most languages, zero or a negative number stands for a missing date.
    return not 0 < end <= now


def _end(value: object) -> float:
    """The end of a ban; infinity if the value is absent or has another form."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.inf
    return value / 1000 if _LAST_SECOND < value <= _LAST_SECOND * 1000 else value
