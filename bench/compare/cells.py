"""The results: a cell for each contender and workload, and the tables that show the cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Group, RenderableType
from rich.table import Table

from bench.contenders import BASELINE, CONTENDERS
from bench.figures import Spread, ratios
from bench.rounds import Reading


@dataclass(frozen=True, slots=True)
class Cell:
    """The rounds of one contender and workload: medians, and the spread of the two main figures.

    `ratio` is Rowlock's requests per second divided by the contender's.
    """

    contender: str
    workload: str
    rate: Spread
    p50: float
    p99: float
    errors: int
    api_cpu: float | None
    postgres_cpu: float
    memory: float | None
    foreign: float
    ratio: Spread | None


def summarise(readings: Sequence[Reading]) -> list[Cell]:
    """One cell for each workload and contender, in the order in which they were first measured."""
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((reading.workload, reading.contender), []).append(reading)
    return [
        _cell(group, groups.get((workload, BASELINE), []))
        for (workload, _), group in groups.items()
    ]


def _cell(group: list[Reading], baseline: list[Reading]) -> Cell:
    return Cell(
        contender=group[0].contender,
        workload=group[0].workload,
        rate=Spread.of([reading.load.rate for reading in group]),
        p50=median(reading.load.p50 for reading in group),
        p99=median(reading.load.p99 for reading in group),
        errors=sum(reading.load.refused + reading.load.broken for reading in group),
        api_cpu=_median(reading.api_cpu for reading in group),
        postgres_cpu=median(reading.postgres_cpu for reading in group),
        memory=max((reading.memory for reading in group if reading.memory), default=None),
        foreign=median(reading.foreign for reading in group),
        ratio=Spread.of(found) if (found := ratios(rates(baseline), rates(group))) else None,
    )


def rates(readings: Sequence[Reading]) -> dict[int, float]:
    """Requests per second in each round."""
    return {reading.round: reading.load.rate for reading in readings}


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def tables(cells: Sequence[Cell]) -> RenderableType:
    """A table for each workload."""
    workloads = dict.fromkeys(cell.workload for cell in cells)
    return Group(*(_table(name, [c for c in cells if c.workload == name]) for name in workloads))


def _table(workload: str, cells: list[Cell]) -> Table:
    table = Table(title=workload, title_justify="left", title_style="bold")
    table.add_column("contender", no_wrap=True, min_width=18)
    table.add_column("requests/s", justify="right", no_wrap=True, min_width=23)
    for name in ("p50 ms", "p99 ms", "errors", "API CPU", "Postgres CPU", "MB"):
        table.add_column(name, justify="right")
    table.add_column("Rowlock ÷ it", justify="right", no_wrap=True, min_width=18)
    for cell in cells:
        table.add_row(
            CONTENDERS[cell.contender].title,
            _spread(cell.rate, ",.0f"),
            f"{cell.p50:.1f}",
            f"{cell.p99:.1f}",
            str(cell.errors),
            _known(cell.api_cpu, ".2f"),
            f"{cell.postgres_cpu:.2f}",
            _known(cell.memory, ".0f"),
            _spread(cell.ratio, ".2f") if cell.ratio else "—",
            style="bold" if cell.contender == BASELINE else "",
        )
    return table


def _spread(value: Spread, form: str) -> str:
    return f"{value.median:{form}} ({value.low:{form}}–{value.high:{form}})"  # noqa: RUF001 - a range


def _known(value: float | None, form: str) -> str:
    return "—" if value is None else f"{value:{form}}"


def legend(cells: Sequence[Cell]) -> str:
    """What the columns mean, and how much CPU time other processes used."""
    foreign = Spread.of([cell.foreign for cell in cells])
    return (
        "Medians of the rounds (least–greatest). CPU in seconds per 1,000 requests; MB resident.\n"  # noqa: RUF001 - as above
        "Rowlock ÷ it: Rowlock's requests/s divided by the contender's, in each round.\n"
        f"Other processes used {foreign.median:.0%} of the cores ({foreign.low:.0%}–"  # noqa: RUF001 - as above
        f"{foreign.high:.0%})."
    )
