"""The report as one HTML file: nothing is fetched, nothing runs, and every name is escaped."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.audit.matrix import COMMANDS, matrix, reached, reaches
from api.audit.printable import is_altered, qualified, quoted, visible
from api.audit.report import Report, Row

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")

NAMED = 10  # in a sentence

# The sections that are tables and nothing else, by view.
PLAIN = ("tables", "roles", "grants", "functions", "views", "publications", "server", "drift")


def render(report: Report) -> str:
    """The whole page."""
    access = matrix(report)
    reaching = {role: reached(tables) for role, tables in access.items()}
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": visible, "block": _block, "shown": _shown, "few": _few}
    return environment.get_template("report.html").render(
        report=report,
        style=Markup(STYLE),  # noqa: S704 - a file of ours
        style_hash=b64encode(sha256(STYLE.encode()).digest()).decode(),
        commands=COMMANDS,
        reaching={role: tables for role, tables in reaching.items() if tables},
        others={role: [t for t in access[role] if t not in reaching[role]] for role in access},
        idle=[role for role, tables in reaching.items() if not tables],
        reaches=reaches,
        policies=_policies(report),
        drifted={row["file"] for row in report.views["drift"] if row["drifted"]},
        plain=PLAIN,
        is_altered=is_altered,
    )


def _policies(report: Report) -> dict[str, list[Row]]:
    """The policies by table, each with its text."""
    found: dict[str, list[Row]] = {}
    for row in report.views["policies"]:
        table = qualified(row["schema_name"], row["table_name"])
        found.setdefault(table, []).append(row | {"text": _statement(row, table)})
    return found


def _statement(row: Row, table: str) -> str:
    """The policy as SQL, for reading."""
    clauses = [f"create policy {quoted(row['policy'])} on {table}"]
    if not row["permissive"]:
        clauses.append("as restrictive")
    clauses.append(f"for {row['command']} to {', '.join(map(quoted, row['roles']))}")
    if row["using_expression"] is not None:
        clauses.append(f"using {_wrapped(row['using_expression'])}")
    if row["check_expression"] is not None:
        clauses.append(f"with check {_wrapped(row['check_expression'])}")
    return "\n    ".join(clauses) + ";"


def _few(names: list[str]) -> str:
    """Names in a sentence; of many, the first."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return visible(", ".join(names[:NAMED])) + more


def _wrapped(expression: str) -> str:
    return expression if expression.startswith("(") else f"({expression})"


def _block(value: str) -> str:
    """Text of several lines."""
    return visible(value, keep="\n\t")


def _shown(value: Any) -> str:
    """A value of a view in a cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return visible(", ".join(map(str, value))) or "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return visible(str(value))
