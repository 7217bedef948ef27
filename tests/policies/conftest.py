"""Runs test_premise.py before all other tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first the tests which show that rowlock_api cannot bypass row-level security."""
    items.sort(key=lambda item: item.path.name != "test_premise.py")
