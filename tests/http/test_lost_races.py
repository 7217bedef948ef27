"""A statement that fails with a serialization failure or deadlock is retried; others are not."""

from typing import Any

import pytest
from fastapi import APIRouter

from api.database.statements import Statement
from api.http.dependencies import UserDep
from tests.support.api import Serve
from tests.support.problems import refusal

INTERNAL = (500, "/problems/internal", "The error is logged under the request id.")
UNAVAILABLE = (503, "/problems/unavailable", "Try again after the time in Retry-After.")

LOSE_THEN_WIN = """
do $$ begin
    if %(attempt)s <= %(losses)s then
        raise exception 'internal detail' using errcode = %(code)s;
    end if;
end $$;
insert into app.tasks (title) values ('won') returning title
"""


class Attempts:
    """A value whose SQL is the number of times the statement was sent."""

    def __init__(self) -> None:
        self.count = 0

    def __conform__(self, _protocol: object) -> "Attempts":
        return self

    def getquoted(self) -> bytes:
        """Return the number of this attempt as SQL."""
        self.count += 1
        return str(self.count).encode()


@pytest.mark.parametrize("code", ["40001", "40P01"])
@pytest.mark.parametrize(
    ("losses", "sent", "status"), [(0, 1, 200), (1, 2, 200), (2, 3, 200), (3, 3, 503)]
)
def test_lost_race_is_run_again(
    serve: Serve, code: str, losses: int, sent: int, status: int
) -> None:
    """A statement with SQLSTATE 40001 or 40P01 is sent up to three times; then it is 503."""
    attempts, router = Attempts(), APIRouter()
    statement = Statement(LOSE_THEN_WIN, {"losses": losses, "code": code})

    @router.post("/race")
    async def race(user: UserDep) -> list[Any]:
        return list(await user.fetch_one(statement, attempt=attempts) or ())

    with serve(router) as client:
        response = client.post("/race")
        written = [task["title"] for task in client.get("/api/tasks").json()]

    assert (response.status_code, attempts.count) == (status, sent)
    if status == 503:
        assert (refusal(response), response.headers["retry-after"]) == (UNAVAILABLE, "2")
        assert written == []
    else:
        assert response.json() == written == ["won"]


def test_other_errors_are_not_run_again(serve: Serve) -> None:
    """A statement with another error is sent once."""
    attempts, router = Attempts(), APIRouter()

    @router.post("/once")
    async def once(user: UserDep) -> None:
        await user.fetch_one(
            Statement("select %(attempt)s; truncate app.tasks", {}), attempt=attempts
        )

    with serve(router) as client:
        assert refusal(client.post("/once")) == INTERNAL
    assert attempts.count == 1
