"""From what was measured of Rowlock beside itself to rows with a verdict."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench.limits import growth, memory, neighbour, overload, workers
from bench.limits.__main__ import counts
from bench.limits.overload import QUEUE, Probe
from bench.limits.rows import Row, at_least, at_most, table, word, write
from bench.rounds import Reading
from bench.wrk import Load


def load(rate: int, *, p50: float = 1.0, p99: float = 2.0, refused: int = 0) -> Load:
    """What wrk saw in a second: so many good answers, and so many refusals."""
    return Load(rate + refused, 1.0, p50, p99, refused=refused)


def reading(contender: str, number: int, rate: int) -> Reading:
    """A measurement of a second."""
    return Reading(contender, "list", number, load(rate), 0.5, 0.25, 100.0, 0.05, load_cpu=0.1)


@pytest.mark.parametrize(("value", "met"), [(1.2, True), (1.21, False)])
def test_ceiling_is_met_at_the_bar_and_not_above(value: float, *, met: bool) -> None:
    """Exactly the bar is good enough."""
    row = at_most("p50", value, 1.2, "1 ms", rounds=3)

    assert (row.bar, row.met, row.values) == ("≤ 1.2 ×", met, {"ratio": value, "rounds": 3})  # noqa: RUF001 - a sign of multiplication


@pytest.mark.parametrize(("value", "met"), [(1.5, True), (1.49, False)])
def test_floor_is_met_at_the_bar_and_not_below(value: float, *, met: bool) -> None:
    """Exactly the bar is good enough."""
    assert at_least("two workers", value, 1.5, "2/s").met is met


def test_every_user_has_as_many_tasks_at_each_size() -> None:
    """The rows add up, and only the one deep list is longer, and belongs to the last user."""
    assert counts(10_000) == [100] * 100
    assert counts(1_000_000) == [*[100] * 9_800, 20_000]
    assert sum(counts(10_000_000)) == 10_000_000


def test_growth_compares_the_ends_round_by_round() -> None:
    """The largest size against the smallest, whatever lies between, and whatever order."""
    row = growth.judge("read", {1_000_000: [9.0, 9.0, 9.0], 10_000: [1.0, 2.0, 4.0], 9: [1, 2, 4]})

    assert (row.values["ratio"], row.met) == (4.5, False)
    assert growth.judge("read", {10: [1.0, 2.0], 100: [1.1, 2.2]}).met is True


def test_memory_compares_the_last_look_with_the_first() -> None:
    """What was held in between does not count; a tenth more is let pass, a fifth is not."""
    assert memory.judge({2_500: 100.0, 90_000: 150.0, 200_100: 109.0}).met is True
    assert memory.judge({2_500: 100.0, 90_000: 100.0, 200_100: 120.0}).met is False


def test_memory_after_too_few_requests_meets_no_bar() -> None:
    """A run that was stopped by its limit of time says so."""
    row = memory.judge({2_500: 100.0, 90_000: 100.0})

    assert row.met is False
    assert row.measured.endswith("too few to tell")


def test_two_workers_are_compared_round_by_round_with_who_used_the_cores() -> None:
    """The gain is the median of the rounds' gains; cores are CPU seconds of each second."""
    row = workers.judge(
        "list",
        [
            reading("rowlock", 0, 1000),
            reading("rowlock2", 0, 1600),
            reading("rowlock", 1, 500),
            reading("rowlock2", 1, 900),
        ],
    )

    assert (row.values["ratio"], row.met) == (pytest.approx(1.7), True)
    assert "two: API 0.62, Postgres 0.31, wrk 0.12" in row.measured


def test_overload_asks_of_throughput_and_of_the_wait() -> None:
    """Good answers at 200 against the best of all levels; p99 against two full queues."""
    at_bound = 2 * 1000 * QUEUE / 1000
    loads = {
        16: [load(1000)],
        200: [load(900, p99=at_bound, refused=5000)],
        400: [load(10, p99=at_bound)],
    }

    assert [row.met for row in overload.judge("list", "hasty", loads)] == [True, True, True]

    loads[200] = [load(899, p99=at_bound + 1)]
    assert [row.met for row in overload.judge("list", "hasty", loads)] == [False, False, True]


def test_overload_counts_what_hung_or_broke() -> None:
    """One connection without an answer is one too many, at any level."""
    loads = {level: [load(1000)] for level in (16, 200)}
    loads[400] = [Load(1000, 1.0, 1, 2, broken=1)]

    assert overload.judge("list", "patient", loads)[-1].met is False


def test_refusals_must_be_fast_and_say_when_to_come_again() -> None:
    """A quarter of a second is fast; one refusal of another kind fails them all."""
    probe, flood = Probe(served=[], refused=[250.0]), Load(100, 1.0, 1, 20, refused=50)

    assert overload.refusals("list", probe, flood).met is True
    assert overload.refusals("list", Probe([], [250.1]), flood).met is False
    assert overload.refusals("list", probe, Load(100, 1.0, 1, 20, wrong=1)).met is False
    assert overload.refusals("list", Probe([], []), flood).met is False


def test_table_and_file_say_what_was_met(tmp_path: Path) -> None:
    """Each row stands in the table with its verdict, and in the file with its values."""
    rows = [
        Row("a", "1", "≤ 1", met=True),
        Row("b", "2", "≤ 1", met=False, values={"ratio": 2}),
        Row("c", "3", "none", met=None),
    ]
    out, file = io.StringIO(), tmp_path / "new" / "limits.json"

    Console(file=out, width=126).print(table(rows))
    write(file, {"at": "today"}, rows)

    assert [word(row) for row in rows] == ["yes", "NO", "—"]
    lines = [line.strip("│").split("│") for line in out.getvalue().splitlines() if "│" in line]
    shown = [[part.strip() for part in line] for line in lines]
    assert shown == [["a", "1", "≤ 1", "yes"], ["b", "2", "≤ 1", "NO"], ["c", "3", "none", "—"]]
    document = json.loads(file.read_text())
    assert (document["at"], document["rows"][1]["values"]) == ("today", {"ratio": 2})


def test_neighbour_asks_of_the_median() -> None:
    """A median below 2 ms, of reads that were all answered; alone, nothing is asked."""
    assert neighbour.judge("a title", [0.5, 1.9, 80.0], 0).met is True
    assert neighbour.judge("a title", [0.5, 2.0, 80.0], 0).met is False
    assert neighbour.judge("a title", [0.5, 1.9, 80.0], 1).met is False
    assert neighbour.judge("alone", [3.0], 0).met is None
