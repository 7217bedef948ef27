"""Which statements of the API its role may not run: a grant that a policy file leaves out.

Postgres checks the privileges of a statement when it is explained, as when it is run. EXPLAIN
without ANALYZE runs nothing: https://www.postgresql.org/docs/current/sql-explain.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg2

from api.database.statements import Statement

type Run = Callable[[str, Any], object]


def refused(statements: Mapping[str, Statement], run: Run) -> Iterator[tuple[str, psycopg2.Error]]:
    """The name of each statement that cannot be run, and the error.

    `run` receives SQL and its values.
    """
    for name, statement in statements.items():
        # The privileges that are checked do not depend on the values.
        values: dict[str, Any] = defaultdict(lambda: None, statement.constants)
        try:
            run(f"explain {statement.sql}", values)
        except psycopg2.Error as error:
            yield name, error
