"""Whether this version of the code works on the schema, also if a newer version migrated it.

A revision declares its floor: the oldest revision whose code still works after it. The table
rowlock.revisions (db/bookkeeping/revisions.sql) lists every revision of the database with its
floor. Older code looks up its own newest revision there, so it needs no file of a newer one.
docs/how-to/deploy.md says how to deploy that way.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MIGRATE = "-- run: rowlock migrate"
AT_HEAD = "The schema is at the newest revision."
NEWER = (
    "The database is newer than this version: Rowlock {version} migrated it to revision {revision}"
)

QUESTION = """
select
    current.version_num,
    theirs.version,
    theirs.floor,
    ours.place < theirs.place,
    ours.place >= oldest.place
from rowlock.alembic_version as current
left join rowlock.revisions as theirs on current.version_num = theirs.revision
left join rowlock.revisions as oldest on theirs.floor = oldest.revision
left join rowlock.revisions as ours on ours.revision = %s
"""

type Fetch = Callable[[str, tuple[Any, ...]], Sequence[Any]]


def _version() -> str:
    """The version of this code. The image contains pyproject.toml but no installed package."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


VERSION = _version()


@dataclass(frozen=True, slots=True)
class Standing:
    """The revision of the schema, compared with this code."""

    revision: str | None
    """The revision of the database; None if nothing was migrated."""
    sentence: str = AT_HEAD
    newer: bool = False
    """Whether a newer version migrated the database; its policy files differ from this code's."""
    problem: str | None = None
    """Why this code does not work on the schema; None if it does."""
    remedy: str = MIGRATE


def standing(fetch: Fetch, head: str | None, version: str = VERSION) -> Standing:
    """Read the revision of the database, and compare it with this code's.

    Raises:
        what `fetch` raises, for example if nothing was migrated yet.
    """
    rows = fetch(QUESTION, (head,))
    if len(rows) != 1:
        found = ", ".join(row[0] for row in rows) or "nothing"
        return Standing(None, problem=f"is at {found}, not at {head}")
    revision, migrated_by, floor, ahead, fits = rows[0]
    newer = NEWER.format(version=migrated_by, revision=revision)
    if revision == head:
        if _release(migrated_by) > _release(version):
            return Standing(revision, f"{newer}.", newer=True)
        return Standing(revision)
    if not ahead:
        return Standing(revision, problem=f"is at {revision}, not at {head}")
    if fits:
        return Standing(revision, f"{newer}, and this version still works on it.", newer=True)
    return Standing(
        revision,
        f"{newer}, and this version does not work on it.",
        newer=True,
        problem=(
            f"is newer than this version: it is at {revision}, whose oldest compatible revision"
            f" is {floor}, and this version's is {head}"
        ),
        remedy=f"-- run Rowlock {migrated_by}, which migrated it, or a newer version",
    )


def _release(version: str | None) -> tuple[int, ...]:
    """The numbers of a version, for comparison. Without numbers, it is older than any other."""
    release = re.match(r"\d+(\.\d+)*", version or "")
    return tuple(map(int, release[0].split("."))) if release else ()
