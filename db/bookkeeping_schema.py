"""Composes schema rowlock from its files. Every migration applies it before its revisions.

Each statement is a `create or replace` or can be repeated, so that the schema of an older release
becomes this one. If a release removes a view or a function, or changes the columns of a view, its
revision drops the old one.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "bookkeeping"

# The objects that a view uses come before it. Within one folder the order does not matter.
ORDER = (
    "schema.sql",
    "installed_policies.sql",
    "revisions.sql",
    "functions/*.sql",
    "described/schemas.sql",
    "described/tables.sql",
    "described/functions.sql",
    "facts/*.sql",
    "live_policies.sql",
)


def compose() -> str:
    """The SQL that creates schema rowlock, or brings it up to date."""
    paths = (path for pattern in ORDER for path in sorted(FOLDER.glob(pattern)))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
