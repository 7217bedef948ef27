"""The request and response bodies of tasks."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, StrictBool

from api.http.bodies import NewRow, RequestBody, example
from api.http.text_fields import LongText, Title

TEXT = {"title": "Water the plants", "description": "The ferns twice."}
TASK = {
    "id": "01a21022-53f0-7a48-80d4-a29af602934d",
    **TEXT,
    "completed": True,
    "completed_at": "2026-11-25T00:36:55.212204+00:00",
    "created_at": "2026-11-25T00:36:54.895648+00:00",
    "updated_at": "2026-11-25T00:36:55.212204+00:00",
    "version": 2,
}


class TaskReplace(RequestBody):
    """The text of a task. A description that is left out is removed."""

    model_config = example(**TEXT)

    title: Title
    description: LongText | None = None


class TaskCreate(NewRow, TaskReplace):
    """A new task. A client may choose its id, to repeat a request safely."""

    # Without an id: a second request with the same one is 409.
    model_config = example(**TEXT)


class TaskComplete(RequestBody):
    """Whether a task is completed."""

    model_config = example(completed=True)

    completed: StrictBool


class TaskRead(BaseModel):
    """A task as Postgres renders it. `version` grows by one with every change."""

    model_config = example(**TASK)

    id: UUID
    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
