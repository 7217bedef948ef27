"""The access matrix: role, table and command as the two pictures of it need them."""

from api.audit.report import Report, Row
from api.audit.visible import qualified

COMMANDS = ("select", "insert", "update", "delete", "truncate")

Cells = dict[str, Row]
Matrix = dict[str, dict[str, Cells]]


def matrix(report: Report) -> Matrix:
    """The rows of audit.access by role, table and command."""
    found: Matrix = {}
    for row in report.views["access"]:
        table = qualified(row["schema_name"], row["table_name"])
        found.setdefault(row["role"], {}).setdefault(table, {})[row["command"]] = row
    return found


def reaches(cells: Cells, command: str) -> str:
    """'none', 'own' or 'all'."""
    return str(cells[command]["reach"]) if command in cells else "none"


def reaches_any(tables: dict[str, Cells]) -> bool:
    """Whether a role reaches some row of some table."""
    return any(reaches(cells, command) != "none" for cells in tables.values() for command in cells)
