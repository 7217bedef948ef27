"""The table of tasks as Python sees it. Its definition is in alembic/ and db/policies/tasks.sql."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Computed, DateTime, FetchedValue, Text
from sqlmodel import Field, SQLModel


class Task(SQLModel, table=True):
    """A task of one user. What is marked fetched is written by the database alone."""

    __tablename__ = "tasks"
    __table_args__ = {"schema": "app"}

    user_id: str | None = Field(
        default=None, sa_column=Column(Text, FetchedValue(), primary_key=True)
    )
    id: UUID | None = Field(
        default=None, primary_key=True, sa_column_kwargs={"server_default": FetchedValue()}
    )
    title: str
    description: str | None = None
    completed: bool = Field(default=None, sa_column_kwargs={"server_default": FetchedValue()})
    completed_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue())
    )
    created_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue(), nullable=False)
    )
    updated_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue(), nullable=False)
    )
    version: int | None = Field(
        default=None, nullable=False, sa_column_kwargs={"server_default": FetchedValue()}
    )
    title_key: str | None = Field(
        default=None,
        sa_column=Column(Text, Computed("lower(title)", persisted=True), nullable=False),
    )
