"""A pool of one connection, and a user with one task."""

import uuid
from collections.abc import Iterator

import pytest

from api.tables.tasks import queries as tasks
from tests.support.blocking import BlockingDatabase, BlockingUser, blocking
from tests.support.server import Server


@pytest.fixture
def single(server: Server, database: str) -> Iterator[BlockingDatabase]:
    """A pool of one connection, so that all users share it."""
    with blocking(server.api_url(database), pool_timeout=0.1) as opened:
        yield opened


@pytest.fixture
def user(single: BlockingDatabase) -> BlockingUser:
    """A user with one task."""
    found = single.as_user(f"user-{uuid.uuid4().hex}")
    found.fetch_one(tasks.CREATE, id=None, title="mine", description=None)
    return found
