"""Request and response bodies."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
)

from api.blank import STORABLE, STORABLE_AND_VISIBLE, is_blank

MAX_TITLE = 200
MAX_DESCRIPTION = 20_000


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    return text


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("must hold a character that can be seen: a letter, digit, sign or emoji")
    return text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
    AfterValidator(_storable),
    AfterValidator(_visible),
    Field(
        description="White space around it is removed. At least one character can be seen: spaces,"
        " controls, zero-width characters, variation selectors, tags and fillers cannot.",
        json_schema_extra={"pattern": STORABLE_AND_VISIBLE},
    ),
]
Description = Annotated[
    str,
    StringConstraints(max_length=MAX_DESCRIPTION),
    AfterValidator(_storable),
    WithJsonSchema({"type": "string", "maxLength": MAX_DESCRIPTION, "pattern": STORABLE}),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """The example of a body, for the OpenAPI description."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


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
EVENT = {
    "position": 2,
    "action": "update",
    "table": "tasks",
    "row_id": TASK["id"],
    "changes": {"version": {"old": 1, "new": 2}},
    "occurred_at": "2026-11-25T00:36:55.212204+00:00",
    "request_id": "e502c704333b4c4429b379ba3e97913a",
    "hash": "1f8e134b6bf7b1d9f4c8b3c9d1d9a0f23a02f9d8b6f14e1d4c2f2f3a6f0c5d7e",
}


class TaskReplace(_Body):
    """The text of a task. A description that is left out is removed."""

    model_config = example(**TEXT)

    title: Title
    description: Description | None = None


class TaskCreate(TaskReplace):
    """A new task. A client may choose its id, to repeat a request safely."""

    # Without an id: a second request with the same one is 409.
    model_config = example(**TEXT)

    id: UUID | None = None


class TaskComplete(_Body):
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


class EventRead(BaseModel):
    """What happened to a row."""

    model_config = example(**EVENT)

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

    model_config = example(events=[EVENT], cursor=2)

    events: list[EventRead]
    cursor: int
