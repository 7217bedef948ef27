"""The report as one HTML file without scripts or external files; every name is escaped."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.audit.access_matrix import COMMANDS, matrix, reached, reaches
from api.audit.printable import is_altered, printable, qualified, quoted
from api.audit.report import Report, Row

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")

NAMED = 10  # names listed in a sentence

# The views that are shown as plain tables.
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
    environment.filters |= {"printable": printable, "block": _block, "shown": _shown, "few": _few}
    return environment.get_template("report.html").render(
        report=report,
        style=Markup(STYLE),  # noqa: S704 - our own file
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
    """The policies by table, each with its SQL."""
    found: dict[str, list[Row]] = {}
    for row in report.views["policies"]:
        table = qualified(row["schema_name"], row["table_name"])
        found.setdefault(table, []).append(row | {"text": _statement(row, table)})
    return found


def _statement(row: Row, table: str) -> str:
    """The policy as SQL, for display."""
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
    """Names in a sentence; of many, only the first."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return printable(", ".join(names[:NAMED])) + more


def _wrapped(expression: str) -> str:
    return expression if expression.startswith("(") else f"({expression})"


def _block(value: str) -> str:
    """Text of several lines."""
    return printable(value, keep="\n\t")


def _shown(value: Any) -> str:
    """A value of a view in a cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return printable(", ".join(map(str, value))) or "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return printable(str(value))
