"""A table with a column of each type that a list can be sorted by, and lists in many orders."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
)

from api.database.keyset import SortKey
from api.database.listing import listing
from api.http.dependencies import UserDep
from api.http.pagination import Pages
from api.http.routes import user_router

CREATE = """
create table app.things (
    user_id text not null default app.current_user_id(),
    id uuid not null,
    rank integer,
    due date,
    title text collate "C" not null,
    done boolean not null,
    price numeric,
    weight double precision,
    seen_at timestamptz,
    primary key (user_id, id)
);
alter table app.things enable row level security;
create policy things_select_own on app.things for select to rowlock_api
using (user_id = app.current_user_id());
grant select on app.things to rowlock_api;
"""
THINGS = Table(
    "things",
    MetaData(),
    Column("id", Uuid, nullable=False),
    Column("rank", Integer),
    Column("due", Date),
    Column("title", Text, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("price", Numeric),
    Column("weight", Double),
    Column("seen_at", DateTime(timezone=True)),
    schema="app",
)
COLUMNS = THINGS.c


class ThingRead(BaseModel):
    """A thing."""

    id: UUID
    rank: int | None
    due: date | None
    title: str
    done: bool
    price: float | None  # a number in JSON
    weight: float | None
    seen_at: datetime | None


def _ways(name: str) -> list[SortKey]:
    """A column in both directions, with nulls first, last and as Postgres sorts them."""
    nulls = (None, True, False) if COLUMNS[name].nullable else (None,)
    return [SortKey(COLUMNS[name], *way) for way in product((False, True), nulls)]


def by(*keys: SortKey) -> list[SortKey]:
    """An order by these keys, and then by the id."""
    return [*keys, SortKey(COLUMNS.id, descending=keys[-1].descending)]


def named(keys: Sequence[SortKey]) -> str:
    """The name of an order, such as rank_desc_first_title."""
    directions = {False: "", True: "_desc"}
    nulls = {None: "", True: "_first", False: "_last"}
    return "_".join(
        f"{key.name}{directions[key.descending]}{nulls[key.nulls_first]}" for key in keys
    )


# Each column alone, two columns of which one or both are nullable, and three columns.
ORDERS = {
    named(keys): by(*keys)
    for names in (
        *((column.name,) for column in COLUMNS if column.name != "id"),
        ("rank", "title"),
        ("title", "rank"),
        ("rank", "due"),
        ("done", "rank", "title"),
    )
    for keys in product(*map(_ways, names))
}
LIST = listing(THINGS, ThingRead, ORDERS, {})

router = user_router("things", "/things")
pages = Pages(LIST)


@router.get("", **pages.described)
async def list_things(request: Request, user: UserDep) -> Response:
    """Return a page of the caller's things."""
    return await pages.respond(request, user)


def in_order(things: Sequence[dict[str, Any]], keys: Sequence[SortKey]) -> list[dict[str, Any]]:
    """Sort the things in Python: by the last key first, because Python's sort is stable."""
    found = list(things)
    for key in reversed(keys):
        nulls = [thing for thing in found if thing[key.name] is None]
        known = [thing for thing in found if thing[key.name] is not None]
        known.sort(key=lambda thing: thing[key.name], reverse=key.descending)
        found = nulls + known if key.has_nulls_first else known + nulls
    return found
