"""The problem of a violated constraint names the constraint's fields, for any table."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from pydantic import SecretStr

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve
from tests.support.problems import refusal, wrong_values
from tests.support.server import Server, text

# Two tables as an engineer might add them, with constraints of every kind.
TABLES = """
create table app.lists (
    user_id text not null default app.current_user_id(),
    id integer not null,
    name text not null,
    primary key (user_id, id),
    constraint "Names are unique" unique (user_id, name)
);
create table app.items (
    user_id text not null default app.current_user_id() constraint named check (user_id <> ''),
    id integer not null primary key,
    list_id integer,
    label text not null,
    low integer constraint low_is_positive check (low > 0),
    high integer,
    span int4range,
    constraint ordered check (low < high),
    constraint a_very_strange_name foreign key (user_id, list_id) references app.lists,
    constraint apart exclude using gist (span with &&)
);
create unique index items_label on app.items (user_id, lower(label)) where high is null;
do $$
declare
    name text;
begin
    foreach name in array array['lists', 'items'] loop
        execute format('alter table app.%I enable row level security', name);
        execute format(
            'create policy own on app.%I to rowlock_api'
            ' using (user_id = app.current_user_id())', name
        );
        execute format('grant select, insert, delete on app.%I to rowlock_api', name);
    end loop;
end
$$;
"""
SUCH = "The caller already has a row with this {}."
router = APIRouter()


@router.post("/insert/{table}", status_code=204)
async def insert(user: UserDep, table: str, row: dict[str, Any]) -> None:
    """Insert a row without checking anything."""
    names = ", ".join(row)
    values = ", ".join(f"%({name})s" for name in row)
    sql = f"insert into app.{table} ({names}) values ({values}) returning 1"  # noqa: S608 - a test's
    await user.fetch_one(Statement(sql, {}), **row)


@router.delete("/delete/{table}", status_code=204)
async def delete(user: UserDep, table: str) -> None:
    """Delete the caller's rows."""
    sql = f"delete from app.{table} returning 1"  # noqa: S608 - a test's
    await user.fetch_one(Statement(sql, {}))


@pytest.fixture
def client(serve: Serve, server: Server, own_database: str) -> Iterator[httpx2.Client]:
    """A user with one list, in a database with the two additional tables."""
    with serve(router, database_url=SecretStr(text(server.api_url(own_database)))) as opened:
        server.execute(TABLES.replace("{", "{{").replace("}", "}}"), database=own_database)
        put(opened, "lists", id=1, name="groceries")
        yield opened


def put(client: httpx2.Client, table: str, **row: Any) -> None:
    """Insert a valid row."""
    response = client.post(f"/insert/{table}", json=row)
    assert response.status_code == 204, response.text


ITEM = {"id": 1, "list_id": 1, "label": "milk"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"list_id": 2}, [("list_id", "The caller has no such row")]),
        ({"label": None}, [("label", "A value is required")]),
        ({"low": -1}, [("low", "The value is not allowed")]),
        (
            {"low": 3, "high": 2},
            [("low", "The value is not allowed"), ("high", "The value is not allowed")],
        ),
    ],
)
def test_wrong_field_is_named(
    client: httpx2.Client, changes: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    """A violated foreign key, check or NOT NULL is 422 and names the fields, but not user_id."""
    refused = client.post("/insert/items", json=ITEM | changes)

    assert wrong_values(refused) == [("body", *one) for one in wrong]
    assert refused.json()["type"] == "/problems/invalid"
    put(client, "items", **ITEM)


@pytest.mark.parametrize(
    ("table", "row", "detail"),
    [
        ("lists", {"id": 1, "name": "b"}, SUCH.format("id")),
        ("lists", {"id": 2, "name": "groceries"}, SUCH.format("name")),
        ("items", ITEM | {"label": "tea"}, SUCH.format("id")),
        ("items", ITEM | {"id": 2, "label": "MILK"}, SUCH.format("label and high")),
        (
            "items",
            ITEM | {"id": 2, "label": "tea", "span": "[2,3)"},
            "The request conflicts with rows of the caller.",
        ),
    ],
)
def test_conflict_names_the_fields(
    client: httpx2.Client, table: str, row: dict[str, Any], detail: str
) -> None:
    """A violated unique constraint or index is 409 and names its fields, even in expressions."""
    put(client, "items", **ITEM, span="[1,9)")

    for _ in range(2):  # the first request looks up the fields, the second uses the cache
        refused = client.post(f"/insert/{table}", json=row)
        assert refusal(refused) == (409, "/problems/conflict", detail)


def test_row_that_others_refer_to_stays(client: httpx2.Client) -> None:
    """A deletion that a foreign key forbids is 409, because no field of the request is wrong."""
    put(client, "items", **ITEM)

    assert refusal(client.delete("/delete/lists")) == (
        409,
        "/problems/conflict",
        "Other rows of the caller's refer to this one.",
    )
    assert client.delete("/delete/items").status_code == 204
    assert client.delete("/delete/lists").status_code == 204
