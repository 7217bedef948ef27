"""Findings beside their limits: the table, the summary, the exit status, the file."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench.findings import Finding, Outcome, at_least, at_most, status, summary, table
from bench.report import write_json

FINDINGS = [
    Finding("a", "1", "≤ 1", Outcome.HELD),
    Finding("b", "2", "≤ 1", Outcome.VIOLATED, {"ratio": 2}),
    Finding("c", "3", "none", Outcome.NO_LIMIT),
    Finding("d", "4", "≤ 1", Outcome.NOT_MEASURED),
]


@pytest.mark.parametrize(("value", "outcome"), [(1.2, Outcome.HELD), (1.21, Outcome.VIOLATED)])
def test_upper_limit_is_held_at_the_limit_and_not_above(value: float, outcome: Outcome) -> None:
    """The limit itself is allowed."""
    found = at_most("p50", value, 1.2, "1 ms", rounds=3)

    assert (found.limit, found.outcome) == ("≤ 1.2 ×", outcome)  # noqa: RUF001 - a multiplication sign
    assert found.values == {"ratio": value, "rounds": 3}


@pytest.mark.parametrize(("value", "outcome"), [(1.5, Outcome.HELD), (1.49, Outcome.VIOLATED)])
def test_lower_limit_is_held_at_the_limit_and_not_below(value: float, outcome: Outcome) -> None:
    """The limit itself is allowed."""
    assert at_least("two workers", value, 1.5, "2/s").outcome is outcome


def test_table_shows_each_outcome() -> None:
    """Each finding has a line with its outcome."""
    out = io.StringIO()

    Console(file=out, width=126).print(table("Limits", FINDINGS))

    lines = [line.strip("│").split("│") for line in out.getvalue().splitlines() if "│" in line]
    assert [[part.strip() for part in line] for line in lines] == [
        ["a", "1", "≤ 1", "held"],
        ["b", "2", "≤ 1", "VIOLATED"],
        ["c", "3", "none", "—"],
        ["d", "4", "≤ 1", "not measured"],
    ]


def test_summary_names_what_was_violated_and_what_was_not_measured() -> None:
    """A limit that was not measured is never counted as held."""
    assert summary(FINDINGS) == "1 held, 1 VIOLATED (b), 1 not measured (d)."
    assert summary(FINDINGS[:1]) == "1 held, 0 VIOLATED, 0 not measured."


def test_only_a_violated_limit_fails() -> None:
    """A limit that was not measured is no failure of CI."""
    assert status(FINDINGS) == 1
    assert status([found for found in FINDINGS if found.what != "b"]) == 0


def test_file_has_everything(tmp_path: Path) -> None:
    """The folder is created, and characters are written without escapes."""
    file = tmp_path / "new" / "limits.json"

    write_json(file, {"limit": "≤ 1", "rounds": [1, 2]})

    assert json.loads(file.read_text()) == {"limit": "≤ 1", "rounds": [1, 2]}
    assert "≤" in file.read_text()
