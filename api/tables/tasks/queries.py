"""The statements of the task endpoints. Each returns the JSON that is sent unchanged."""

from typing import Any

from sqlalchemy import BindParameter, Boolean, bindparam, select, union_all, update

from api.database.keyset import SortKey
from api.database.row_statements import RowStatements
from api.database.statements import CATALOG, Statement, compiled
from api.tables.tasks.model import Task
from api.tables.tasks.schemas import TaskCreate, TaskRead, TaskReplace

TASKS = RowStatements(Task, TaskRead)
COLUMNS = TASKS.columns

CREATE = TASKS.create(TaskCreate)
READ = TASKS.read()
REPLACE = TASKS.replace(TaskReplace)
DELETE = TASKS.delete()
TOGGLE = compiled(
    update(TASKS.table)
    .where(TASKS.this)
    .values(completed=~COLUMNS.completed)
    .returning(TASKS.body),
    "toggle_task",
)


def _complete() -> Statement:
    """Set `completed`. If it has the value already, the task is returned unchanged.

    The row is locked first, so that of two concurrent requests only one changes it.
    """
    wanted: BindParameter[Any] = bindparam("completed", type_=Boolean)
    this = select(COLUMNS.id, COLUMNS.completed, TASKS.body.label("task")).where(TASKS.this)
    locked = this.with_for_update().cte("locked")
    changed = (
        update(TASKS.table)
        .where(TASKS.this, locked.c.completed != wanted)
        .values(completed=wanted)
        .returning(TASKS.body.label("task"))
        .cte("changed")
    )
    kept = select(locked.c.task).where(locked.c.completed == wanted)
    either = union_all(select(changed.c.task), kept).subquery()
    return compiled(select(either.c.task), "complete_task")


COMPLETE = _complete()
LIST = TASKS.list(
    {
        "created": [SortKey(COLUMNS.created_at, descending=True)],
        "title": [SortKey(COLUMNS.title_key, field="title", convert=CATALOG.lower)],
    },
    {
        "status": {
            "all": [],
            "pending": [~COLUMNS.completed],
            "completed": [COLUMNS.completed],
        }
    },
)
