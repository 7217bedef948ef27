"""`rowlock audit trail`: verify the history of users' rows, print its heads, drop old months.

Functions of the database (db/trail) do the work. They are called as the auditor, or as the owner to
drop old months.
"""

from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class
from pydantic import SecretStr

from api.audit.connection import connect, said
from api.audit.errors import AuditError
from api.audit.printable import printable
from api.audit.standard_output import write
from api.settings import Settings

# Without a user, the trail of all users is read. Functions are those of the catalogue.
PREPARE = """
set local lock_timeout = '5s';
select set_config('app.user_id', '', true);
set local search_path = pg_catalog;
"""
VERIFY = """
with chains as materialized (select * from trail.verify(%(user)s))
select
    (select count(*) from chains),
    (select coalesce(sum(events), 0)::bigint from chains),
    array(select user_id from chains where problem is not null order by user_id),
    array(select place from chains where problem is not null order by user_id),
    array(select problem from chains where problem is not null order by user_id)
"""
HEADS = "select place, hash, user_id from trail.heads_now(%(user)s)"
RETAIN = "select partition, events from trail.retain(%(months)s)"
PREPARE_MONTHS = "select trail.prepare()"

Rows = list[tuple[Any, ...]]
NO_TRAIL = (errors.UndefinedFunction, errors.InvalidSchemaName, errors.UndefinedObject)


def verify(settings: Settings, user: str | None) -> int:
    """Verify the chains of all users, or of one; 1 if a chain is broken.

    Raises:
        AuditError: the database does not answer, has no trail, or refuses it to this role.
        SettingsError: no URL is set.
    """
    return _report_verified(_ask_auditor(settings, VERIFY, user), user)


def heads(settings: Settings, user: str | None) -> int:
    """Print the head of the chain of all users, or of one. Raises the errors of `verify`."""
    return _report_heads(_ask_auditor(settings, HEADS, user))


def retain(settings: Settings, months: int) -> int:
    """Drop the events of old months as the owner. Raises the errors of `verify`."""
    name, url = "MIGRATION_DATABASE_URL", settings.owner_url()
    dropped, _ = _ask(name, url, None, (RETAIN, {"months": months}), (PREPARE_MONTHS, {}))
    for partition, events in dropped:
        write(f"Dropped trail.{partition}: {_count(events, 'event')}.\n")
    if not dropped:
        write(f"Nothing is older than {_count(months, 'month')}.\n")
    return 0


def _ask_auditor(settings: Settings, query: str, user: str | None) -> Rows:
    name, url = settings.audit_url()
    (rows,) = _ask(name, url, "rowlock_auditor", (query, {"user": user}))
    return rows


def _report_verified(rows: Rows, of_user: str | None) -> int:
    ((users, events, *broken),) = rows
    if of_user is not None and not users:
        write(f"There is no chain of user {printable(of_user)}.\n")
        return 1
    for user, position, problem in zip(*broken, strict=True):
        write(f"✗ {printable(user)}, position {position}: {problem}.\n")
    if broken[0]:
        write(f"The trail of {_count(len(broken[0]), 'user')} is broken.\n")
        return 1
    write(f"✓ {_count(events, 'event')} of {_count(users, 'user')} verified.\n")
    return 0


def _report_heads(rows: Rows) -> int:
    write("".join(f"{position} {digest} {printable(user)}\n" for position, digest, user in rows))
    return 0


def _ask(
    name: str, url: SecretStr, role: str | None, *queries: tuple[str, dict[str, Any]]
) -> list[Rows]:
    """Run queries in one transaction, after SET ROLE if a role is given."""
    connection = connect(url, name, "rowlock audit trail")
    found = []
    with closing(connection), connection, connection.cursor() as cursor:
        try:
            cursor.execute(PREPARE)
            if role:
                _become(cursor, role)
            for query, values in queries:
                cursor.execute(query, values)
                found.append(cursor.fetchall())
        except NO_TRAIL:
            raise AuditError(
                f"Database {connection.info.dbname} has no trail: it is not Rowlock's, or has "
                "another revision. Correct the URL, or run: rowlock migrate"
            ) from None
        except (psycopg2.Error, UnicodeDecodeError) as error:
            raise AuditError(f"The trail cannot be read: {said(error)}") from None
    return found


def _become(cursor: Cursor, role: str) -> None:
    try:
        cursor.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege:
        login = cursor.connection.info.user
        grant = sql.SQL("grant {} to {};").format(sql.Identifier(role), sql.Identifier(login))
        raise AuditError(
            f"Role {login} may not act as {role}. As the owner, run: {grant.as_string(cursor)}"
        ) from None


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
