"""`rowlock audit trail`."""

import click

from api.cli.help import Command

MOST_MONTHS = 1200  # a hundred years


def months(given: str) -> int:
    """Read a number of months."""
    try:
        number = int(given)
    except ValueError:
        number = 0
    if not 1 <= number <= MOST_MONTHS:
        raise click.BadParameter(f"must be a number of months from 1 to {MOST_MONTHS}")
    return number


def user_id(given: str) -> str:
    """Read any text that UTF-8 can encode."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("must be a user's id, in UTF-8") from None
    return given


@click.command("trail", cls=Command)
@click.option("--verify", is_flag=True, help="name the first broken link of a chain")
@click.option(
    "--heads",
    is_flag=True,
    help="print the head of each chain: position, hash, user; store it elsewhere",
)
@click.option(
    "--retain",
    type=months,
    metavar="MONTHS",
    help="drop the events of months that ended so many months ago",
)
@click.option("--user", type=user_id, metavar="ID", help="verify or show the chain of one user")
def command(*, verify: bool, heads: bool, retain: int | None, user: str | None) -> int:
    """Verify the history of users' rows, or drop old months.

    The history is chained by hashes. Exits 1 if a chain is broken.
    """
    from api.audit import trail
    from api.audit.errors import AuditError
    from api.cli.environment import prepare, running_database

    if sum((verify, heads, retain is not None)) != 1:
        raise click.UsageError("Exactly one of --verify, --heads and --retain is required.")
    settings = prepare()
    if retain is not None:
        if user is not None:
            raise AuditError(
                "--user can be combined with --verify or --heads: --retain is about all users."
            )
        with running_database(settings) as ready:
            return trail.retain(ready, retain)
    run = trail.verify if verify else trail.heads
    if settings.audit_database_url is not None:
        return run(settings, user)
    with running_database(settings) as ready:
        return run(ready, user)
