"""What one user reaches: every command tried as rowlock_api, bound to that user, and rolled back.

Nothing that others see changes. Rows are locked until their command is rolled back, as by any
update, and a sequence that a default reads moves on.
"""

from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class in all but its name

from api.audit.errors import AuditError
from api.audit.matrix import OF_ROWS
from api.audit.report import Row
from api.database.identity import Database

PREPARE = """
set local statement_timeout = '30s';
set local lock_timeout = '2s';
set local search_path = pg_catalog;
"""

# Of each table, whether another server holds its rows, and a column that rowlock_api may both read
# and write: setting it to itself changes nothing.
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
# Of a user with more rows in a table, it is not tried to change them all: each change is recorded
# in the trail until it is rolled back, and that user's own requests would wait for seconds.
MOST = 1_000
NOT_TRIED = "not tried"
SELECT = "select count(*) from {}"
UPDATE = "update {} set {} = {}"
DELETE = "delete from {}"
# The policies are asked before the constraints, so that a row of defaults is enough to ask them.
INSERT = "insert into {} default values"


def reach(database: Database, user: str, tables: list[Row]) -> list[Row]:
    """Per table: the rows of select, update and delete, None where the command is refused.

    `insert` is 'own' where a row of the user's own may be inserted, and 'none' where not. `update`
    and `delete` are 'not tried' where the user sees more than 1,000 rows.

    Raises:
        AuditError: the database does not answer, or a table does not in time.
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
        raise AuditError(f"What {user} reaches could not be tried out: {said}") from None


def _table(cursor: Cursor, schema: str, name: str, foreign: bool, column: str | None) -> Row:  # noqa: FBT001 - a row of TABLES
    key = {"schema_name": schema, "table_name": name}
    if foreign:  # another server may not roll back
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
    """The rows that a statement reaches; in words, what else became of it."""
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
