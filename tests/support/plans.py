"""Plans of the API's statements: under row-level security, and with the filter written by hand.

Each side has a database of its own, a copy of the same one, and the same role with the same grants.
What is done to the one is done to the other, so that the pages of both hold the same, also after
writes that were rolled back.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import psycopg2
from sqlalchemy import URL

from api.database.bound_connection import BIND
from api.database.statements import Statement
from tests.support.server import Server, connect

type Plan = dict[str, Any]
type Values = dict[str, Any]

LARGEST, ORDINARY = "user-0", "user-1"  # 2,000 of the 20,000 tasks are the largest user's
RUNS = 3
FILL = """
insert into app.tasks (user_id, id, title, completed, completed_at, created_at)
select
    'user-' || case when g % 10 = 0 then 0 else 1 + g % 199 end,
    md5(g::text)::uuid,
    'Task ' || md5('title ' || g),
    done,
    case when done then now() end,
    now() - g * interval '1 minute'
from generate_series(1, 20000) as g, lateral (select g / 10 % 2 = 0 as done) as d
"""
STILL = (
    "alter table app.tasks set (autovacuum_enabled = off)"  # else pages might change amid a test
)
TASK = "select id::text, created_at::text, title from app.tasks where user_id = %s "
PLACE = {
    "created": TASK + "order by created_at desc, id desc offset %s limit 1",
    "title": TASK + "order by title_key, id offset %s limit 1",
}
UNSECURED = "alter table app.tasks disable row level security"

SHAPE = (
    "Node Type",
    "Operation",
    "Index Name",
    "Scan Direction",
    "Index Cond",
    "Filter",
    "Sort Key",
    "Strategy",
    "Actual Rows",
    "Actual Loops",
    "Rows Removed by Filter",
)
# The user's id in a condition: a parameter, as Postgres 14 to 18 write it, or the function's body.
WHO = re.compile(
    r"\(InitPlan \d+\)\.col1|\$\d+"
    r"|NULLIF\(current_setting\('app\.user_id'::text, true\), ''::text\)"
)


@dataclass(frozen=True)
class Side:
    """A session of rowlock_api's in a database of its own."""

    connection: psycopg2.extensions.connection
    by_hand: bool

    def explain(
        self, user: str, statement: Statement, values: Values, options: str = "buffers"
    ) -> Plan:
        """Run a statement bound to a user, undo it, and return what EXPLAIN says of it."""
        sql = filtered(statement.sql) if self.by_hand else statement.sql
        with self.connection.cursor() as cursor:
            cursor.execute(BIND, (user, ""))
            cursor.execute(
                f"explain (analyze, {options}, format json) {sql}",
                statement.values(values) | {"mine": user},
            )
            ((explained,),) = cursor.fetchall()
        self.connection.rollback()
        return cast("Plan", explained[0])

    def settled(self, user: str, statement: Statement, values: Values) -> Plan:
        """The run of several that read the fewest pages: the first one reads the catalogue too."""
        runs = [self.explain(user, statement, values) for _ in range(RUNS)]
        return min(runs, key=buffers)


@dataclass(frozen=True)
class Sides:
    """The same rows, behind row-level security and without it."""

    secured: Side
    by_hand: Side
    url: URL

    def values(self, user: str, *, sort: str = "created", behind: int = 10) -> Values:
        """Values for every statement: the id is the task's behind which the list goes on."""
        with closing(connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(PLACE[sort], (user, behind - 1))
            ((task_id, created_at, title),) = cursor.fetchall()
        return {
            "id": task_id,
            "last_id": task_id,
            "last_created_at": created_at,
            "last_title": title,
            "title": "another title",
            "description": "a description",
            "completed": True,
            "limit": 51,  # as for a page of 50: one more tells whether another follows
        }


@contextmanager
def two_sides(server: Server, *changes: str) -> Iterator[Sides]:
    """Fill a database, change its policies, and make the two copies of it."""
    with server.database() as filled, ExitStack() as stack:
        for statement in (STILL, FILL, *changes, "vacuum (analyze) app.tasks"):
            server.execute(statement, database=filled)
        copies = replace(server, template=filled)
        secured, by_hand = (stack.enter_context(copies.database()) for _ in range(2))
        server.execute(UNSECURED, database=by_hand)
        first, second = (
            stack.enter_context(closing(connect(server.direct_api_url(name))))
            for name in (secured, by_hand)
        )
        yield Sides(
            Side(first, by_hand=False), Side(second, by_hand=True), server.owner_url(secured)
        )


def filtered(sql: str) -> str:
    """The statement with the user's id in its filter, as one would write it without policies."""
    if sql.startswith("INSERT"):
        return sql  # it has no filter, and the column's default is the user in both
    mine = "WHERE app.tasks.user_id = %(mine)s"
    sql, found = re.subn(r"\bWHERE(?= \(?app\.tasks\.| NOT app\.tasks\.)", f"{mine} AND", sql)
    if not found:
        sql, found = re.subn(r"\bORDER BY\b", f"{mine} ORDER BY", sql, count=1)
    assert found == len(re.findall(r"\b(?:FROM|UPDATE) app\.tasks\b", sql)), sql
    return sql


def buffers(explained: Plan) -> int:
    """How many pages the plan read, from memory or from disk."""
    plan = explained["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def nodes(explained: Plan) -> list[Plan]:
    """The nodes that touch rows, outermost first: not those that ask who the user is."""
    return [node for asks, node in _walk(explained["Plan"]) if not asks]


def askers(explained: Plan) -> list[Plan]:
    """The nodes that ask who the user is, once a statement."""
    return [node for asks, node in _walk(explained["Plan"]) if asks]


def shape(explained: Plan, user: str) -> list[Plan]:
    """What the plan does, and to how many rows, in words that both sides share."""
    return [
        {key: _common(node[key], user) for key in SHAPE if key in node} for node in nodes(explained)
    ]


def _walk(plan: Plan, *, asks: bool = False) -> Iterator[tuple[bool, Plan]]:
    yield asks, plan
    for child in plan.get("Plans", ()):
        first = child["Parent Relationship"] == "InitPlan"  # so is a query of WITH, which is named
        within = asks or (first and not child["Subplan Name"].startswith("CTE "))
        yield from _walk(child, asks=within)


def _common(value: Any, user: str) -> Any:
    return WHO.sub(f"'{user}'::text", value) if isinstance(value, str) else value
