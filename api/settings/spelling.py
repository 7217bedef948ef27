"""Names that are no settings, and what they were probably meant to be. Pure."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# What people write before a setting's name, though no setting has it.
_PREFIX = "rowlock_"
# Names with the prefix that are not meant as settings: those of compose.yaml, which reads the same
# .env, of the tests, and those that Kubernetes makes of a service called rowlock
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_OTHERS = re.compile(
    r"rowlock_(api_password|image|owner_password|pictures|test_server"
    r"|(\w+_)?service_(host|port(_\w+)?)"
    r"|(\w+_)?port_\d+_(tcp|udp|sctp)(_(proto|port|addr))?)"
)

# Above what BASE_URL has of DATABASE_URL and PGHOST of HOST (0.8), below what one wrong letter
# costs a name of five (PORTS: 0.89).
_NEAR = 0.82
# Behind the prefix a name is meant for Rowlock, so that more may be wrong with it.
_NEAR_PREFIXED = 0.6


def is_meant(name: str) -> bool:
    """Whether a name, in lower case, is meant for Rowlock's settings whatever it resembles."""
    return name.startswith(_PREFIX) and _OTHERS.fullmatch(name) is None


def nearest(name: str, settings: Iterable[str]) -> tuple[str, float] | None:
    """The setting that a name is probably meant to be, and how alike they are, 0 to 1.

    Both are in lower case. A name that holds a whole setting beside another word, such as
    TEST_DATABASE_URL, is another program's; with ROWLOCK_ in front it is not.
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
    if sorted(name) == sorted(setting):  # letters in another order
        return 1.0
    return SequenceMatcher(None, name, setting).ratio()


def _holds(name: str, setting: str) -> bool:
    return name.startswith(f"{setting}_") or name.endswith(f"_{setting}")
