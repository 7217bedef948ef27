"""Postgres servers that behave like Neon's, and that a test may stop."""

from collections.abc import Iterator

import pytest

from tests.neon.cluster import Neon, neon_cluster
from tests.support.cluster import EMBEDDED, Cluster, new_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A running Postgres for one module."""
    with new_cluster(EMBEDDED) as made:
        made.start()
        yield made


@pytest.fixture(scope="session")
def neon() -> Iterator[Neon]:
    """A running Postgres with Neon's roles, whose database is migrated."""
    with neon_cluster() as made:
        yield made
