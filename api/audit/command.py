"""`rowlock audit`: makes a report, and writes it."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from api.audit import report
from api.audit.errors import AuditError
from api.audit.formats import json, sarif
from api.audit.report import Report, Row
from api.audit.standard_output import write
from api.audit.user_access import tried_access
from api.operations.api_database import open_database
from api.operations.migrate import newest_revision
from api.settings import Settings


@dataclass(frozen=True)
class Options:
    """The format and file of the report, accepted rules with reasons, and a user to try."""

    form: str
    output: Path | None
    accept: dict[str, str]
    user: str | None


def run(settings: Settings, options: Options) -> int:
    """Audit the database; 1 if a finding of level error counts.

    Raises:
        AuditError: the audit cannot be made, or the report cannot be written.
        SettingsError: no URL is set.
    """
    if options.user is not None and settings.database_url is None:
        raise AuditError("DATABASE_URL is not set: --as uses it to try the access of rowlock_api.")
    name, url = settings.audit_url()
    found = report.read(url, name, newest_revision(), options.accept)
    if options.user is not None:
        found = replace(found, user=options.user, reach=_reach(settings, options.user, found))
    rendered = _render(found, options)
    if options.output is None:
        write(rendered)
    else:
        _write(options.output, rendered)
    return int(bool(found.counted("error")))


def _render(found: Report, options: Options) -> str:
    # Imported here, because only some audits need them.
    from api.audit.formats import html, text  # noqa: PLC0415

    if options.form == "text":
        return text.render(found, in_file=options.output is not None or not sys.stdout.isatty())
    forms = {"json": json.render, "sarif": sarif.render, "html": html.render}
    return forms[options.form](found)


def _reach(settings: Settings, user: str, found: Report) -> list[Row]:
    database = open_database(settings)
    try:
        return tried_access(database, user, found.views["tables"])
    finally:
        database.close()


def _write(path: Path, rendered: str) -> None:
    """Write the complete file, or none."""
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
