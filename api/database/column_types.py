"""The types of columns, as far as JSON and cursors depend on them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TypeDecorator

# A value of these takes at most 64 bytes of JSON.
SHORT = (bool, int, float, UUID, datetime, date, time, timedelta)


def python_type(column: ColumnElement[Any]) -> type:
    """The Python type of a column's values; `object`, where SQLAlchemy names none."""
    kind = column.type
    if isinstance(kind, TypeDecorator):  # such as SQLModel's type of `str`
        kind = kind.impl_instance
    try:
        return kind.python_type
    except NotImplementedError:
        return object
