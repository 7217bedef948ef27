"""The statements of the event endpoints. Each returns the JSON that goes out as it is."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.models import Event
from api.queries import CATALOG, Statement, compiled
from api.queries.tasks import TASKS, THIS
from api.schemas import EventPage, EventRead

EVENTS: Table = Event.__table__  # type: ignore[attr-defined] # SQLModel adds it
COLUMNS = EVENTS.c
FIELDS: dict[str, ColumnElement[Any]] = {
    **COLUMNS,
    "table": COLUMNS.table_name,
    "hash": CATALOG.encode(COLUMNS.hash, literal_column("'hex'")),
}
OF_TASK = [
    COLUMNS.table_name == literal_column("'tasks'"),
    COLUMNS.row_id == cast(bindparam("id"), Text),
]


def _object(values: dict[str, Any]) -> ColumnElement[Any]:
    parts: list[ColumnElement[Any]] = []
    for name, value in values.items():
        parts += [literal_column(f"'{name}'"), value]
    return CATALOG.json_build_object(*parts)


def _page(*conditions: ColumnElement[bool]) -> Any:
    """At most `limit` events behind a position, in their order, as an `EventPage`.

    With it the cursor itself, whether more events follow, and the first position from the cursor
    on: the cursor's own event is read too, and tells whether the cursor is still good, and one more
    behind the page.
    """
    cursor: BindParameter[Any] = bindparam("cursor")
    limit = bindparam("limit", type_=Integer)
    ahead = (
        select(
            COLUMNS.position,
            _object({name: FIELDS[name] for name in EventRead.model_fields}).label("event"),
            CATALOG.count(literal_column("*"))
            .filter(COLUMNS.position > cursor)
            .over(order_by=COLUMNS.position)
            .label("number"),
        )
        .where(COLUMNS.position >= cursor, *conditions)
        .order_by(COLUMNS.position)
        .limit(limit + 2)
        .subquery("ahead")
    )
    within = ahead.c.number.between(literal_column("1"), limit)
    listed = CATALOG.json_agg(aggregate_order_by(ahead.c.event, ahead.c.position)).filter(within)
    last = func.coalesce(CATALOG.max(ahead.c.position).filter(within), cursor)
    values = {
        "events": func.coalesce(listed, literal_column("'[]'")),
        "cursor": last,
    }
    page = {name: values[name] for name in EventPage.model_fields}
    more = func.coalesce(CATALOG.max(ahead.c.number) > limit, false())
    return select(cast(_object(page), Text), last, more, CATALOG.min(ahead.c.position))


LIST: Statement = compiled(_page(), "list_events")

# A task that is gone has a history, and one that is older than the trail may have none yet.
KNOWN = exists(select(COLUMNS.position).where(*OF_TASK)) | exists(select(TASKS.c.id).where(THIS))
HISTORY: Statement = compiled(_page(*OF_TASK).add_columns(KNOWN), "list_task_events")
