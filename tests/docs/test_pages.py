"""The generated reference pages are up to date."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, generated


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_reference_page_is_current(path: Path) -> None:
    """The page is identical to the output of `make docs`. If not, run `make docs`."""
    assert path.read_text(encoding="utf-8") == generated(path), "run `make docs`"
