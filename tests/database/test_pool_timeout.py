"""Waiting for a connection or a session ends with the pool's timeout."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.database.statements import Statement
from tests.database.sessions import WHOAMI, count
from tests.support.blocking import BlockingDatabase, BlockingUser


def test_waiting_for_a_connection_ends(single: BlockingDatabase, user: BlockingUser) -> None:
    """If no connection is free within the pool's timeout, the second caller gets an error."""
    other = single.as_user("other")
    with ThreadPoolExecutor(1) as thread:
        sleeping = thread.submit(user.fetch_one, Statement("select pg_sleep(1)", {}))
        while not sleeping.running():
            time.sleep(0.01)
        time.sleep(0.1)
        with pytest.raises(PoolTimeoutError):
            other.fetch_one(WHOAMI)
        sleeping.result()

    assert other.fetch_one(WHOAMI) == ("other",)


def test_waiting_for_a_session_ends(single: BlockingDatabase, user: BlockingUser) -> None:
    """A second unit of work gets an error after the pool's timeout; single statements do not.

    Single statements use other connections than units of work.
    """
    other = single.as_user("other")
    with user.unit_of_work() as session:
        assert count(session) == 1
        with pytest.raises(PoolTimeoutError), other.unit_of_work() as another:
            count(another)
        assert other.fetch_one(WHOAMI) == ("other",)

    with other.unit_of_work() as another:
        assert count(another) == 0
