"""Violated constraints: which fields they are about, read from the catalogue.

An error names the constraint. Its message quotes the row, in the server's language, so it is not
shown to clients. The columns of each constraint are looked up once.
"""

from dataclasses import dataclass, field

import psycopg2
from anyio.to_thread import run_sync
from psycopg2 import errorcodes
from psycopg2.extensions import Diagnostics
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.database.identity import Database

# pg_depend lists the columns of a constraint, or of an index without a constraint, also columns in
# expressions (PostgreSQL manual, 52.18).
COLUMNS = """
select distinct a.attnum, a.attname::text
from pg_catalog.pg_namespace as n
inner join pg_catalog.pg_class as t on t.relnamespace = n.oid
inner join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = t.oid
inner join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where n.nspname = %(schema)s and t.relname = %(table)s and d.refobjsubid > 0 and (
    d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
    and exists (
        select from pg_catalog.pg_constraint as c
        where c.oid = d.objid and c.conrelid = t.oid and c.conname = %(constraint)s
    )
    or d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and exists (
        select from pg_catalog.pg_index as i
        inner join pg_catalog.pg_class as c on c.oid = i.indexrelid
        where i.indexrelid = d.objid and i.indrelid = t.oid and c.relname = %(constraint)s
    )
)
order by a.attnum
"""

# The detail for each field. For other violations, the kind of problem says enough.
WRONG = {
    errorcodes.NOT_NULL_VIOLATION: "A value is required",
    errorcodes.FOREIGN_KEY_VIOLATION: "The caller has no such row",
    errorcodes.CHECK_VIOLATION: "The value is not allowed",
}
REFERRED_TO = "Other rows of the caller's refer to this one."

type Place = tuple[str, str, str]  # schema, table, constraint


@dataclass(frozen=True, slots=True)
class Violation:
    """The details of a problem about a violated constraint, in addition to its kind."""

    detail: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)


class Constraints:
    """Looks up the fields of constraints, and caches them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Place, list[str]] = {}

    async def explain(self, error: psycopg2.Error) -> Violation:
        """Describe the fields that an error is about; empty if they are not known."""
        fields = await self._fields(error.diag)
        if error.pgcode == errorcodes.UNIQUE_VIOLATION and fields:
            return Violation(f"The caller already has a row with this {' and '.join(fields)}.")
        if error.pgcode in WRONG:
            wrong = WRONG[error.pgcode]
            return Violation(
                errors=[{"place": "body", "field": name, "detail": wrong} for name in fields]
            )
        return Violation()

    async def _fields(self, diag: Diagnostics) -> list[str]:
        if diag.column_name is not None:
            return [diag.column_name]
        if not (diag.schema_name and diag.table_name and diag.constraint_name):
            return []
        place = diag.schema_name, diag.table_name, diag.constraint_name
        if place not in self._known:
            try:
                columns = await run_sync(self._columns, place)
            except (psycopg2.Error, PoolTimeoutError):
                return []
            # Every key begins with user_id, which is not a field of clients.
            self._known[place] = [name for name in columns if name != "user_id"]
        return self._known[place]

    def _columns(self, place: Place) -> list[str]:
        values = dict(zip(("schema", "table", "constraint"), place, strict=True))
        return [name for _, name in self._database.fetch_without_user(COLUMNS, values)]
