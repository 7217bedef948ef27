"""A valid row of any table, made from what the catalogue says: a new table needs no test code.

Only what a row must have is given: columns that are not null and have no default. Their values are
guessed from the literals of the column's check constraints, then by type. Parents of foreign keys
are made first, for the same user.
"""

import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class

# Where no valid row can be guessed, name the table ("app.orders") and a function that returns the
# values of its required columns, but for user_id and foreign keys; or of those that take many
# guesses.
ROWS: dict[str, Callable[[], dict[str, Any]]] = {
    "app.events": lambda: {"position": secrets.randbelow(1_000_000_000) + 1},
}

Row = dict[str, Any]

TRIES = 1000

BY_TYPE: dict[str, Callable[[], list[str]]] = {
    "uuid": lambda: [str(uuid.uuid4())],
    "json": lambda: ["{}", "[]"],
    "jsonb": lambda: ["{}", "[]"],
    "bytea": lambda: [r"\x00"],
}
BY_CATEGORY: dict[str, Callable[[], list[str]]] = {
    "A": lambda: ["{}"],
    "B": lambda: ["false", "true"],
    "D": lambda: [f"20{n}-01-01" for n in secrets.SystemRandom().sample(range(10, 100), 3)],
    "I": lambda: ["192.0.2.1"],
    "N": lambda: [str(secrets.randbelow(30_000) + 1), "1", "0"],
    "R": lambda: ["empty"],
    "S": lambda: [
        *(secrets.token_hex(length) for length in (6, 1, 1, 1)),
        "a@example.test",
        "https://example.test/",
    ],
    "T": lambda: ["1 hour"],
    "V": lambda: ["0", "1"],
}

COLUMNS = """
select
    a.attname,
    a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
    base.typname,
    base.typcategory,
    array(
        select e.enumlabel::text from pg_enum as e
        where e.enumtypid = base.oid order by e.enumsortorder
    ),
    array(
        select pg_get_constraintdef(k.oid) from pg_constraint as k
        where k.contype = 'c' and (
            (k.conrelid = a.attrelid and a.attnum = any(k.conkey)) or k.contypid = t.oid
        )
    )
from pg_attribute as a
inner join pg_type as t on a.atttypid = t.oid
inner join pg_type as base on coalesce(nullif(t.typbasetype, 0), t.oid) = base.oid
where
    a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and a.attidentity <> 'a'
order by a.attnum
"""

PARENTS = """
select
    k.confrelid::regclass::text,
    array(
        select a.attname::text from unnest(k.conkey) with ordinality as u (attnum, n)
        inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.attnum
        order by u.n
    ),
    array(
        select a.attname::text from unnest(k.confkey) with ordinality as u (attnum, n)
        inner join pg_attribute as a on a.attrelid = k.confrelid and a.attnum = u.attnum
        order by u.n
    )
from pg_constraint as k
where k.conrelid = %s::regclass and k.contype = 'f'
"""


def plant(cursor: Cursor, table: str, user_id: str) -> Row:
    """Insert a row of this user's as the owner, and its parents, and return it."""
    values = valid_values(cursor, table, user_id)
    return _insert(cursor, table, user_id, values)


def valid_values(cursor: Cursor, table: str, user_id: str) -> Row:
    """What a row of this user's must be given, but for user_id. Its parents are planted.

    Raises:
        LookupError: no valid row could be guessed.
    """
    columns = {name: rest for name, *rest in _columns(cursor, table)}
    required = {name for name, (required, *_) in columns.items() if required} - {"user_id"}
    known: Row = {}
    for parent, here, there in _query(cursor, PARENTS, table):
        if required.intersection(here):
            row = plant(cursor, parent, user_id)
            known |= {h: row[t] for h, t in zip(here, there, strict=True) if h != "user_id"}
    if table in ROWS:
        known |= ROWS[table]()
    open_names = sorted(required - known.keys())
    guesses = [candidates(*columns[name][1:]) for name in open_names]
    error: psycopg2.Error | None = None
    for guess in islice(product(*guesses), TRIES):
        values = known | dict(zip(open_names, guess, strict=True))
        cursor.execute("savepoint guess")
        try:
            _insert(cursor, table, user_id, values)
        except (psycopg2.IntegrityError, psycopg2.DataError) as failure:
            error = failure
        else:
            return values
        finally:
            cursor.execute("rollback to savepoint guess")
    raise LookupError(
        f"No valid row of {table} could be guessed ({str(error).strip()}). "
        f"Add {table!r} to ROWS in tests/support/rows.py, with a function that returns one."
    )


def valid_change(
    cursor: Cursor, table: str, writable: set[str], user_ids: list[str], known: Row
) -> Row:
    """A change of one writable column that is valid for every row of these users.

    `known` is a valid row, whose values are tried first.

    Raises:
        LookupError: none could be guessed.
    """
    change = sql.SQL("update {} set {} = %s where user_id = any(%s)")
    for name, _, *kind in _columns(cursor, table):
        if name not in writable:
            continue
        for value in [known.get(name), *candidates(*kind)]:
            cursor.execute("savepoint guess")
            try:
                statement = change.format(identifier(table), sql.Identifier(name))
                cursor.execute(statement, (value, user_ids))
            except (psycopg2.IntegrityError, psycopg2.DataError):
                continue
            else:
                return {name: value}
            finally:
                cursor.execute("rollback to savepoint guess")
    raise LookupError(
        f"No valid update of {table} could be guessed for the columns that rowlock_api may write "
        f"({', '.join(sorted(writable))}). Teach tests/support/rows.py a value of their types."
    )


def candidates(kind: str, category: str, labels: list[str], checks: list[str]) -> list[str]:
    """Values worth trying for a column, the likeliest first."""
    guess = BY_TYPE.get(kind) or BY_CATEGORY.get(category)
    pattern = r"-?\b\d+(?:\.\d+)?" if category == "N" else r"'((?:[^']|'')*)'"
    literals = [text.replace("''", "'") for check in checks for text in re.findall(pattern, check)]
    return [*labels, *literals, *(guess() if guess else [])]


def identifier(table: str) -> sql.Identifier:
    """A table's name as the catalogue prints it, as an identifier."""
    return sql.Identifier(*(part.strip('"') for part in table.split(".")))


def _insert(cursor: Cursor, table: str, user_id: str, values: Row) -> Row:
    owned = "user_id" in {name for name, *_ in _columns(cursor, table)}
    given = ({"user_id": user_id} if owned else {}) | values
    cursor.execute(
        sql.SQL("insert into {} as t ({}) values ({}) returning to_jsonb(t)").format(
            identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, given)),
            sql.SQL(", ").join(map(sql.Placeholder, given)),
        ),
        given,
    )
    row: Row = cursor.fetchall()[0][0]
    return row


def _columns(cursor: Cursor, table: str) -> list[tuple[Any, ...]]:
    return list(_query(cursor, COLUMNS, table))


def _query(cursor: Cursor, query: str, table: str) -> Iterator[tuple[Any, ...]]:
    cursor.execute(query, (table,))
    return iter(cursor.fetchall())
