"""The command `rowlock audit`: its arguments, and where its report goes."""

import argparse
import os
import sys
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from api.audit import report
from api.audit.errors import AuditError
from api.audit.formats import json, sarif
from api.audit.printable import visible
from api.audit.printing import put
from api.audit.reach import reach
from api.audit.report import Report, Row
from api.audit.rules import rules
from api.operations.api_database import open_database
from api.operations.migrate import newest_revision
from api.settings import Settings

DESCRIPTION = """
Audit the database in SQL: who reaches which rows, by which policy, and what is wrong. Exits 1 on a
finding of level error.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = DESCRIPTION
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "html"),
        help="the form of the report; text by default",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to a file")
    parser.add_argument(
        "--accept",
        type=_acceptance,
        action="append",
        default=[],
        metavar="RULE=REASON",
        help="show the findings of a rule with this reason, and do not count them; repeatable",
    )
    parser.add_argument(
        "--as",
        dest="user",
        type=_user,
        metavar="USER",
        help="also count the rows that this user reaches, by trying each command and undoing it",
    )


def refuse_arguments(chosen: argparse.Namespace, part: str) -> None:
    """Refuse what is of the report, and was given to a part of the command that makes none.

    Raises:
        AuditError: naming the option.
    """
    given = {
        "--format": chosen.format,
        "--output": chosen.output,
        "--accept": chosen.accept,
        "--as": chosen.user,
    }
    for option, value in given.items():
        if value:
            raise AuditError(f"{option} is of the report alone: rowlock audit {part} makes none.")


def run(settings: Settings, chosen: argparse.Namespace) -> int:
    """Audit the database; 1 if a finding of level error counts.

    Raises:
        AuditError: the audit cannot be made, or the report not be written.
        SettingsError: no URL is set.
    """
    if chosen.user is not None and settings.database_url is None:
        raise AuditError("DATABASE_URL is not set: --as tries what rowlock_api reaches over it.")
    name, url = settings.audit_url()
    found = report.read(url, name, newest_revision(), dict(chosen.accept))
    if chosen.user is not None:
        found = replace(found, user=chosen.user, reach=_reach(settings, chosen.user, found))
    rendered = _render(found, chosen)
    if chosen.output is None:
        put(rendered)
    else:
        _write(chosen.output, rendered)
    return int(bool(found.counted("error")))


def _render(found: Report, chosen: argparse.Namespace) -> str:
    # Imported here, because only an audit pays for them.
    from api.audit.formats import html, text  # noqa: PLC0415

    if chosen.format in (None, "text"):
        return text.render(found, in_file=chosen.output is not None or not sys.stdout.isatty())
    forms = {"json": json.render, "sarif": sarif.render, "html": html.render}
    return forms[chosen.format](found)


def _reach(settings: Settings, user: str, found: Report) -> list[Row]:
    database = open_database(settings)
    try:
        return reach(database, user, found.views["tables"])
    finally:
        database.close()


def _write(path: Path, rendered: str) -> None:
    """Write the file whole or not at all."""
    if path.exists() and not path.is_file():
        raise AuditError(f"{path} is not a file: name another one for --output.")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            unfinished.write_text(rendered, encoding="utf-8")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise AuditError(f"{path} cannot be written: {error.strerror}.") from None


def _acceptance(given: str) -> tuple[str, str]:
    rule, _, reason = given.partition("=")
    if rule not in rules():
        meant = get_close_matches(rule, rules(), n=1)
        raise argparse.ArgumentTypeError(
            f"there is no rule {visible(rule)!r}" + (f"; is it {meant[0]}?" if meant else "")
        )
    if not reason.strip():
        raise argparse.ArgumentTypeError(f'needs a reason: {rule}="why it is as it should be"')
    return rule, reason.strip()


def _user(given: str) -> str:
    if not given or not given.isprintable():
        raise argparse.ArgumentTypeError("must be a user's id")
    return given
