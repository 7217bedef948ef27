"""A fixture with one database of many users, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.support.crowd import Crowd, crowd
from tests.support.server import Server


@pytest.fixture(scope="package")
def many(server: Server) -> Iterator[Crowd]:
    """A database with 100,000 users, each with a row in every table."""
    with crowd(server) as made:
        yield made
