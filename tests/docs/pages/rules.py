"""Generates the tables of checks and rules: name, level and first sentence of each file."""

from collections.abc import Iterable
from pathlib import Path

from db.audit_schema import level, rule_files

ROOT = Path(__file__).parents[3]
CHECKS = ROOT / "db" / "checks"


def block() -> str:
    """Three tables: checks of both start and audit, of the start only, and of the audit only."""
    audited = set(rule_files())
    checks = set(CHECKS.rglob("*.sql"))
    return "\n".join(
        (
            _table("Checks of the start and of the audit", checks & audited),
            _table("Checks of the start only", checks - audited),
            _table("Rules of the audit only", audited - checks),
        )
    )


def _table(heading: str, paths: Iterable[Path]) -> str:
    lines = [f"## {heading}", "", "| rule | level | requirement |", "| --- | --- | --- |"]
    lines += map(_line, sorted(paths))
    return "\n".join(lines) + "\n"


def _line(path: Path) -> str:
    sql = path.read_text(encoding="utf-8")
    sentence = sql.partition("\n")[0].removeprefix("-- ")
    severity = "warning" if path.parent.name == "warnings" else level(sql)
    link = f"[`{path.stem}`](../../{path.relative_to(ROOT).as_posix()})"
    return f"| {link} | {severity} | {sentence} |"
