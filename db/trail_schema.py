"""Composes schema trail out of db/trail: one piece of SQL, which db/install.py applies as a file.

One piece, because each file depends on others: before.sql grants what all of them need, and
privileges.sql covers the functions of all.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "trail"

# What the bookkeeping calls the schema (db/bookkeeping/described). No table's file has this name.
NAME = "trail/*.sql"

# A function in SQL is checked when it is created: the functions that it calls come before it.
ORDER = (
    "before",
    "constraints",
    "digest",
    "append",
    "record",
    "attach",
    "refuse",
    "links",
    "broken_links",
    "broken_anchors",
    "chains",
    "verify",
    "heads_now",
    "prepare",
    "drop_before",
    "retain",
    "privileges",
    "heads",
    "anchors",
    "partitions",
    "after",
)


def sources() -> list[Path]:
    """Every file of the schema, in the order of installation."""
    return [FOLDER / f"{name}.sql" for name in ORDER]


def compose() -> str:
    """The SQL that installs schema trail, or repairs it."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sources())
