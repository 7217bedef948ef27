"""The statements of the task endpoints. Each returns the JSON that goes out as it is."""

from itertools import product
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Subquery,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.database.byte_limit import BOUND, ONE, constant, walked
from api.database.statements import CATALOG, Statement, compiled
from api.tables.tasks.model import Task
from api.tables.tasks.schemas import TaskRead

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
LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
FILTERS: dict[Status, list[ColumnElement[bool]]] = {
    "all": [],
    "pending": [~COLUMNS.completed],
    "completed": [COLUMNS.completed],
}


# A task without its description: 200 characters of title, each \u0001 at worst, and the rest.
REST = 1_600
ESCAPED = 6  # bytes of JSON that a byte of text may take


def _rows(sort: Sort, status: Status, *, continued: bool) -> Subquery:
    """The first `limit` tasks of the list.

    Newest first, or by title from A to Z; the id breaks ties. The page starts behind the task whose
    creation time or title, and id, it is given, so a deep page costs what the first one does.
    """
    key, newest_first = KEYS[sort], sort == "created"
    order = [key.desc(), COLUMNS.id.desc()] if newest_first else [key, COLUMNS.id]

    page = select(*(COLUMNS[name] for name in TaskRead.model_fields))
    page = page.where(*FILTERS[status]).order_by(*order).limit(LIMIT)
    if continued:
        last = bindparam("key") if newest_first else CATALOG.lower(bindparam("key"))
        here, start = tuple_(key, COLUMNS.id), tuple_(last, bindparam("id"))
        page = page.where(here < start if newest_first else here > start)
    return page.subquery("task")


def _page(task: Subquery) -> Statement:
    """The tasks as one JSON array, without those that are too long for their share of a page.

    With it how many there are in all.
    """
    share = (BOUND // LIMIT - constant(REST)) // constant(ESCAPED)
    # There may be no description; of a stored text, the length is known without reading it.
    short = (CATALOG.octet_length(task.c.description) <= share).is_not(false())
    # An aggregate takes rows in the order of its one, sorted subquery (PostgreSQL manual, 9.21).
    listed = CATALOG.json_agg(task.table_valued()).filter(short)
    body = cast(func.coalesce(listed, literal_column("'[]'")), Text)
    return compiled(select(body, CATALOG.count(literal_column("*"))), "list_tasks")


def _fitting(task: Subquery) -> Statement:
    """As many of the first `limit - 1` tasks as fit into a page, and whether more follow."""
    rows = select(CATALOG.row_number().over().label("number"), *task.c).cte("page")
    fitting = walked(rows.c.number, _json(rows.c), LIMIT - ONE)
    listed = CATALOG.json_agg(aggregate_order_by(fitting.c.item, fitting.c.number))
    body = cast(func.coalesce(listed, literal_column("'[]'")), Text)
    more = select(CATALOG.count(literal_column("*"))).select_from(rows).scalar_subquery()
    return compiled(select(body, more > CATALOG.count(fitting.c.number)), "list_tasks")


LISTS = list(product(KEYS, FILTERS, (False, True)))
ROWS = {(sort, status, more): _rows(sort, status, continued=more) for sort, status, more in LISTS}
LIST = {key: _page(rows) for key, rows in ROWS.items()}
LIST_LONG = {key: _fitting(rows) for key, rows in ROWS.items()}
