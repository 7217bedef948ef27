"""`rowlock new-table`."""

import click

from api.cli.help import Command


@click.command("new-table", cls=Command)
@click.argument("name", help="the table's name, in the plural, for example notes")
@click.option("--singular", metavar="NAME", help="the name of one row, if it cannot be derived")
def command(*, name: str, singular: str | None) -> int:
    """Write the files of a new table."""
    from api.operations.new_table import new_table
    from api.operations.new_table.names import Names
    from api.operations.new_table.report import written

    print(written(new_table(Names.of(name, singular))))
    return 0
