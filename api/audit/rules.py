"""The rules of the findings, read from their files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.audit_schema import level, rule_files

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: a sentence that must be true, and the path of its file in the repository."""

    name: str
    level: str
    sentence: str
    file: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its name."""
    return {path.stem: _rule(path) for path in rule_files()}


def _rule(path: Path) -> Rule:
    sql = path.read_text(encoding="utf-8")
    sentence = sql.partition("\n")[0].removeprefix("-- ")
    return Rule(path.stem, level(sql), sentence, path.relative_to(ROOT).as_posix())
