"""A Rowlock of its own for what is said of all roles."""

from collections.abc import Iterator

import pytest

from tests.proof.example import example
from tests.support.installation import Installation, new_installation


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A migrated database with two users' tasks; change nothing in it, copy it."""
    with new_installation() as made:
        example(made)
        yield made
