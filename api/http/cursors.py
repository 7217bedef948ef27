"""Cursors: where a page of a list begins, behind the last row of the page before it.

A cursor is opaque to clients. It is no secret and proves nothing: it only names a place in the
caller's own list, and row-level security decides what is read from there.
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
    """Keep the text, which Postgres reads too. Raises ValueError: it is no timestamp."""
    datetime.fromisoformat(text)
    return storable(text)


# What a cursor holds of a column's type; of all others, the text that Postgres writes in JSON.
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
        """The cursor that leads to what follows a row, which is given as JSON."""
        fields = json.loads(row, parse_float=Decimal)  # a float would lose digits of a numeric
        values = [self._name, *(fields[field] for field, _ in self._keys)]
        # Escaped, a title of 200 emoji would not fit into a query parameter of 2,000 characters.
        text = json.dumps(values, ensure_ascii=False, default=str)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def decode(self, cursor: str) -> dict[str, Any]:
        """The statement's parameters for the row that a cursor names.

        Raises:
            ValueError: the cursor is malformed, or of another list or order.
        """
        if re.fullmatch(PATTERN, cursor) is None:
            raise ValueError
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        _, *values = self._values.validate_json(text, strict=True)
        return dict(zip((name for _, name in self._keys), values, strict=True))


def _type(key: SortKey) -> Any:
    kind = TYPES.get(python_type(key.column), TEXT)
    return kind | None if key.nullable else kind
