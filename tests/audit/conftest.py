"""Asking schema audit as the people who audit: a login role whose one right is rowlock_auditor."""

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from api.guard import Finding

Connection = psycopg2.extensions.connection
Ask = Callable[..., list[tuple[Any, ...]]]
Find = Callable[[str], list[Finding]]

# Made in the test's transaction, amid what the owner changed there.
BECOME = """
do $$
begin
    if to_regrole('rowlock_test_auditor') is null then
        create role rowlock_test_auditor login in role rowlock_auditor;
    end if;
end
$$;
set local session authorization rowlock_test_auditor
"""


def run(owner: Connection, sql: str) -> None:
    """Run statements in the owner's transaction."""
    with owner.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def ask(owner: Connection) -> Ask:
    """Query as an auditor, amid the owner's uncommitted changes."""

    def query(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with owner.cursor() as cursor:
            cursor.execute(BECOME)
            cursor.execute(sql, parameters or None)
            found = cursor.fetchall()
            cursor.execute("reset session authorization")
        return found

    return query


@pytest.fixture
def find(ask: Ask) -> Find:
    """The findings of one rule."""

    def query(rule: str) -> list[Finding]:
        sql = "select object, detail, remedy from audit.findings where rule = %s order by 1, 2"
        return [Finding(*row) for row in ask(sql, rule)]

    return query
