"""The body and the dependencies that the sample routes share."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, Field


class Body(BaseModel):
    """A body with two fields, one of which is required."""

    title: str = Field(min_length=2)
    count: int = 1


DEFAULT = Body(title="default")


async def caller(request: Request) -> str:
    """A dependency that counts how often it runs for one request."""
    request.state.calls = getattr(request.state, "calls", 0) + 1
    return f"{request.headers.get('x-user', 'nobody')} {request.state.calls}"


async def owner(user_id: str, user: Annotated[str, Depends(caller)]) -> str:
    """A dependency with another dependency and a path parameter."""
    return f"{user_id} {user}"


Caller = Annotated[str, Depends(caller)]
