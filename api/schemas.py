"""Request and response bodies."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

MAX_TITLE = 200
MAX_DESCRIPTION = 20_000


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    return text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
    AfterValidator(_storable),
]
Description = Annotated[
    str, StringConstraints(max_length=MAX_DESCRIPTION), AfterValidator(_storable)
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TaskReplace(_Body):
    """The text of a task. A description that is left out is removed."""

    title: Title
    description: Description | None = None


class TaskCreate(TaskReplace):
    """A new task. A client may choose its id, to repeat a request safely."""

    id: UUID | None = None


class TaskComplete(_Body):
    """Whether a task is completed."""

    completed: StrictBool


class TaskRead(BaseModel):
    """A task as Postgres renders it. `version` grows by one with every change."""

    id: UUID
    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class EventRead(BaseModel):
    """What happened to a row."""

    position: int = Field(description="1, 2, 3 … for each user, without a gap.")
    action: Literal["create", "update", "delete"]
    table: str
    row_id: str
    changes: dict[str, Any] = Field(
        description="The values of a new or deleted row; of a changed one, `old` and `new` of each."
    )
    occurred_at: datetime
    request_id: str | None
    hash: str = Field(description="SHA-256 of the event and of the hash before it.")


class EventPage(BaseModel):
    """A page of events, and the cursor that leads on from it, now or later."""

    events: list[EventRead]
    cursor: int
