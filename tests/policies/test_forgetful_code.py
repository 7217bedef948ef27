"""Handlers without any filter, on a real server: they reach only the caller's rows.

Each function of forgetful_readers.py and forgetful_writers.py is a handler here. The tests read the
results over the owner's connection, which sees every row.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from api.http.dependencies import UserDep
from api.main import create_app
from api.settings import Settings
from tests.policies.forgetful_readers import READERS
from tests.policies.forgetful_writers import DELETERS, FORGERS, INSERTERS, TITLES, UPDATERS
from tests.support.issuer import Issuer
from tests.support.running_app import running_app

HERS, HIS = ["her first", "her second"], ["his first", "his second", "his third"]

ROWS = "select t::text, xmin::text, ctid::text from app.tasks as t where user_id = %s order by id"
TITLES_OF = "select title from app.tasks where user_id = %s order by id"


def serve(router: APIRouter, work: Callable[..., Any]) -> None:
    """Add a handler that calls the function with a session."""

    @router.post(f"/forgetful/{work.__name__}")
    def handle(user: UserDep) -> Any:
        with user.unit_of_work() as session:
            return work(session)


def serve_forger(router: APIRouter, work: Callable[..., Any]) -> None:
    """Add a handler that calls the function with a session and another user's id."""

    @router.post(f"/forgetful/{work.__name__}")
    def handle(user: UserDep, victim: str) -> Any:
        with user.unit_of_work() as session:
            return work(session, victim)


class Caller(httpx2.Client):
    """A user with some tasks, who calls the forgetful handlers."""

    def __init__(self, url: str, issuer: Issuer) -> None:
        self.id = f"user-{uuid.uuid4().hex}"
        headers = {"Authorization": f"Bearer {issuer.token(self.id)}"}
        super().__init__(base_url=url, headers=headers, timeout=30, trust_env=False)

    def create_tasks(self, titles: list[str]) -> "Caller":
        """Create tasks with these titles."""
        for title in titles:
            assert self.post("/api/tasks", json={"title": title}).status_code == 201
        return self

    def call(self, work: Callable[..., Any], **query: str) -> Any:
        """Call the handler, and return the body of its response, or the status if it is not 200."""
        response = self.post(f"/forgetful/{work.__name__}", params=query)
        return response.json() if response.status_code == 200 else response.status_code


@pytest.fixture(scope="module")
def url(api_settings: Settings) -> Iterator[str]:
    """The URL of the API with the forgetful handlers."""
    router = APIRouter()
    for work in (*READERS, *UPDATERS, *DELETERS, *INSERTERS):
        serve(router, work)
    for forger in FORGERS:
        serve_forger(router, forger)
    app = create_app(api_settings)
    app.include_router(router)
    with running_app(app) as served:
        yield served


@pytest.fixture
def alice(url: str, issuer: Issuer) -> Iterator[Caller]:
    """A user with two tasks."""
    with Caller(url, issuer) as caller:
        yield caller.create_tasks(HERS)


@pytest.fixture
def bob(url: str, issuer: Issuer) -> Iterator[Caller]:
    """Another user, with three tasks."""
    with Caller(url, issuer) as caller:
        yield caller.create_tasks(HIS)


def rows(owner: Connection, user: Caller) -> list[tuple[str, str, str]]:
    """A user's rows with xmin and ctid, which show whether a row was written again."""
    with owner.cursor() as cursor:
        cursor.execute(ROWS, (user.id,))
        return cursor.fetchall()


def titles(owner: Connection, user: Caller) -> list[str]:
    """The titles of a user's rows."""
    with owner.cursor() as cursor:
        cursor.execute(TITLES_OF, (user.id,))
        return [title for (title,) in cursor]


@pytest.mark.parametrize("work", READERS)
def test_reader_sees_own_rows_only(alice: Caller, bob: Caller, work: Callable[..., Any]) -> None:
    """Without a filter, each user sees all of their own rows, and no other rows."""
    power = 2 if work.__name__ == "join_to_itself" else 1

    assert alice.call(work) == [len(HERS) ** power, [alice.id]]
    assert bob.call(work) == [len(HIS) ** power, [bob.id]]


@pytest.mark.parametrize("work", UPDATERS)
def test_updater_changes_own_rows_only(
    alice: Caller, bob: Caller, owner: Connection, work: Callable[..., Any]
) -> None:
    """Without a filter, Alice's update changes all of her rows, and none of Bob's."""
    before = rows(owner, bob)

    assert alice.call(work) == len(HERS)

    assert titles(owner, alice) == ["overwritten"] * len(HERS)
    assert rows(owner, bob) == before
    assert len(before) == len(HIS)


@pytest.mark.parametrize("work", DELETERS)
def test_deleter_removes_own_rows_only(
    alice: Caller, bob: Caller, owner: Connection, work: Callable[..., Any]
) -> None:
    """Without a filter, Alice's delete removes all of her rows, and none of Bob's."""
    before = rows(owner, bob)

    assert alice.call(work) == len(HERS)

    assert titles(owner, alice) == []
    assert rows(owner, bob) == before
    assert len(before) == len(HIS)


@pytest.mark.parametrize("work", INSERTERS)
def test_inserter_adds_own_rows(
    alice: Caller, bob: Caller, owner: Connection, work: Callable[..., Any]
) -> None:
    """New rows without a user id belong to the caller."""
    before = rows(owner, bob)

    assert alice.call(work) == len(TITLES)

    assert sorted(titles(owner, alice)) == sorted(HERS + TITLES)
    assert rows(owner, bob) == before


@pytest.mark.parametrize("work", FORGERS)
def test_forger_is_denied(
    alice: Caller, bob: Caller, owner: Connection, work: Callable[..., Any]
) -> None:
    """A handler that writes user_id, which is not granted, answers 500 and changes no row."""
    hers, his = rows(owner, alice), rows(owner, bob)

    assert alice.call(work, victim=bob.id) == 500

    assert (rows(owner, alice), rows(owner, bob)) == (hers, his)
    assert (len(hers), len(his)) == (len(HERS), len(HIS))
