"""The rules behind the findings, as their files describe themselves.

The first line of a file says what must hold; a line `-- level: warning` makes less of it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "db" / "checks", ROOT / "db" / "audit" / "rules")

# These ask about the session of the API, and an audit has one of its own.
OF_THE_SESSION = {"role_name", "unbound"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `file` is its path in the repository."""

    name: str
    level: str
    sentence: str
    file: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule of the audit by its name."""
    found = {}
    for path in sorted(path for folder in FOLDERS for path in folder.glob("*.sql")):
        if path.stem not in OF_THE_SESSION:
            lines = path.read_text(encoding="utf-8").splitlines()
            found[path.stem] = Rule(
                path.stem,
                "warning" if "-- level: warning" in lines else "error",
                lines[0].removeprefix("-- "),
                path.relative_to(ROOT).as_posix(),
            )
    return found
