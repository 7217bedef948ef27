"""Which statements of the API its role may not run: a grant that a policy file leaves out.

Postgres checks the privileges of a statement when it is explained, as when it is run. EXPLAIN
without ANALYZE runs nothing: https://www.postgresql.org/docs/current/sql-explain.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import psycopg2
from sqlalchemy import select

from api import models, queries
from api.queries import Statement, compiled

type Run = Callable[[str, Any], object]


def statements() -> dict[str, Statement]:
    """Every statement of the modules of api/queries by its name, and a read of each model."""
    reads = {
        f"models.{name}": compiled(select(value.__table__))
        for name, value in vars(models).items()
        if hasattr(value, "__table__")
    }
    return reads | {
        name: statement
        for module in iter_modules(queries.__path__)
        for attribute, value in vars(import_module(f"{queries.__name__}.{module.name}")).items()
        for name, statement in _named(f"queries.{module.name}.{attribute}", value)
    }


def refused(run: Run) -> Iterator[tuple[str, psycopg2.Error]]:
    """Each statement that cannot be run, with the error. `run` is given SQL and its values."""
    for name, statement in statements().items():
        # Whatever the values are, privileges are asked for the same tables and columns.
        values: dict[str, Any] = defaultdict(lambda: None, statement.constants)
        try:
            run(f"explain {statement.sql}", values)
        except psycopg2.Error as error:
            yield name, error


def _named(name: str, value: object) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield name, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _named(f"{name}[{key!r}]", one)
