"""Comments that hide statements from pg_stat_activity: only the name of the operation is visible.

In pg_stat_activity, a role can read the statements of every session of the same role, including
users' text and ids, up to `track_activity_query_size` bytes. So each packet begins with a comment
that names the operation, and with so many spaces that the server truncates the rest. An operator
still sees which operation each session runs.
"""

import re

ASK = (
    "select pg_catalog.current_setting('track_activity_query_size')"  # fixed while the server runs
)
LIMIT = 4096  # bytes; a space costs the server's parser more than 2 ns
UNITS = {"": 1, "k": 1024, "M": 1024**2}
NAME = re.compile(r"[a-z][a-z0-9_]*")


def comment(operation: str) -> bytes:
    """The comment with an operation's name. The semicolon keeps it out of pg_stat_statements.

    Raises:
        ValueError: the name contains anything but a-z, 0-9 and _.
    """
    if not NAME.fullmatch(operation):
        raise ValueError(f"The name of an operation consists of a-z, 0-9 and _: {operation!r}")
    return f"/* rowlock: {operation} */;".encode()


def blanks(size: str) -> bytes:
    """As many spaces as the server keeps bytes of a statement, at most 4,096.

    `size` is track_activity_query_size as Postgres writes it: a number with the unit B, kB, MB, or
    none.
    """
    number = size.rstrip("BkM")
    unit = size.removeprefix(number).removesuffix("B")
    return b" " * min(int(number) * UNITS[unit], LIMIT)
