"""`rowlock migrate`."""

import click

from api.cli.help import Command


@click.command("migrate", cls=Command)
def command() -> int:
    """Bring the database to head, policies included."""
    from api.cli.environment import prepare, running_database
    from api.operations.migrate import migrate

    with running_database(prepare()) as ready:
        print(migrate(ready))
    return 0
