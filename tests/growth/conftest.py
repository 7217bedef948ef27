"""One database with many users, for all measurements."""

from collections.abc import Iterator

import pytest

from tests.support.crowd import Crowd, crowd
from tests.support.server import Server


@pytest.fixture(scope="package")
def many(server: Server) -> Iterator[Crowd]:
    """100,000 users with a row in each table."""
    with crowd(server) as made:
        yield made
