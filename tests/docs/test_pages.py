"""The generated reference pages are up to date."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, generated


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_reference_page_is_current(path: Path) -> None:
    """The page contains what `make docs` writes now: if not, run `make docs`."""
    assert path.read_text(encoding="utf-8") == generated(path), "run `make docs`"
