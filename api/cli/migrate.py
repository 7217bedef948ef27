"""`rowlock migrate`."""

import click

from api.cli.help import Command


@click.command("migrate", cls=Command)
def command() -> int:
    """Migrate the database, and install the policies."""
    from api.cli.environment import prepare, running_database
    from api.operations.migrate import migrate

    with running_database(prepare()) as ready:
        print(migrate(ready))
    return 0
