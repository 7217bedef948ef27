"""The findings of a run with their limits: outcomes, table, summary and exit status."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.table import Table

from bench import report
from bench.run import Run


class Outcome(StrEnum):
    """What a measurement says about a limit."""

    HELD = "held"
    VIOLATED = "VIOLATED"
    NOT_MEASURED = "not measured"
    NO_LIMIT = "—"

    @classmethod
    def of(cls, held: bool) -> "Outcome":  # noqa: FBT001 - the one thing that decides
        """The outcome of a measurement that was not noisy."""
        return cls.HELD if held else cls.VIOLATED


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured value, as text. `values` are for programs that read the JSON file."""

    what: str
    measured: str
    limit: str
    outcome: Outcome
    values: dict[str, Any] = field(default_factory=dict)


def at_most(what: str, ratio: float, limit: float, detail: str, **values: Any) -> Finding:
    """A ratio that must not exceed its limit."""
    return _ratio(what, ratio, f"≤ {limit:g}", Outcome.of(ratio <= limit), detail, values)


def at_least(what: str, ratio: float, limit: float, detail: str, **values: Any) -> Finding:
    """A ratio that must reach its limit."""
    return _ratio(what, ratio, f"≥ {limit:g}", Outcome.of(ratio >= limit), detail, values)


def _ratio(
    what: str, ratio: float, limit: str, outcome: Outcome, detail: str, values: dict[str, Any]
) -> Finding:
    times = "×"  # noqa: RUF001 - the multiplication sign
    measured = f"{ratio:.2f} {times}: {detail}"
    return Finding(what, measured, f"{limit} {times}", outcome, {"ratio": ratio} | values)


def table(title: str, findings: Sequence[Finding]) -> Table:
    """One line for each finding."""
    made = Table(title=title, title_justify="left", title_style="bold")
    made.add_column("what", min_width=30)
    made.add_column("measured")
    made.add_column("limit", no_wrap=True)
    made.add_column("outcome", no_wrap=True)
    for found in findings:
        style = "red" if found.outcome is Outcome.VIOLATED else ""
        made.add_row(found.what, found.measured, found.limit, found.outcome, style=style)
    return made


def summary(findings: Sequence[Finding]) -> str:
    """One line: how many limits were held, and the names of those that were not."""
    held = sum(found.outcome is Outcome.HELD for found in findings)
    line = f"{held} held"
    for outcome in (Outcome.VIOLATED, Outcome.NOT_MEASURED):
        names = [found.what for found in findings if found.outcome is outcome]
        line += f", {len(names)} {outcome}"
        line += f" ({'; '.join(names)})" if names else ""
    return f"{line}."


def publish(title: str, findings: Sequence[Finding], file: Path, run: Run) -> int:
    """Print the table and the summary, and write the JSON file. Returns the exit status."""
    console = report.console()
    console.print(table(title, findings))
    console.print(summary(findings), f"In {file.parent}: {file.name}.", sep="\n", highlight=False)
    report.write_json(file, run.about | {"findings": [asdict(found) for found in findings]})
    return status(findings)


def status(findings: Sequence[Finding]) -> int:
    """The exit status: 1 if a limit was violated. A limit that was not measured is no failure."""
    return int(any(found.outcome is Outcome.VIOLATED for found in findings))
