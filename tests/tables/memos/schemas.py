"""The request and response bodies of memos."""

from api.http.bodies import NewRow, RequestBody, RowRead
from api.http.text_fields import LongText, Title


class MemoReplace(RequestBody):
    """The text of a memo. A body that is left out is removed."""

    title: Title
    body: LongText | None = None


class MemoCreate(NewRow, MemoReplace):
    """A new memo. A client may choose its id, to repeat a request safely."""


class MemoRead(MemoReplace, RowRead):
    """A memo as Postgres renders it. `version` grows by one with every change."""
