"""`rowlock audit trail`: verify the history of users' rows, say where it stands, drop what is old.

The work is done by functions of the database (db/trail), called as the auditor or, to drop what is
old, as the owner.
"""

import argparse
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

DESCRIPTION = """
The trail is the history of users' rows, chained by hashes. Exits 1 where a chain is broken.
"""

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


def add_trail(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """Add the command, and say what it takes."""
    parser = subparsers.add_parser(
        "trail", description=DESCRIPTION, help="verify the history of users' rows, or thin it out"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--verify", action="store_true", help="name the first broken link of a chain")
    what.add_argument(
        "--heads",
        action="store_true",
        help="print where each chain stands: position, hash, user; keep it out of reach",
    )
    what.add_argument(
        "--retain",
        type=_months,
        metavar="MONTHS",
        help="drop the events of months that ended so many months ago",
    )
    parser.add_argument(
        "--user",
        dest="of_user",
        type=_user_id,
        metavar="ID",
        help="verify or show the chain of one user",
    )
    return parser


def run(settings: Settings, chosen: argparse.Namespace) -> int:
    """Do what was chosen; 1 if a chain is broken.

    Raises:
        AuditError: an option is not used; the database does not answer, has no trail, or refuses
            it to this role.
        SettingsError: no URL is set.
    """
    if chosen.retain is not None:
        if chosen.of_user is not None:
            raise AuditError("--user goes with --verify and --heads: --retain is of all users.")
        return _retain("MIGRATION_DATABASE_URL", settings.owner_url(), chosen.retain)
    name, url = settings.audit_url()
    query = VERIFY if chosen.verify else HEADS
    (rows,) = _ask(name, url, "rowlock_auditor", (query, {"user": chosen.of_user}))
    return _tell_verified(rows, chosen.of_user) if chosen.verify else _tell_heads(rows)


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


def _retain(name: str, url: SecretStr, months: int) -> int:
    dropped, _ = _ask(name, url, None, (RETAIN, {"months": months}), (PREPARE_MONTHS, {}))
    for partition, events in dropped:
        put(f"Dropped trail.{partition}: {_count(events, 'event')}.\n")
    if not dropped:
        put(f"Nothing is older than {_count(months, 'month')}.\n")
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


def _user_id(given: str) -> str:
    """Whatever is text: an id that is hostile has a chain too."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("must be a user's id, in UTF-8") from None
    return given


def _months(given: str) -> int:
    try:
        months = int(given)
    except ValueError:
        months = 0
    if not 1 <= months <= 1200:  # noqa: PLR2004 - a hundred years
        raise argparse.ArgumentTypeError("must be a number of months from 1 to 1200")
    return months


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
