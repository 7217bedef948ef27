"""What was found, each beside its bar: a table, and a JSON file. Pure but for the file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words. `met` is None where no bar is set; `values` are for programs."""

    what: str
    measured: str
    bar: str
    met: bool | None
    values: dict[str, Any] = field(default_factory=dict)


def at_most(what: str, value: float, bar: float, told: str, **values: Any) -> Row:
    """A ratio that must not exceed its bar."""
    shown = f"{value:.2f} ×: {told}"  # noqa: RUF001 - a sign of multiplication
    return Row(what, shown, f"≤ {bar:g} ×", value <= bar, {"ratio": value} | values)  # noqa: RUF001 - as above


def at_least(what: str, value: float, bar: float, told: str, **values: Any) -> Row:
    """A ratio that must reach its bar."""
    shown = f"{value:.2f} ×: {told}"  # noqa: RUF001 - a sign of multiplication
    return Row(what, shown, f"≥ {bar:g} ×", value >= bar, {"ratio": value} | values)  # noqa: RUF001 - as above


def table(rows: Sequence[Row]) -> Table:
    """A line for each finding."""
    made = Table(title="Rowlock beside itself", title_justify="left", title_style="bold")
    made.add_column("what", min_width=30)
    made.add_column("measured")
    made.add_column("bar", no_wrap=True)
    made.add_column("met?", no_wrap=True)
    for row in rows:
        made.add_row(
            row.what, row.measured, row.bar, word(row), style="red" if row.met is False else ""
        )
    return made


def word(row: Row) -> str:
    """Whether the bar was met."""
    return "—" if row.met is None else "yes" if row.met else "NO"


def write(path: Path, about: dict[str, Any], rows: Sequence[Row]) -> None:
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = about | {"rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
