"""`rowlock audit trail`: verify the history of users' rows, say where it stands, drop what is old.

The work is done by functions of the database (db/trail), called as the auditor or, to drop what is
old, as the owner.
"""

from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class in all but its name
from pydantic import SecretStr

from api.audit.connection import connect, said
from api.audit.errors import AuditError
from api.audit.printable import visible
from api.audit.printing import put
from api.settings import Settings

# Nobody is bound: the trail of all users is read. No other schema's function answers for ours.
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
    return _tell_verified(_ask_auditor(settings, VERIFY, user), user)


def heads(settings: Settings, user: str | None) -> int:
    """Print where the chains of all users stand, or that of one; raises what `verify` raises."""
    return _tell_heads(_ask_auditor(settings, HEADS, user))


def retain(settings: Settings, months: int) -> int:
    """Drop the events of old months as the owner; raises what `verify` raises."""
    name, url = "MIGRATION_DATABASE_URL", settings.owner_url()
    dropped, _ = _ask(name, url, None, (RETAIN, {"months": months}), (PREPARE_MONTHS, {}))
    for partition, events in dropped:
        put(f"Dropped trail.{partition}: {_count(events, 'event')}.\n")
    if not dropped:
        put(f"Nothing is older than {_count(months, 'month')}.\n")
    return 0


def _ask_auditor(settings: Settings, query: str, user: str | None) -> Rows:
    name, url = settings.audit_url()
    (rows,) = _ask(name, url, "rowlock_auditor", (query, {"user": user}))
    return rows


def _tell_verified(rows: Rows, of_user: str | None) -> int:
    ((users, events, *broken),) = rows
    if of_user is not None and not users:
        put(f"There is no chain of user {visible(of_user)}.\n")
        return 1
    for user, position, problem in zip(*broken, strict=True):
        put(f"✗ {visible(user)}, position {position}: {problem}.\n")
    if broken[0]:
        put(f"The trail of {_count(len(broken[0]), 'user')} is broken.\n")
        return 1
    put(f"✓ {_count(events, 'event')} of {_count(users, 'user')} verified.\n")
    return 0


def _tell_heads(rows: Rows) -> int:
    put("".join(f"{position} {digest} {visible(user)}\n" for position, digest, user in rows))
    return 0


def _ask(
    name: str, url: SecretStr, role: str | None, *queries: tuple[str, dict[str, Any]]
) -> list[Rows]:
    """Run queries in one transaction, in the part of a role if one is named."""
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
                f"Database {connection.info.dbname} has no trail: it is not Rowlock's, or not at "
                "this revision. Correct the URL, or run: rowlock migrate"
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
