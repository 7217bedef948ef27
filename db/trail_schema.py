"""Composes schema trail from db/trail: one SQL text, which db/install.py applies like one file.

The files are applied together, because they depend on each other: before.sql grants what all of
them need, and privileges.sql covers the functions of all.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "trail"

# The schema's name in the bookkeeping (db/bookkeeping/described). No policy file can have this
# name.
NAME = "trail/*.sql"

# Postgres checks a function in SQL when it is created, so the functions that it calls come first.
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
