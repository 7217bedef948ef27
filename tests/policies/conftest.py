"""Runs the premise before all other tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first the test whether the API's role can bypass row-level security: the premise."""
    items.sort(key=lambda item: item.path.name != "test_premise.py")
