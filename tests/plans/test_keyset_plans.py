"""A page in any sort order is read from its index, wherever it begins, without unneeded rows."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from api.database.bound_connection import BIND
from api.database.keyset import Nulls, SortKey, null_patterns
from api.database.listing import Kind, listing
from tests.support.server import Server, connect
from tests.tables.things import COLUMNS, CREATE, THINGS, ThingRead, by, in_order

LIMIT = 21
# Things of two users. Every fourth has no rank and every fifth has no date; many values are equal.
FILL = """
insert into app.things (user_id, id, rank, due, title, done)
select
    'user-' || g % 2,
    md5(g::text)::uuid,
    case when get_byte(h, 0) % 4 > 0 then get_byte(h, 1) % 8 end,
    case when get_byte(h, 2) % 5 > 0 then date '2026-01-01' + get_byte(h, 3) % 4 end,
    'title ' || get_byte(h, 4) % 8,
    get_byte(h, 5) % 3 = 0
from generate_series(1, 12000) as g, decode(md5(g::text), 'hex') as h
"""
RANK, DUE, TITLE, DONE = (COLUMNS[name] for name in ("rank", "due", "title", "done"))
ORDERS: dict[str, tuple[list[SortKey], str]] = {
    "rank": (by(SortKey(RANK)), "rank, id"),
    "rank desc": (by(SortKey(RANK, descending=True)), "rank, id"),
    "rank desc nulls last": (
        by(SortKey(RANK, descending=True, nulls_first=False)),
        "rank desc nulls last, id desc",
    ),
    "rank nulls first": (by(SortKey(RANK, nulls_first=True)), "rank nulls first, id"),
    "rank, due": (by(SortKey(RANK), SortKey(DUE)), "rank, due, id"),
    "rank, due desc": (
        by(SortKey(RANK), SortKey(DUE, descending=True)),
        "rank, due desc, id desc",
    ),
    "title desc, rank": (
        by(SortKey(TITLE, descending=True), SortKey(RANK)),
        "title desc, rank, id",
    ),
    "done, due desc, title": (
        by(SortKey(DONE), SortKey(DUE, descending=True), SortKey(TITLE)),
        "done, due desc, title, id",
    ),
}
CASES = [
    pytest.param(keys, index, nulls, id=f"{name} {''.join('n' if null else '-' for null in nulls)}")
    for name, (keys, index) in ORDERS.items()
    for nulls in null_patterns(keys)
]


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[str]:
    """The name of a database with 12,000 things."""
    with server.database() as name:
        server.execute(CREATE + FILL, database=name)
        yield name


@pytest.fixture
def session(server: Server, filled: str) -> Iterator[psycopg2.extensions.connection]:
    """A connection of the owner, which is rolled back."""
    with closing(connect(server.owner_url(filled))) as connection:
        yield connection
        connection.rollback()


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a plan that read the table."""
    if plan.get("Relation Name") == "things":
        yield plan
    for child in plan.get("Plans", ()):
        yield from scans(child)


@pytest.mark.parametrize(("keys", "index", "nulls"), CASES)
def test_page_is_ranges_of_its_index(
    session: psycopg2.extensions.connection, keys: Sequence[SortKey], index: str, nulls: Nulls
) -> None:
    """Index conditions select the rows: no row is filtered, and none after the page is read."""
    statement = listing(THINGS, ThingRead, {"order": keys}, {}).ordinary[Kind("order", (), nulls)]
    with session.cursor() as cursor:
        cursor.execute(f"create index things_order on app.things (user_id, {index})")
        cursor.execute("analyze app.things")
        # For few rows Postgres might choose a bitmap scan with the same index condition.
        cursor.execute("set local enable_bitmapscan = off")
        cursor.execute("select to_json(t) from app.things as t where user_id = 'user-0'")
        things = in_order([thing for (thing,) in cursor.fetchall()], keys)
        starts = [[thing[key.name] for key in keys] for thing in things]
        like = [start for start in starts if tuple(one is None for one in start) == nulls]
        start = like[len(like) // 2]
        cursor.execute("set local role rowlock_api")
        cursor.execute(BIND, ("user-0", ""))
        cursor.execute(
            f"explain (analyze, format json) {statement.sql}",
            statement.values(
                dict(zip((key.parameter for key in keys), start, strict=True)) | {"limit": LIMIT}
            ),
        )
        ((explained,),) = cursor.fetchall()
    read = [node for node in scans(explained[0]["Plan"]) if node["Actual Loops"]]

    assert read != []
    assert {node["Node Type"] for node in read} <= {"Index Scan", "Index Only Scan"}
    assert {node["Index Name"] for node in read} == {"things_order"}
    assert [node["Filter"] for node in read if "Filter" in node] == []
    assert max(node["Actual Rows"] for node in read) <= LIMIT
