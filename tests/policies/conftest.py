"""The premise comes first."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask first whether the API's role could bypass row-level security: all else stands on it."""
    items.sort(key=lambda item: item.path.name != "test_premise.py")
