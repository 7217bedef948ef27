"""Reads the views of schema audit in one read-only snapshot."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class
from pydantic import SecretStr

from api.audit.connection import connect, said
from api.audit.errors import AuditError
from api.audit.view_columns import FINDINGS, VIEWS

Row = dict[str, Any]

# Statements are limited in time, and functions are those of the catalogue.
PREPARE = """
set local statement_timeout = '30s';
set local lock_timeout = '5s';
set local search_path = pg_catalog;
set local timezone = 'UTC';
"""
FACTS = """
select
    current_database() as database,
    session_user as login,
    current_setting('server_version') as server_version,
    current_setting('server_version_num')::int >= 160000 as set_option,
    exists (
        select from pg_class as c
        where c.relnamespace = to_regnamespace('rowlock') and c.relname = 'alembic_version'
    ) as rowlocks,
    to_regnamespace('audit') is not null as audited,
    array(
        select name from unnest(array['rowlock_api', 'rowlock_auditor']) as wanted (name)
        where not exists (select from pg_roles as r where r.rolname = wanted.name)
    ) as missing_roles
"""
REVISION = "select version_num from rowlock.alembic_version"
COMMENTS = """
select c.relname, obj_description(c.oid, 'pg_class') from pg_class as c
where c.relnamespace = to_regnamespace('audit') and c.relkind = 'v'
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of audit.findings; `accepted` is the reason why it does not count, if any."""

    rule: str
    level: str
    object: str
    detail: str
    remedy: str
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an audit."""

    database: str
    login: str
    server_version: str
    revision: str
    generated_at: datetime
    comments: dict[str, str]
    views: dict[str, list[Row]]
    findings: list[Finding]
    user: str | None = None
    reach: list[Row] = field(default_factory=list)

    def counted(self, level: str) -> list[Finding]:
        """The findings of a level that were not accepted."""
        return [f for f in self.findings if f.level == level and f.accepted is None]

    @property
    def accepted(self) -> list[Finding]:
        """The findings that do not count."""
        return [finding for finding in self.findings if finding.accepted is not None]

    @property
    def verdict(self) -> str:
        """The findings in a sentence."""
        numbers = [
            f"{len(found)} {word}{'' if len(found) == 1 or word == 'accepted' else 's'}"
            for word, found in (
                ("error", self.counted("error")),
                ("warning", self.counted("warning")),
                ("accepted", self.accepted),
            )
            if found
        ]
        return ", ".join(numbers) + "." if numbers else "No finding."


def read(url: SecretStr, name: str, head: str | None, accepted: dict[str, str]) -> Report:
    """Read the views over the URL that the setting `name` holds.

    Raises:
        AuditError: the database does not answer, is not Rowlock's, has another revision, or
            refuses the audit to this role.
    """
    connection = connect(url, name, "rowlock audit")
    with closing(connection):
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        try:
            with connection.cursor() as cursor:
                return _read(cursor, head, accepted)
        except (psycopg2.Error, UnicodeDecodeError) as error:
            raise AuditError(f"The audit was not completed: {said(error)}") from None


def _read(cursor: Cursor, head: str | None, accepted: dict[str, str]) -> Report:
    cursor.execute(PREPARE)
    facts = _rows(cursor, FACTS)[0]
    _check_premises(facts)
    _become_auditor(cursor, facts)
    revision = ", ".join(row["version_num"] for row in _rows(cursor, REVISION))
    if revision != head:
        raise AuditError(
            f"The database is at revision {revision or 'none'}, and this Rowlock at {head}. "
            "Audit it with the Rowlock that migrated it, or run: rowlock migrate"
        )
    views = {view: _view(cursor, view, columns) for view, columns in VIEWS.items()}
    findings = [
        Finding(**row, accepted=accepted.get(row["rule"]))
        for row in _view(cursor, "findings", FINDINGS, order="level, rule, object")
    ]
    cursor.execute(COMMENTS)
    return Report(
        database=facts["database"],
        login=facts["login"],
        server_version=facts["server_version"],
        revision=revision,
        generated_at=datetime.now(UTC),
        comments={name: comment or "" for name, comment in cursor.fetchall()},
        views=views,
        findings=findings,
    )


def _check_premises(facts: Row) -> None:
    database = facts["database"]
    if not facts["rowlocks"]:
        raise AuditError(
            f"Database {database} is not Rowlock's: it has no table rowlock.alembic_version. "
            "Correct the URL, or run: rowlock migrate"
        )
    if facts["missing_roles"]:
        raise AuditError(
            f"The server has no role {' and no role '.join(facts['missing_roles'])}: it was "
            "renamed or dropped. Rename it back, or run: rowlock migrate"
        )
    if not facts["audited"]:
        raise AuditError(
            f"Database {database} has no schema audit: it is older than the audit, or not fully "
            "migrated. Run: rowlock migrate"
        )


def _become_auditor(cursor: Cursor, facts: Row) -> None:
    """Switch to the auditor's role, unless the session may read the views without it."""
    # From Postgres 16 on, a member may lack the right to SET ROLE.
    right = "set" if facts["set_option"] else "member"
    cursor.execute("select pg_has_role(session_user, 'rowlock_auditor', %s)", (right,))
    if cursor.fetchall() == [(True,)]:
        cursor.execute("set local role rowlock_auditor")
    cursor.execute("select has_schema_privilege('audit', 'usage')")
    if cursor.fetchall() != [(True,)]:
        if facts["login"] == "rowlock_api":
            raise AuditError(
                "Role rowlock_api serves requests, and must not have access to schema audit: use "
                "the URL of the owner or of an auditor."
            )
        raise AuditError(
            f"Role {facts['login']} may not read schema audit. As its owner, run: "
            + sql.SQL("grant rowlock_auditor to {};")
            .format(sql.Identifier(facts["login"]))
            .as_string(cursor)
        )


def _view(cursor: Cursor, view: str, columns: tuple[str, ...], order: str = "1, 2, 3") -> list[Row]:
    try:
        return _rows(cursor, f"select {', '.join(columns)} from audit.{view} order by {order}")  # noqa: S608 - names of ours
    except errors.QueryCanceled:
        raise AuditError(f"audit.{view} took longer than 30 seconds, and was cancelled.") from None
    except psycopg2.Error as error:
        raise AuditError(
            f"audit.{view} cannot be read: {said(error)} Run: rowlock migrate"
        ) from None


def _rows(cursor: Cursor, query: str) -> list[Row]:
    cursor.execute(query)
    assert cursor.description is not None  # noqa: S101 - every query here returns rows
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
