"""`rowlock audit`: the report."""

from difflib import get_close_matches
from pathlib import Path

import click

from api.cli import trail
from api.cli.help import Group

FORMATS = ("text", "json", "sarif", "html")


def acceptance(given: str) -> tuple[str, str]:
    """Read RULE=REASON."""
    from api.audit.printable import printable
    from api.audit.rules import rules

    rule, _, reason = given.partition("=")
    if rule not in rules():
        meant = get_close_matches(rule, rules(), n=1)
        raise click.BadParameter(
            f"there is no rule {printable(rule)!r}" + (f"; is it {meant[0]}?" if meant else "")
        )
    if not reason.strip():
        raise click.BadParameter(f'needs a reason: {rule}="why it is as it should be"')
    return rule, reason.strip()


def user_id(given: str) -> str:
    """Read a user id that a token could have."""
    if not given or not given.isprintable():
        raise click.BadParameter("must be a user's id")
    return given


@click.group(
    "audit",
    cls=Group,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="[PART ...]",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="the form of the report; text by default"
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="write the report to a file"
)
@click.option(
    "--accept",
    type=acceptance,
    multiple=True,
    metavar="RULE=REASON",
    help="show the findings of a rule with this reason, and do not count them; repeatable",
)
@click.option(
    "--as",
    "user",
    type=user_id,
    metavar="USER",
    help="also count the rows that this user reaches, by trying each command and undoing it",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    form: str | None,
    output: Path | None,
    accept: tuple[tuple[str, str], ...],
    user: str | None,
) -> int:
    """Audit the database: who reaches which rows, and how.

    Exits 1 on a finding of level error.
    """
    from api.audit import command as audit
    from api.cli.environment import prepare, running_database

    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return 0
    options = audit.Options(form or "text", output, dict(accept), user)
    settings = prepare()
    if settings.audit_database_url is not None:
        return audit.run(settings, options)
    with running_database(settings) as ready:
        return audit.run(ready, options)


def _refuse_options(context: click.Context) -> None:
    """Refuse an option of the report before a part of the command that makes no report."""
    from api.audit.errors import AuditError

    for option in context.command.params:
        if context.params.get(str(option.name)):
            raise AuditError(
                f"{option.opts[0]} belongs to the report: "
                f"rowlock audit {context.invoked_subcommand} makes no report."
            )


command.add_command(trail.command)
