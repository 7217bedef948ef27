"""The response bodies of events."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.http.bodies import example

EVENT = {
    "position": 2,
    "action": "update",
    "table": "tasks",
    "row_id": "01a21022-53f0-7a48-80d4-a29af602934d",
    "changes": {"version": {"old": 1, "new": 2}},
    "occurred_at": "2026-11-25T00:36:55.212204+00:00",
    "request_id": "e502c704333b4c4429b379ba3e97913a",
    "hash": "1f8e134b6bf7b1d9f4c8b3c9d1d9a0f23a02f9d8b6f14e1d4c2f2f3a6f0c5d7e",
}


class EventRead(BaseModel):
    """A change of a row."""

    model_config = example(**EVENT)

    position: int = Field(description="1, 2, 3 … for each user, without a gap.")
    action: Literal["create", "update", "delete"]
    table: str
    row_id: str
    changes: dict[str, Any] = Field(
        description="The values of a new or deleted row; `old` and `new` of each changed value."
    )
    occurred_at: datetime
    request_id: str | None
    hash: str = Field(description="SHA-256 of the event and of the hash before it.")


class EventPage(BaseModel):
    """A page of events, and the cursor of the next page, which also works after later changes."""

    model_config = example(events=[EVENT], cursor=2)

    events: list[EventRead]
    cursor: int
