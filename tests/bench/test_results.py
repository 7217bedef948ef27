"""From measurements to the summary, the table and the chart."""

import io
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from bench.compare.cells import Cell, legend, summarise, tables
from bench.compare.chart import chart
from bench.figures import Spread
from bench.rounds import Plan, Reading, Step
from bench.wrk import Load


def reading(contender: str, number: int, rate: int, *, workload: str = "list") -> Reading:
    """A measurement of a second."""
    return Reading(
        contender=contender,
        workload=workload,
        round=number,
        load=Load(requests=rate + 1, seconds=1.0, p50=10.0 * number, p99=99.0, refused=1),
        api_cpu=None if contender == "pgbench" else 0.5 + number,
        postgres_cpu=0.25,
        memory=None if contender == "pgbench" else 100.0 + number,
        foreign=0.02,
    )


READINGS = [
    reading("rowlock", 0, 1000),
    reading("hand", 0, 250),
    reading("pgbench", 0, 4000),
    reading("hand", 1, 100),
    reading("pgbench", 1, 4000),
    reading("rowlock", 1, 500),
]


def test_summary_has_medians_and_ratios_by_round() -> None:
    """The ratio is the median of the rounds' ratios, not the ratio of the medians."""
    cells = {found.contender: found for found in summarise(READINGS)}

    assert cells["hand"] == Cell(
        contender="hand",
        workload="list",
        rate=Spread(175, 100, 250),
        p50=5.0,
        p99=99.0,
        errors=2,
        api_cpu=1.0,
        postgres_cpu=0.25,
        memory=101.0,
        foreign=0.02,
        ratio=Spread(4.5, 4, 5),
    )
    assert cells["rowlock"].ratio == Spread(1, 1, 1)
    assert (cells["pgbench"].api_cpu, cells["pgbench"].memory) == (None, None)


def test_summary_without_rowlock_has_no_ratio() -> None:
    """One contender can be measured alone."""
    assert [found.ratio for found in summarise([reading("hand", 0, 250)])] == [None]


def test_table_shows_each_contender() -> None:
    """A line has the name, the requests per second with their spread, and the ratio."""
    out = io.StringIO()
    cells = summarise(READINGS)

    Console(file=out, width=126).print(tables(cells), legend(cells))

    (line,) = [line for line in out.getvalue().splitlines() if "hand-filtered" in line]
    shown = [part.strip() for part in line.strip("│").split("│")]
    assert shown == [
        "hand-filtered",
        "175 (100–250)",  # noqa: RUF001 - a range
        "5.0",
        "99.0",
        "2",
        "1.00",
        "0.25",
        "101",
        "4.50 (4.00–5.00)",  # noqa: RUF001 - a range
    ]
    assert "Other processes used 2% of the cores" in out.getvalue()


def test_chart_is_an_image_with_a_bar_for_each_server() -> None:
    """The SVG is well-formed, bars have the right lengths, and Postgres has a number, no bar."""
    svg = ET.fromstring(chart(summarise(READINGS), "2 cores & more"))  # noqa: S314 - our own
    inside = "{http://www.w3.org/2000/svg}"

    widths = [float(bar.attrib["width"]) for bar in svg.findall(f"{inside}rect")]
    texts = [text.text for text in svg.findall(f"{inside}text")]

    hand, rowlock = widths  # in the order of the catalogue
    assert rowlock / hand == pytest.approx(750 / 175, rel=0.01)
    assert "list (Postgres alone: 4,000)" in texts
    assert {"hand-filtered", "175", "Rowlock", "750"} <= set(texts)
    assert texts[-1] == "Requests/s. 2 cores & more"


def test_rounds_interleave_and_begin_with_another() -> None:
    """A B C, then B C A: no contender is always first; one without the workload is skipped."""
    plan = Plan(
        contenders=["hand", "postgraphile4", "rowlock"],
        workloads=["list", "toggle"],
        rounds=2,
        seconds=1,
        warm_seconds=1,
        warm_always=True,
    )

    assert plan.steps() == [
        Step(0, "list", "hand"),
        Step(0, "list", "postgraphile4"),
        Step(0, "list", "rowlock"),
        Step(0, "toggle", "hand"),
        Step(0, "toggle", "rowlock"),
        Step(1, "list", "postgraphile4"),
        Step(1, "list", "rowlock"),
        Step(1, "list", "hand"),
        Step(1, "toggle", "rowlock"),
        Step(1, "toggle", "hand"),
    ]
