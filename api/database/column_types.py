"""The Python types of columns, for JSON and cursors."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TypeDecorator

# A value of these takes at most 64 bytes of JSON.
SHORT = (bool, int, float, UUID, datetime, date, time, timedelta)


def python_type(column: ColumnElement[Any]) -> type:
    """The Python type of a column's values; `object` if SQLAlchemy does not know it."""
    kind = column.type
    if isinstance(kind, TypeDecorator):  # such as SQLModel's type of `str`
        kind = kind.impl_instance
    try:
        return kind.python_type
    except NotImplementedError:
        return object
