"""Cursors: the start of a page, given by the sort keys of the last row before it.

A cursor is opaque to clients, but it is neither secret nor trusted: it only names a position in the
caller's own list, and row-level security decides which rows are read.
"""

import base64
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, TypeAdapter

from api.database.column_types import python_type
from api.database.keyset import SortKey
from api.http.text_fields import storable

# base64url without padding (RFC 4648, 5).
PATTERN = "^[A-Za-z0-9_-]+$"


def _timestamp(text: str) -> str:
    """Return the text, which Postgres can read too. Raises ValueError if it is not a timestamp."""
    datetime.fromisoformat(text)
    return storable(text)


# The type of a value in a cursor, by the type of its column; text for all other types.
TEXT = Annotated[str, AfterValidator(storable)]
TYPES: dict[type, Any] = {
    bool: bool,
    int: int,
    float: Decimal,
    Decimal: Decimal,
    UUID: UUID,
    date: date,
    datetime: Annotated[str, AfterValidator(_timestamp)],
}


class CursorFormat:
    """The cursors of one list in one order: its name, and the sort keys of a row."""

    def __init__(self, name: str, keys: Sequence[SortKey]) -> None:
        self._name = name
        self._keys = [(key.name, key.parameter) for key in keys]
        values: Any = GenericAlias(tuple, (Literal[name], *map(_type, keys)))
        self._values: TypeAdapter[Any] = TypeAdapter(values)

    def encode(self, row: str) -> str:
        """The cursor of the page after a row, which is given as JSON."""
        fields = json.loads(row, parse_float=Decimal)  # float would lose digits of numeric
        values = [self._name, *(fields[field] for field, _ in self._keys)]
        # Not escaped: otherwise a title of 200 emoji would exceed the 2,000 characters of a cursor.
        text = json.dumps(values, ensure_ascii=False, default=str)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def decode(self, cursor: str) -> dict[str, Any]:
        """The parameters of the statement for a cursor.

        Raises:
            ValueError: the cursor is malformed, or belongs to another list or order.
        """
        if re.fullmatch(PATTERN, cursor) is None:
            raise ValueError
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        _, *values = self._values.validate_json(text, strict=True)
        return dict(zip((name for _, name in self._keys), values, strict=True))


def _type(key: SortKey) -> Any:
    kind = TYPES.get(python_type(key.column), TEXT)
    return kind | None if key.nullable else kind
