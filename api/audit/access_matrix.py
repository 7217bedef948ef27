"""The access matrix by role, table and command, for the text and the HTML."""

from api.audit.printable import qualified
from api.audit.report import Report, Row

# Policies apply to these commands, and not to TRUNCATE.
OF_ROWS = ("select", "insert", "update", "delete")
COMMANDS = (*OF_ROWS, "truncate")

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


def reached(tables: dict[str, Cells]) -> dict[str, Cells]:
    """The tables in which a role reaches any row with any command."""
    return {
        table: cells
        for table, cells in tables.items()
        if any(reaches(cells, command) != "none" for command in cells)
    }
