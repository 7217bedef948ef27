"""What other sessions of the API's role see of a statement: the name of its operation.

A role sees in pg_stat_activity what every session of the same role runs, users' words and ids
included, as far as `track_activity_query_size` goes. So each packet begins with a comment that
names the operation, and with more blanks than the server shows. Whoever operates the server still
sees in each session which operation runs.
"""

import re

ASK = "select pg_catalog.current_setting('track_activity_query_size')"  # fixed at its start
LIMIT = 4096  # bytes; a blank costs the server's parser more than 2 ns
UNITS = {"": 1, "k": 1024, "M": 1024**2}
NAME = re.compile(r"[a-z][a-z0-9_]*")


def comment(operation: str) -> bytes:
    """The comment that names an operation. The semicolon keeps it out of pg_stat_statements.

    Raises:
        ValueError: the name is not made of a-z, 0-9 and _.
    """
    if not NAME.fullmatch(operation):
        raise ValueError(f"The name of an operation is made of a-z, 0-9 and _: {operation!r}")
    return f"/* rowlock: {operation} */;".encode()


def blanks(size: str) -> bytes:
    """As many blanks as the server shows bytes, 4,096 at most.

    `size` is a size as Postgres writes it: a number with the unit B, kB, MB, or none.
    """
    number = size.rstrip("BkM")
    unit = size.removeprefix(number).removesuffix("B")
    return b" " * min(int(number) * UNITS[unit], LIMIT)
