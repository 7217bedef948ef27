"""The start-up checks: those of db/checks, the revision of the schema, and the policy files.

Each check is one SQL file that a DBA can run as the API's role. The first line states the
requirement. Each row that it returns is a finding: an object, what is wrong with it, and SQL that
repairs it. The findings of db/checks/warnings are logged, and do not stop the start.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2.errors import UndefinedTable

from api.database.identity import Database
from api.database.statements import Statement
from api.operations import missing_grants
from api.operations.schema_version import MIGRATE, Standing, standing
from db.install import policy_files

log = logging.getLogger("rowlock")

CHECKS = Path(__file__).parents[2] / "db" / "checks"
WARNINGS = CHECKS / "warnings"

REACHABLE = "The role of DATABASE_URL can connect to the database."
RECONNECT = "-- correct DATABASE_URL; if its role is missing, run: rowlock migrate"
INSTALLED = "Every policy file is installed as it is written."
FILES = "select file, sha256 from rowlock.installed_policies"
STATEMENTS = "The API's role may run every statement of the API."
GRANT = "-- grant it in its file of db/policies, then run: rowlock migrate"

# Checks whose findings no migration repairs. The others would report what a migration installs.
BEFORE_MIGRATING = ("encoding", "role_name", "server_version")

# With this search path, findings show names with their schema, and functions are those of
# pg_catalog.
SEARCH_PATH = "select set_config('search_path', 'pg_catalog', true);"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and how to repair it."""

    object: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Result:
    """A check and its findings. A warning does not stop the start."""

    name: str
    sentence: str
    findings: list[Finding]
    warning: bool = False

    @property
    def failed(self) -> bool:
        """Whether the API must not serve."""
        return bool(self.findings) and not self.warning


class GuardError(Exception):
    """The API must not serve. The message says why, and how to repair it."""

    def __init__(self, results: list[Result]) -> None:
        lines = [
            f"{finding.object}: {finding.detail}. Repair: {finding.remedy}"
            for result in results
            for finding in result.findings
        ]
        super().__init__("The API does not start on this database.\n" + "\n".join(lines))


def inspect(
    database: Database, head: str | None, statements: Mapping[str, Statement]
) -> list[Result]:
    """Run every check as the API's role. If it cannot connect, only that is returned.

    `head` is the newest revision of this code; `statements` are what the API runs, by name.

    If the schema is missing or has another revision, only checks that no migration repairs run.
    """
    try:
        database.fetch_without_user("select 1")
    except psycopg2.Error as error:
        finding = Finding("DATABASE_URL", f"cannot be used: {_first_line(error)}", RECONNECT)
        return [Result("reachable", REACHABLE, [finding])]
    known = True
    try:
        schema = standing(database.fetch_without_user, head)
    except psycopg2.Error as error:
        known = isinstance(error, UndefinedTable)  # only this error shows that there is no schema
        schema = Standing(None, problem=f"cannot be read: {_first_line(error)}")
    wrong = [Finding("schema", schema.problem, schema.remedy)] if schema.problem else []
    results = [Result("schema_at_head", schema.sentence, wrong)]
    if wrong and known:
        return [*results, *(_check(database, CHECKS / f"{name}.sql") for name in BEFORE_MIGRATING)]
    # Files of a newer version are compared by their fingerprints only: db/checks/drift.sql.
    if not schema.newer:
        results.append(Result("files_installed", INSTALLED, _files(database)))
    for folder in (CHECKS, WARNINGS):
        results += [_check(database, path) for path in sorted(folder.glob("*.sql"))]
    return [*results, Result("statements", STATEMENTS, _statements(database, statements))]


def enforce(database: Database, head: str | None, statements: Mapping[str, Statement]) -> None:
    """Refuse to serve on a database where a check fails; warnings go to the log.

    Raises:
        GuardError: with a line per finding.
    """
    results = inspect(database, head, statements)
    if failed := [result for result in results if result.failed]:
        raise GuardError(failed)
    for result in results:
        for finding in result.findings:
            log.warning("%s: %s. Repair: %s", finding.object, finding.detail, finding.remedy)


def foreign_settings(database: Database) -> list[Finding]:
    """The settings of new sessions that differ from Rowlock's. They can change while it runs.

    Raises:
        psycopg2.Error: as the database reports it.
    """
    return _rows(database, (CHECKS / "settings.sql").read_text(encoding="utf-8"))


def _check(database: Database, path: Path) -> Result:
    """Run the check of one file."""
    sql = path.read_text(encoding="utf-8")
    sentence = sql.partition("\n")[0].removeprefix("-- ")
    found = _findings(database, path.stem, sql)
    return Result(path.stem, sentence, found, warning=path.parent == WARNINGS)


def _files(database: Database) -> list[Finding]:
    """The policy files that are not installed, or were changed since."""
    try:
        installed: dict[str, str] = dict(database.fetch_without_user(FILES))
    except psycopg2.Error as error:
        return [Finding("policy files", f"cannot be checked: {_first_line(error)}", MIGRATE)]
    return [
        Finding(file.name, "is not installed as it is written", MIGRATE)
        for file in policy_files()
        if installed.get(file.name) != file.hash
    ]


def _statements(database: Database, statements: Mapping[str, Statement]) -> list[Finding]:
    return [
        Finding(name, f"cannot be run: {_first_line(error)}", GRANT)
        for name, error in missing_grants.refused(statements, database.fetch_without_user)
    ]


def _findings(database: Database, name: str, sql: str) -> list[Finding]:
    try:
        return _rows(database, sql)
    except psycopg2.Error as error:
        return [Finding(name, f"cannot be checked: {_first_line(error)}", MIGRATE)]


def _rows(database: Database, sql: str) -> list[Finding]:
    return [Finding(*row) for row in database.fetch_without_user(SEARCH_PATH + sql)]


def _first_line(error: psycopg2.Error) -> str:
    return str(error).strip().partition("\n")[0]
