"""The statements of the event endpoints. Each returns the JSON that is sent unchanged."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.database.byte_limit import BOUND, ONE, ZERO, length, walked
from api.database.row_json import json_object
from api.database.statements import CATALOG, Statement, compiled
from api.tables.events.model import Event
from api.tables.events.schemas import EventPage, EventRead
from api.tables.tasks.queries import TASKS

EVENTS: Table = Event.__table__  # type: ignore[attr-defined] # SQLModel adds it
COLUMNS = EVENTS.c
FIELDS: dict[str, ColumnElement[Any]] = {
    **COLUMNS,
    "table": COLUMNS.table_name,
    "hash": CATALOG.encode(COLUMNS.hash, literal_column("'hex'")),
}
CURSOR: BindParameter[Any] = bindparam("cursor")
LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
OF_TASK = [
    COLUMNS.table_name == literal_column("'tasks'"),
    COLUMNS.row_id == cast(bindparam("id"), Text),
]


def _ahead(*conditions: ColumnElement[bool]) -> Select[Any]:
    """At most `limit` events after a position, and one more, numbered from 1 in their order.

    The cursor's own event is read too, as number 0. If it is missing, the cursor is not valid.
    """
    number = CATALOG.count(literal_column("*")).filter(COLUMNS.position > CURSOR)
    return (
        select(COLUMNS.position, number.over(order_by=COLUMNS.position).label("number"))
        .where(COLUMNS.position >= CURSOR, *conditions)
        .order_by(COLUMNS.position)
        .limit(LIMIT + 2)
    )


def _columns(
    ahead: FromClause,
    event: ColumnElement[Any],
    within: ColumnElement[bool],
    end: ColumnElement[int],
    *,
    short: ColumnElement[bool],
) -> list[ColumnElement[Any]]:
    """The columns of a page: the short events as an `EventPage`, and its cursor.

    Then whether more events follow after number `end`, the first position from the cursor on, and
    whether the page has events that are not short.
    """
    listed = CATALOG.json_agg(aggregate_order_by(event, ahead.c.position)).filter(within & short)
    last = func.coalesce(CATALOG.max(ahead.c.position).filter(within), CURSOR)
    values = {"events": func.coalesce(listed, literal_column("'[]'")), "cursor": last}
    more = func.coalesce(CATALOG.max(ahead.c.number) > end, false())
    long = CATALOG.count(literal_column("*")).filter(within & ~short) > ZERO
    return [
        cast(json_object(EventPage, values), Text),
        last,
        more,
        CATALOG.min(ahead.c.position),
        long,
    ]


def _page(*conditions: ColumnElement[bool]) -> Select[Any]:
    """A page of events without those that are longer than their share of it."""
    ahead = (
        _ahead(*conditions)
        .add_columns(json_object(EventRead, FIELDS).label("event"))
        .subquery("ahead")
    )
    within = ahead.c.number.between(ONE, LIMIT)
    short = length(ahead.c.event) <= BOUND // LIMIT
    return select(*_columns(ahead, ahead.c.event, within, LIMIT, short=short))


def _fitting(*conditions: ColumnElement[bool]) -> Select[Any]:
    """A page of as many events as fit into it, however long they are."""
    fields = {name: FIELDS[name].label(f"_{name}") for name in EventRead.model_fields}
    ahead = _ahead(*conditions).add_columns(*fields.values()).cte("ahead")
    event = json_object(EventRead, {name: ahead.c[one.name] for name, one in fields.items()})
    fitting = walked(ahead.c.number, event, LIMIT)
    within, end = fitting.c.number.is_not(None), CATALOG.max(fitting.c.number)
    columns = _columns(ahead, fitting.c.item, within, end, short=true())
    return select(*columns).select_from(
        ahead.outerjoin(fitting, fitting.c.number == ahead.c.number)
    )


LIST: Statement = compiled(_page(), "list_events")
LIST_LONG: Statement = compiled(_fitting(), "list_events")

# A deleted task has a history; a task that is older than the trail may have none yet.
KNOWN = exists(select(COLUMNS.position).where(*OF_TASK)) | exists(
    select(TASKS.columns.id).where(TASKS.this)
)
HISTORY: Statement = compiled(_page(*OF_TASK).add_columns(KNOWN), "list_task_events")
HISTORY_LONG: Statement = compiled(_fitting(*OF_TASK).add_columns(KNOWN), "list_task_events")
