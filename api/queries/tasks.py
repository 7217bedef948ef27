"""The statements of the task endpoints. Each returns the JSON that goes out as it is."""

from itertools import product
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)

from api.models import Task
from api.queries import CATALOG, Statement, compiled
from api.schemas import TaskRead

TASKS: Table = Task.__table__  # type: ignore[attr-defined] # SQLModel adds it
COLUMNS = TASKS.c


def _json(columns: Any) -> ColumnElement[Any]:
    """A JSON object with the fields of the response model, in its order."""
    parts: list[ColumnElement[Any]] = []
    for name in TaskRead.model_fields:
        parts += [literal_column(f"'{name}'"), columns[name]]
    return CATALOG.json_build_object(*parts)


BODY = cast(_json(COLUMNS), Text)
THIS = COLUMNS.id == bindparam("id")
TEXT: dict[str, BindParameter[Any]] = {
    "title": bindparam("title"),
    "description": bindparam("description"),
}

CREATE = compiled(
    insert(TASKS)
    .values(id=func.coalesce(bindparam("id"), func.app.new_id()), **TEXT)
    .returning(BODY, COLUMNS.id),
    "create_task",
)
READ = compiled(select(BODY).where(THIS), "read_task")
REPLACE = compiled(update(TASKS).where(THIS).values(TEXT).returning(BODY), "replace_task")
TOGGLE = compiled(
    update(TASKS).where(THIS).values(completed=~COLUMNS.completed).returning(BODY), "toggle_task"
)


def _complete() -> Statement:
    """Set `completed`, unless it is so already: then the task is returned as it is.

    The row is locked first, so that of two who set the same only one changes it.
    """
    wanted: BindParameter[Any] = bindparam("completed", type_=Boolean)
    this = select(COLUMNS.id, COLUMNS.completed, BODY.label("task")).where(THIS)
    locked = this.with_for_update().cte("locked")
    changed = (
        update(TASKS)
        .where(THIS, locked.c.completed != wanted)
        .values(completed=wanted)
        .returning(BODY.label("task"))
        .cte("changed")
    )
    kept = select(locked.c.task).where(locked.c.completed == wanted)
    either = union_all(select(changed.c.task), kept).subquery()
    return compiled(select(either.c.task), "complete_task")


COMPLETE = _complete()
DELETE = compiled(delete(TASKS).where(THIS).returning(COLUMNS.id), "delete_task")

Sort = Literal["created", "title"]
Status = Literal["all", "pending", "completed"]

KEYS: dict[Sort, Column[Any]] = {"created": COLUMNS.created_at, "title": COLUMNS.title_key}
FILTERS: dict[Status, list[ColumnElement[bool]]] = {
    "all": [],
    "pending": [~COLUMNS.completed],
    "completed": [COLUMNS.completed],
}


def _page(sort: Sort, status: Status, *, continued: bool) -> Statement:
    """The first `limit` tasks of the list, as one JSON array.

    Newest first, or by title from A to Z; the id breaks ties. The page starts behind the task whose
    creation time or title, and id, it is given, so a deep page costs what the first one does.
    """
    key, newest_first = KEYS[sort], sort == "created"
    order = [key.desc(), COLUMNS.id.desc()] if newest_first else [key, COLUMNS.id]

    page = select(*(COLUMNS[name] for name in TaskRead.model_fields))
    page = page.where(*FILTERS[status]).order_by(*order).limit(bindparam("limit", type_=Integer))
    if continued:
        last = bindparam("key") if newest_first else CATALOG.lower(bindparam("key"))
        here, start = tuple_(key, COLUMNS.id), tuple_(last, bindparam("id"))
        page = page.where(here < start if newest_first else here > start)

    # An aggregate takes rows in the order of its one, sorted subquery (PostgreSQL manual, 9.21).
    listed = CATALOG.json_agg(page.subquery("task").table_valued())
    body = cast(func.coalesce(listed, literal_column("'[]'")), Text)
    return compiled(select(body), "list_tasks")


LIST = {
    (sort, status, continued): _page(sort, status, continued=continued)
    for sort, status, continued in product(KEYS, FILTERS, (False, True))
}
