"""The statements of the task endpoints. Each returns the JSON that goes out as it is."""

from itertools import product
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.models import Task
from api.queries import Statement, compiled
from api.schemas import TaskRead

TASKS: Table = Task.__table__  # type: ignore[attr-defined] # SQLModel adds it
COLUMNS = TASKS.c


def _json(columns: Any) -> ColumnElement[Any]:
    """A JSON object with the fields of the response model, in its order."""
    parts: list[ColumnElement[Any]] = []
    for name in TaskRead.model_fields:
        parts += [literal_column(f"'{name}'"), columns[name]]
    return func.json_build_object(*parts)


BODY = cast(_json(COLUMNS), Text)
THIS = COLUMNS.id == bindparam("id")
TEXT: dict[str, BindParameter[Any]] = {
    "title": bindparam("title"),
    "description": bindparam("description"),
}

CREATE = compiled(
    insert(TASKS)
    .values(id=func.coalesce(bindparam("id"), func.app.new_id()), **TEXT)
    .returning(BODY, COLUMNS.id)
)
READ = compiled(select(BODY).where(THIS))
REPLACE = compiled(update(TASKS).where(THIS).values(TEXT).returning(BODY))
TOGGLE = compiled(update(TASKS).where(THIS).values(completed=~COLUMNS.completed).returning(BODY))
DELETE = compiled(delete(TASKS).where(THIS).returning(COLUMNS.id))

Sort = Literal["created", "title"]
Status = Literal["all", "pending", "completed"]

KEYS: dict[Sort, Column[Any]] = {"created": COLUMNS.created_at, "title": COLUMNS.title_key}
FILTERS: dict[Status, list[ColumnElement[bool]]] = {
    "all": [],
    "pending": [~COLUMNS.completed],
    "completed": [COLUMNS.completed],
}


def _page(sort: Sort, status: Status, *, continued: bool) -> Statement:
    """A page of the list, and where the next one starts.

    One row: the JSON array; then the sort key and the id of the page's last task, as text, or two
    NULLs where no task follows. Newest first, or by title from A to Z; the id breaks ties. The page
    starts behind the key it is given, so a deep page costs what the first one does.
    """
    key, newest_first = KEYS[sort], sort == "created"
    order = [key.desc(), COLUMNS.id.desc()] if newest_first else [key, COLUMNS.id]
    limit = bindparam("limit", type_=Integer)

    page = select(*COLUMNS, func.row_number().over(order_by=order).label("n"))
    page = page.where(*FILTERS[status]).order_by(*order).limit(limit + 1)
    if continued:
        here, start = tuple_(key, COLUMNS.id), tuple_(bindparam("key"), bindparam("id"))
        page = page.where(here < start if newest_first else here > start)

    row = page.subquery().c
    within, last = row.n <= limit, row.n == limit
    listed = func.json_agg(aggregate_order_by(_json(row), row.n)).filter(within)
    more = func.count() > limit
    last_key, last_id = func.max(row[key.name]), func.max(cast(row.id, Text))
    return compiled(
        select(
            cast(func.coalesce(listed, literal_column("'[]'")), Text),
            case((more, cast(last_key.filter(last), Text))),
            case((more, last_id.filter(last))),
        )
    )


LIST = {
    (sort, status, continued): _page(sort, status, continued=continued)
    for sort, status, continued in product(KEYS, FILTERS, (False, True))
}
