"""The reference pages say what the code says."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, generated


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_reference_page_is_current(path: Path) -> None:
    """The page holds what is generated from the code today: if not, run `make docs`."""
    assert path.read_text(encoding="utf-8") == generated(path), "run `make docs`"
