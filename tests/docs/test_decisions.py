"""Each decision has a unique number and the required parts."""

import re
from pathlib import Path

import pytest

DECISIONS = sorted((Path(__file__).parents[2] / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_has_its_parts(path: Path) -> None:
    """A decision has a title with its number, a status and four required sections."""
    text = path.read_text(encoding="utf-8")
    number = int(path.name[:4])

    assert text.startswith(f"# {number}. ")
    assert re.search(r"^Status: (accepted|replaced), \d{4}-\d\d-\d\d", text, re.MULTILINE)
    headings = re.findall(r"^## (\w+)", text, re.MULTILINE)
    assert {"Context", "Decision", "Alternatives", "Consequences"} <= set(headings)


def test_numbers_are_unique() -> None:
    """Two decisions never have the same number."""
    numbers = [path.name[:4] for path in DECISIONS]

    assert len(set(numbers)) == len(numbers) > 0
