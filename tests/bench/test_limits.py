"""Rowlock compared with itself: the findings for given measurements."""

import pytest

from bench.findings import Outcome
from bench.limits import growth, memory, neighbour, overload, workers
from bench.limits.command import tasks_of_users
from bench.limits.overload import QUEUE, Probe
from bench.rounds import Reading
from bench.wrk import Load

HELD, VIOLATED = Outcome.HELD, Outcome.VIOLATED


def load(rate: int, *, p50: float = 1.0, p99: float = 2.0, refused: int = 0) -> Load:
    """A result of wrk for one second with these numbers of successes and refusals."""
    return Load(rate + refused, 1.0, p50, p99, refused=refused)


def reading(contender: str, number: int, rate: int) -> Reading:
    """A measurement of a second."""
    return Reading(contender, "list", number, load(rate), 0.5, 0.25, 100.0, 0.05, load_cpu=0.1)


def test_every_user_has_as_many_tasks_at_each_size() -> None:
    """The tasks add up, and only the list of the last user is longer."""
    assert tasks_of_users(10_000) == [100] * 100
    assert tasks_of_users(1_000_000) == [*[100] * 9_800, 20_000]
    assert sum(tasks_of_users(10_000_000)) == 10_000_000


def test_growth_compares_the_ends_round_by_round() -> None:
    """The largest size is compared with the smallest, in any order."""
    found = growth.judge(
        "read", {1_000_000: [9.0, 9.0, 9.0], 10_000: [1.0, 2.0, 4.0], 9: [1, 2, 4]}
    )

    assert (found.values["ratio"], found.outcome) == (4.5, VIOLATED)
    assert growth.judge("read", {10: [1.0, 2.0], 100: [1.1, 2.2]}).outcome is HELD


def test_memory_compares_the_last_value_with_the_first() -> None:
    """Values in between do not count; a tenth more is allowed, a fifth is not."""
    assert memory.judge({2_500: 100.0, 90_000: 150.0, 200_100: 109.0}).outcome is HELD
    assert memory.judge({2_500: 100.0, 90_000: 100.0, 200_100: 120.0}).outcome is VIOLATED


def test_memory_after_too_few_requests_violates_the_limit() -> None:
    """Too few requests count as a violation of the limit."""
    found = memory.judge({2_500: 100.0, 90_000: 100.0})

    assert found.outcome is VIOLATED
    assert found.measured.endswith("too few to tell")


def test_two_workers_are_compared_round_by_round() -> None:
    """The gain is the median of the rounds' gains; cores are CPU seconds per second."""
    found = workers.judge(
        "list",
        [
            reading("rowlock", 0, 1000),
            reading("rowlock2", 0, 1600),
            reading("rowlock", 1, 500),
            reading("rowlock2", 1, 900),
        ],
    )

    assert (found.values["ratio"], found.outcome) == (pytest.approx(1.7), HELD)
    assert "two: API 0.62, Postgres 0.31, wrk 0.12" in found.measured


def test_overload_limits_throughput_and_waiting_time() -> None:
    """Throughput at 200 connections is compared with the best level, p99 with two full queues."""
    at_bound = 2 * 1000 * QUEUE / 1000
    loads = {
        16: [load(1000)],
        200: [load(900, p99=at_bound, refused=5000)],
        400: [load(10, p99=at_bound)],
    }

    assert [found.outcome for found in overload.judge("list", "hasty", loads)] == [HELD, HELD, HELD]

    loads[200] = [load(899, p99=at_bound + 1)]
    assert [found.outcome for found in overload.judge("list", "hasty", loads)] == [
        VIOLATED,
        VIOLATED,
        HELD,
    ]


def test_overload_counts_requests_without_a_response() -> None:
    """One connection without a response violates the limit, at any level."""
    loads = {level: [load(1000)] for level in (16, 200)}
    loads[400] = [Load(1000, 1.0, 1, 2, broken=1)]

    assert overload.judge("list", "patient", loads)[-1].outcome is VIOLATED


def test_refusals_must_be_fast_and_have_retry_after() -> None:
    """A refusal may take a quarter of a second; a single wrong one violates the limit."""
    probe, flood = Probe(served=[], refused=[250.0]), Load(100, 1.0, 1, 20, refused=50)

    assert overload.refusals("list", probe, flood).outcome is HELD
    assert overload.refusals("list", Probe([], [250.1]), flood).outcome is VIOLATED
    assert overload.refusals("list", probe, Load(100, 1.0, 1, 20, wrong=1)).outcome is VIOLATED
    assert overload.refusals("list", Probe([], []), flood).outcome is VIOLATED


def test_neighbour_limits_the_median() -> None:
    """The median is below 2 ms, and all reads were answered; alone there is no limit."""
    assert neighbour.judge("a title", [0.5, 1.9, 80.0], 0).outcome is HELD
    assert neighbour.judge("a title", [0.5, 2.0, 80.0], 0).outcome is VIOLATED
    assert neighbour.judge("a title", [0.5, 1.9, 80.0], 1).outcome is VIOLATED
    assert neighbour.judge("alone", [3.0], 0).outcome is Outcome.NO_LIMIT
