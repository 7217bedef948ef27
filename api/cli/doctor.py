"""`rowlock doctor`."""

from typing import TYPE_CHECKING

import click

from api.cli.help import Command

if TYPE_CHECKING:
    from api.operations.startup_checks import Result


@click.command("doctor", cls=Command)
def command() -> int:
    """Check the database, and say how to correct it."""
    from api.cli.environment import prepare, running_database
    from api.operations import startup_checks
    from api.operations.api_database import open_database
    from api.operations.migrate import newest_revision
    from api.tables.discovery import statements

    with running_database(prepare()) as ready:
        database = open_database(ready)
        try:
            results = startup_checks.inspect(database, newest_revision(), statements())
        finally:
            database.close()
    _show(results)
    return int(any(result.failed for result in results))


def _show(results: "list[Result]") -> None:
    """Print a table of the checks, then each finding and, on separate lines, its remedy."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "check")
    for result in results:
        mark = Text("✓", "green")
        if result.findings:
            mark = Text("!", "yellow") if result.warning else Text("✗", "red")
        table.add_row(mark, Text(result.sentence))
    Console().print(table)
    for result in results:
        for finding in result.findings:
            sign = "!" if result.warning else "✗"
            print(f"\n{sign} {finding.object}: {finding.detail}\n{finding.remedy}")
