"""The parts that the two ordinary FastAPI applications share: the token check and the bodies.

The code follows the tutorials of FastAPI and SQLModel, as Rowlock's users would.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwk, jwt
from sqlmodel import Field, SQLModel, create_engine  # noqa: TID251 - a peer has its own engine

import api.auth.algorithms  # noqa: F401 - registers EdDSA, which python-jose lacks

ISSUER, AUDIENCE = os.environ["JWT_ISSUER"], os.environ["JWT_AUDIENCE"]
KEY = jwk.construct(json.loads(Path(os.environ["JWKS_FILE"]).read_text())["keys"][0], "EdDSA")

engine = create_engine(os.environ["DATABASE_URL"])  # with SQLAlchemy's default pool, of 5 + 10


class TaskWrite(SQLModel):
    """The text of a task."""

    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=20_000)


class TaskRead(SQLModel):
    """A task, with the fields that every contender returns."""

    id: UUID
    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


def current_user(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
) -> str:
    """The user id of a verified token."""
    try:
        claims = jwt.decode(
            credentials.credentials, KEY, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER
        )
    except JWTError:
        raise HTTPException(401, "Invalid token") from None
    return str(claims["sub"])


UserDep = Annotated[str, Depends(current_user)]
