"""The access of one user: every command is tried as rowlock_api for that user, and rolled back.

Other sessions see no change. Rows are locked until their command is rolled back, as with any
update, and a sequence that a default uses advances.
"""

from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class

from api.audit.access_matrix import OF_ROWS
from api.audit.errors import AuditError
from api.audit.report import Row
from api.database.identity import Database

PREPARE = """
set local statement_timeout = '30s';
set local lock_timeout = '2s';
set local search_path = pg_catalog;
"""

# For each table, whether it is a foreign table, and a column that rowlock_api may both read and
# write: an update sets it to its own value, which changes nothing.
TABLES = """
select
    n.nspname,
    c.relname,
    c.relkind = 'f',
    (
        select a.attname
        from pg_attribute as a
        where
            a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = '' and a.attidentity <> 'a'
            and has_column_privilege(c.oid, a.attnum, 'select')
            and has_column_privilege(c.oid, a.attnum, 'update')
        order by a.attnum
        limit 1
    )
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where c.relkind in ('r', 'p', 'f')
"""
# If a user sees more rows than this in a table, update and delete are not tried: each change is
# recorded in the trail until it is rolled back, so the user's own requests would wait for seconds.
MOST = 1_000
NOT_TRIED = "not tried"
SELECT = "select count(*) from {}"
UPDATE = "update {} set {} = {}"
DELETE = "delete from {}"
# Policies are checked before constraints, so a row of defaults is enough.
INSERT = "insert into {} default values"


def tried_access(database: Database, user: str, tables: list[Row]) -> list[Row]:
    """For each table, how many rows select, update and delete reach; None if refused.

    `insert` is 'own' if the user may insert a row of their own, else 'none'. `update` and `delete`
    are 'not tried' if the user sees more than 1,000 rows.

    Raises:
        AuditError: the database does not answer, or a statement takes too long.
    """
    try:
        with database.as_user(user).unit_of_work() as session:
            driver: Any = session.connection().connection.driver_connection
            with driver.cursor() as cursor:
                cursor.execute(PREPARE)
                cursor.execute(TABLES)
                facts = {(schema, name): rest for schema, name, *rest in cursor.fetchall()}
                keys = [(row["schema_name"], row["table_name"]) for row in tables]
                found = [_table(cursor, *key, *facts[key]) for key in keys if key in facts]
            session.rollback()
            return found
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise AuditError(f"The access of {user} could not be tried: {said}") from None


def _table(cursor: Cursor, schema: str, name: str, foreign: bool, column: str | None) -> Row:  # noqa: FBT001 - a row of TABLES
    key = {"schema_name": schema, "table_name": name}
    if foreign:  # the other server may not roll back
        return key | dict.fromkeys(OF_ROWS, NOT_TRIED)
    table = sql.Identifier(schema, name)
    selected = _try(cursor, sql.SQL(SELECT).format(table), counted=True)
    updated: int | str | None = None
    deleted: int | str | None
    if isinstance(selected, int) and selected > MOST:
        updated = deleted = NOT_TRIED
    else:
        if column is not None:
            same = sql.Identifier(column)
            updated = _try(cursor, sql.SQL(UPDATE).format(table, same, same))
        deleted = _try(cursor, sql.SQL(DELETE).format(table))
    return key | {
        "select": selected,
        "insert": _insert(cursor, table),
        "update": updated,
        "delete": deleted,
    }


def _try(cursor: Cursor, statement: sql.Composed, *, counted: bool = False) -> int | str | None:
    """The number of rows that a statement reaches, None if it is refused, or how it failed."""
    cursor.execute("savepoint tried")
    try:
        cursor.execute(statement)
        return int(cursor.fetchall()[0][0]) if counted else cursor.rowcount
    except psycopg2.OperationalError:
        raise
    except errors.InsufficientPrivilege:
        return None
    except psycopg2.Error as error:
        return f"failed with {error.pgcode}"
    finally:
        cursor.execute("rollback to savepoint tried")


def _insert(cursor: Cursor, table: sql.Identifier) -> str:
    cursor.execute("savepoint tried")
    try:
        cursor.execute(sql.SQL(INSERT).format(table))
    except psycopg2.OperationalError:
        raise
    except errors.InsufficientPrivilege:
        return "none"
    except psycopg2.IntegrityError:
        return "own"
    except psycopg2.Error as error:
        return f"failed with {error.pgcode}"
    else:
        return "own" if cursor.rowcount else "none"
    finally:
        cursor.execute("rollback to savepoint tried")
