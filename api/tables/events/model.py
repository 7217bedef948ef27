"""The table of events as Python sees it. Its definition is in alembic/ and db/trail/."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Event(SQLModel, table=True):
    """A change of a row of one user. Triggers write it (db/trail)."""

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
