"""Statements, compiled once at import.

They are written with SQLAlchemy, so that a renamed column fails at import, and run as strings on
the driver's cursor, so that no request pays for compilation. None filters by user: row-level
security does.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ClauseElement, Select, UpdateBase, func
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate

from api.database.statement_comments import comment

# Postgres's own functions, qualified with their schema. Otherwise a function of another schema in
# the search path would be called instead if its parameter types matched better.
CATALOG = func.pg_catalog

DIALECT = PGDialect_psycopg2()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's `pyformat` style, with the values that never vary.

    `reads` means that it changes nothing, so it can always be retried. pg_stat_activity shows the
    name; `comment` is the SQL comment that contains it.

    Raises:
        ValueError: the name contains anything but a-z, 0-9 and _.
    """

    sql: str
    constants: dict[str, Any]
    reads: bool = False
    name: str = "statement"
    comment: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "comment", comment(self.name))

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the values to run the statement with.

        Raises:
            KeyError: by the driver, if a value is missing.
        """
        return self.constants | given


def compiled(clause: ClauseElement, name: str = "statement") -> Statement:
    """Compile a statement for psycopg2, under the name of its operation."""
    result = clause.compile(dialect=DIALECT)
    assert isinstance(result, SQLCompiler)  # noqa: S101 - a statement compiles to nothing else
    constants = {
        name: bind.effective_value for bind, name in result.bind_names.items() if not bind.required
    }
    # A SELECT may write: `with written as (insert … returning …) select …`.
    writes = any(isinstance(part, UpdateBase) for part in iterate(clause))
    reads = isinstance(clause, Select) and not writes
    return Statement(str(result), constants, reads=reads, name=name)
