"""The columns that the models of all tables have: those of a row that belongs to one user."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, FetchedValue
from sqlmodel import Field, SQLModel

SORTABLE = "sortable"  # in Column.info

_T = TypeVar("_T")
# The type of a column by which a list can be sorted: `title: Sortable[str]`. Its order needs an
# index: (user_id, title, id).
Sortable = Annotated[_T, Field(sa_column_kwargs={"info": {SORTABLE: True}})]

_FETCHED: dict[str, Any] = {"server_default": FetchedValue()}


class OwnedRow(SQLModel):
    """A row of one user, whose primary key is (user_id, id). The database sets these columns.

    A client may choose the id of a new row.
    """

    __table_args__ = {"schema": "app"}

    user_id: str | None = Field(default=None, primary_key=True, sa_column_kwargs=_FETCHED)
    id: UUID | None = Field(default=None, primary_key=True, sa_column_kwargs=_FETCHED)
    created_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs=_FETCHED,
    )
    updated_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs=_FETCHED,
    )
    version: int | None = Field(default=None, nullable=False, sa_column_kwargs=_FETCHED)
