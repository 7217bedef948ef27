"""Unknown names of settings, and which setting was probably meant. Pure."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# A prefix that people write, although no setting has it.
_PREFIX = "rowlock_"
# Names with the prefix that are not settings: those of compose.yaml, which reads the same .env,
# those of the tests, and those that Kubernetes sets for a service called rowlock
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_OTHERS = re.compile(
    r"rowlock_(api_password|image|owner_password|pictures|test_server"
    r"|(\w+_)?service_(host|port(_\w+)?)"
    r"|(\w+_)?port_\d+_(tcp|udp|sctp)(_(proto|port|addr))?)"
)

# Above the similarity of BASE_URL to DATABASE_URL and of PGHOST to HOST (0.8), below that of a name
# of five letters with one wrong letter (PORTS: 0.89).
_NEAR = 0.82
# With the prefix, a name is certainly meant for Rowlock, so it may be less similar.
_NEAR_PREFIXED = 0.6


def is_meant(name: str) -> bool:
    """Whether a name, in lower case, has the prefix and is not one of the others."""
    return name.startswith(_PREFIX) and _OTHERS.fullmatch(name) is None


def nearest(name: str, settings: Iterable[str]) -> tuple[str, float] | None:
    """The most similar setting and the similarity, 0 to 1; None if none is similar enough.

    Both are in lower case. A name that contains a whole setting and another word, such as
    TEST_DATABASE_URL, belongs to another program, unless it begins with ROWLOCK_.
    """
    prefixed = is_meant(name)
    bare = name.removeprefix(_PREFIX)
    near = [
        (likeness, setting)
        for setting in settings
        if (likeness := _likeness(bare, setting)) >= (_NEAR_PREFIXED if prefixed else _NEAR)
        and (prefixed or not _holds(name, setting))
    ]
    if not near:
        return None
    likeness, setting = max(near)
    return setting, likeness


def _likeness(name: str, setting: str) -> float:
    if sorted(name) == sorted(setting):  # the same letters in another order
        return 1.0
    return SequenceMatcher(None, name, setting).ratio()


def _holds(name: str, setting: str) -> bool:
    return name.startswith(f"{setting}_") or name.endswith(f"_{setting}")
