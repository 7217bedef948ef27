"""The table of tasks as Python sees it. Its definition is in alembic/ and db/policies/tasks.sql."""

from datetime import datetime

from sqlalchemy import Column, Computed, DateTime, FetchedValue, Text
from sqlmodel import Field

from api.database.owned_row import OwnedRow


class Task(OwnedRow, table=True):
    """A task of one user. Only the database writes columns with FetchedValue or Computed."""

    __tablename__ = "tasks"

    title: str
    description: str | None = None
    completed: bool = Field(default=None, sa_column_kwargs={"server_default": FetchedValue()})
    completed_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue())
    )
    title_key: str | None = Field(
        default=None,
        sa_column=Column(Text, Computed("lower(title)", persisted=True), nullable=False),
    )
