"""Where a page of a list starts: behind the last row of the page before it.

A cursor is opaque to clients. It is no secret and proves nothing: it only names a place in the
caller's own list, and row-level security decides what is read from there.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from api.tables.tasks.queries import KEYS, Sort
from api.tables.tasks.schemas import TaskRead

# Which field of a task is its place in a list.
FIELDS: dict[Sort, str] = {"created": "created_at", "title": "title"}

# How each task of a list begins. It begins nothing else: inside a string, JSON escapes the quotes.
FIRST = next(iter(TaskRead.model_fields))
TASK, BUILT = f'{{"{FIRST}":"', f'{{"{FIRST}" : "'  # by json_agg, and by json_build_object

# base64url without padding (RFC 4648, 5).
PATTERN = "^[A-Za-z0-9_-]+$"


class CursorError(Exception):
    """The cursor was not made by this API, or for a list in another order."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The order of the list, and the creation time or title, and the id, of the last task seen."""

    sort: Sort
    key: str
    id: UUID

    def __str__(self) -> str:
        # Escaped, a title of 200 emoji would not fit into a query parameter of 2,000 characters.
        text = json.dumps([self.sort, self.key, str(self.id)], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, sort: Sort) -> Self:
        """Read a cursor back.

        Raises:
            CursorError: it is malformed, or belongs to a list in another order.
        """
        try:
            made_for, key, row_id = json.loads(_decoded(text))
            row = UUID(row_id)
            _check_key(made_for, key)
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise CursorError("It is not a cursor of this API.") from None
        if made_for != sort:
            raise CursorError("It belongs to a list in another order.")
        return cls(sort, key, row)


def split(tasks: str, sort: Sort, limit: int) -> tuple[str, Cursor | None]:
    """Take the page of at most `limit` tasks off a JSON array that may hold one more.

    The cursor leads to what follows; None, where nothing does.
    """
    if tasks.count(TASK) <= limit:
        return tasks, None
    page = tasks[: tasks.rindex(TASK)].rstrip(", \n")
    return f"{page}]", _behind(page[page.rindex(TASK) :], sort)


def behind(tasks: str, sort: Sort) -> Cursor:
    """The cursor that leads to what follows a JSON array, made of objects that were built."""
    return _behind(tasks[tasks.rindex(BUILT) : -1], sort)


def _behind(task: str, sort: Sort) -> Cursor:
    last = json.loads(task)
    return Cursor(sort, last[FIELDS[sort]], UUID(last["id"]))


def _decoded(text: str) -> bytes:
    """Decode base64url, or raise ValueError."""
    if re.fullmatch(PATTERN, text) is None:
        raise ValueError
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _check_key(sort: Sort, key: str) -> None:
    """Refuse with ValueError what Postgres would not read as the sort key."""
    if sort not in KEYS or "\x00" in key.encode().decode():
        raise ValueError
    if sort == "created":
        datetime.fromisoformat(key)
