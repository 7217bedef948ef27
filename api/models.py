"""The tables as Python sees them. The truth about them is in alembic/ and db/policies/."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Computed, DateTime, FetchedValue, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
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


class Event(SQLModel, table=True):
    """What happened to a row of one user. Triggers write it (db/policies/trail.sql)."""

    __tablename__ = "events"
    __table_args__ = {"schema": "app"}

    user_id: str = Field(sa_column=Column(Text, primary_key=True))
    position: int = Field(sa_column=Column(BigInteger, primary_key=True))
    occurred_at: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    action: str
    table_name: str
    row_id: str
    changes: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    request_id: str | None = None
    previous_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
