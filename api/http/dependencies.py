"""FastAPI dependencies of handlers: the caller."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from api.auth import Authenticator
from api.database.identity import Database, User
from api.http.constraint_violations import Constraints
from api.http.problems import ProblemError
from api.operations.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Services:
    """Objects that live as long as the application, in `app.state.services`."""

    database: Database
    authenticator: Authenticator
    readiness: Readiness
    constraints: Constraints


def services(request: Request) -> Services:
    """The application's services."""
    found = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - set by the lifespan in api/main.py
    return found


class BearerUser(SecurityBase):
    """Verifies the bearer token, and returns a handle that runs statements for the caller.

    It also sets `request.state.user_id`.
    """

    def __init__(self) -> None:
        self.model = HTTPBearer(bearerFormat="JWT", description="A JWT of Better Auth.")
        self.scheme_name = "bearer"

    async def __call__(self, request: Request) -> User:
        """Return the caller. Raises AuthenticationError."""
        found = services(request)
        claims = await found.authenticator.authenticate(request.scope["headers"])
        request.scope["state"]["user_id"] = claims.subject
        return found.database.as_user(claims.subject, request.state.request_id)


BEARER = BearerUser()
UserDep = Annotated[User, Depends(BEARER)]


async def require_own_path(user_id: str, user: UserDep) -> None:
    """Refuse a path with the id of another user than the token's."""
    if user_id != user.id:
        raise ProblemError("forbidden", "The path names another user than the token.")
