"""In any order, all pages together are the list as Python sorts it, with nulls and equal keys."""

import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg2.extras
import pytest

from api.database.keyset import SortKey
from tests.http.test_long_pages import walk
from tests.support.api import Client, RunningApi
from tests.support.paging import pages
from tests.support.problems import wrong_values
from tests.support.server import Server, connect
from tests.tables.things import COLUMNS, ORDERS, in_order

type Thing = dict[str, Any]

PATH = "/api/things"
INSERT = "insert into app.things (user_id, {}) values %s"


def made(chance: random.Random, **fixed: Any) -> Thing:
    """A random thing. There are few different values, so that many keys are equal or null."""
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(3))
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(microseconds=chance.randrange(3))
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128))),
        "rank": chance.choice((None, -1, 0, 2**31 - 1)),
        "due": chance.choice((None, day)),
        "title": chance.choice(("", "a", "B", "ä", "\U0001f600 '\\ \"")),
        "done": chance.choice((False, True)),
        "price": chance.choice((None, "0.10", "12345678901234567890.123456789")),
        "weight": chance.choice((None, 0.1 + 0.2, -1e-300)),
        "seen_at": chance.choice((None, moment)),
    } | fixed


class Writer:
    """Writes a user's things directly in the database."""

    def __init__(self, server: Server, database: str, user_id: str) -> None:
        self._url, self._user_id = server.owner_url(database), user_id

    def insert(self, *things: Thing) -> None:
        """Insert things."""
        rows = [(self._user_id, *thing.values()) for thing in things]
        with closing(connect(self._url)) as connection, connection.cursor() as cursor:
            psycopg2.extras.execute_values(cursor, INSERT.format(", ".join(things[0])), rows)
            connection.commit()

    def delete(self, thing: Thing) -> None:
        """Delete a thing."""
        with closing(connect(self._url)) as connection, connection.cursor() as cursor:
            cursor.execute("delete from app.things where id = %s", (thing["id"],))
            connection.commit()


@pytest.fixture
def alice(things_api: tuple[RunningApi, str]) -> Iterator[Client]:
    """A user."""
    api, _ = things_api
    with api.user("alice") as client:
        yield client


@pytest.fixture
def writer(things_api: tuple[RunningApi, str], alice: Client, server: Server) -> Writer:
    """Writes Alice's things."""
    return Writer(server, things_api[1], alice.user_id)


def everything(client: Client, keys: Sequence[SortKey]) -> list[Thing]:
    """All things of a user, sorted by Python."""
    found: list[Thing] = client.get(PATH, params={"limit": 200}).json()
    return in_order(found, keys)


def test_pages_of_every_order_are_the_list(alice: Client, writer: Writer) -> None:
    """All pages together are the sorted list, for each order in ORDERS."""
    chance = random.Random(1)  # noqa: S311 - test data, the same in each run
    writer.insert(*(made(chance) for _ in range(40)))

    for name, keys in ORDERS.items():
        found = list(pages(alice, PATH, sort=name, limit=9))

        assert [thing for page in found for thing in page] == everything(alice, keys), name
        assert [len(page) for page in found] == [9, 9, 9, 9, 4], name


@pytest.mark.parametrize("seed", range(3))
def test_pages_survive_changes_in_between(alice: Client, writer: Writer, seed: int) -> None:
    """Unchanged rows are listed once and in order; a new row only if it sorts after the cursor."""
    chance = random.Random(seed)  # noqa: S311 - test data
    writer.insert(*(made(chance) for _ in range(30)))
    for name in chance.sample(list(ORDERS), 8):
        keys = ORDERS[name]
        before = everything(alice, keys)
        gone, new = set(), {}
        seen: list[Thing] = []
        for page in pages(alice, PATH, sort=name, limit=9):
            seen += page
            if len(seen) < len(before):
                lost, added = chance.choice(before), made(chance)
                gone.add(lost["id"])
                new[added["id"]] = page[-1]
                writer.delete(lost)
                writer.insert(added)
        added_since = {thing["id"]: thing for thing in everything(alice, keys)}
        ahead = {
            one for one, last in new.items() if in_order([added_since[one], last], keys)[0] == last
        }

        ids = [thing["id"] for thing in seen]
        stayed = [thing["id"] for thing in before if thing["id"] not in gone]
        assert seen == in_order(seen, keys), name
        assert len(ids) == len(set(ids)), name
        assert [one for one in ids if one in stayed] == stayed, name
        assert set(ids) & new.keys() == ahead, name


def test_long_rows_come_in_shorter_pages(alice: Client, writer: Writer) -> None:
    """A page ends after about a megabyte, even if its query combines several index ranges."""
    chance = random.Random(2)  # noqa: S311 - test data
    writer.insert(*(made(chance, title="\x01" * 20_000) for _ in range(30)))
    sizes, found = [], []
    for page in walk(alice, PATH, sort="rank_desc_last", limit=30):
        sizes.append(len(page.content))
        found += page.json()

    assert len(sizes) > 3
    assert max(sizes) <= 1.1e6
    assert len(found) == 30
    assert found == in_order(found, ORDERS["rank_desc_last"])


def test_null_where_there_is_none_is_refused(alice: Client, writer: Writer) -> None:
    """A cursor with null for a column that is not nullable is 422."""
    chance = random.Random(3)  # noqa: S311 - test data
    writer.insert(made(chance, rank=None), made(chance, rank=None))
    first = alice.get(PATH, params={"sort": "rank", "limit": 1})
    address = first.headers["link"].partition(">")[0].removeprefix("<")
    assert len(alice.get(address).json()) == 1

    foreign = address.replace("sort=rank", "sort=title")
    assert wrong_values(alice.get(foreign))[0][:2] == ("query", "cursor")
    assert {column.name for column in COLUMNS if not column.nullable} == {"id", "title", "done"}
