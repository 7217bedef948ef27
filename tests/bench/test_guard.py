"""The guard's verdicts: each limit can be violated, and a noisy measurement is never held."""

from collections.abc import Sequence
from itertools import chain, repeat

import pytest

from bench.contenders import CONTENDERS, WORKLOADS
from bench.findings import Outcome
from bench.guard import audit, bodies, measure, opening, peers, policies, round_trips, tokens, trail
from bench.guard.command import SUBJECTS
from bench.guard.measure import ATTEMPTS, MAX_FOREIGN, Limit, Measure, attempt, judge

HELD, VIOLATED, NOT_MEASURED = Outcome.HELD, Outcome.VIOLATED, Outcome.NOT_MEASURED
LIMITS: dict[str, dict[str, Limit]] = {
    "audit": {"slowest view": audit.LIMIT},
    "bodies": {"unknown members": bodies.LIMIT},
    "opening": {"read": opening.LIMIT},
    "peers": peers.LIMITS,
    "policies": {"statement": policies.LIMIT},
    "round_trips": {"slowest endpoint": round_trips.LIMIT},
    "tokens": {"seen": tokens.SEEN_LIMIT, "new": tokens.NEW_LIMIT},
    "trail": {"create": trail.LIMIT},
}
ALL = [
    pytest.param(limit, id=f"{subject}, {name}")
    for subject, limits in LIMITS.items()
    for name, limit in limits.items()
]


def beyond(limit: Limit) -> float:
    """A value that the limit does not allow."""
    return limit.value * (0.9 if limit.least else 1.1)


def test_every_subject_has_a_limit() -> None:
    """Every subject of the guard is in the list of limits that the tests below use."""
    assert LIMITS.keys() == SUBJECTS.keys()
    assert peers.LIMITS.keys() <= set(WORKLOADS)
    assert peers.PEER in CONTENDERS


@pytest.mark.parametrize("limit", ALL)
def test_slow_rounds_violate_the_limit(limit: Limit) -> None:
    """Four of five rounds a tenth beyond the limit violate it; the limit itself does not."""
    slow = [beyond(limit)] * 4

    assert judge(limit, [*slow, limit.value], MAX_FOREIGN) is VIOLATED
    assert judge(limit, [limit.value] * 5, MAX_FOREIGN) is HELD
    assert judge(limit, [beyond(limit), *[limit.value] * 4], 0) is HELD


@pytest.mark.parametrize("limit", ALL)
def test_noisy_rounds_are_not_measured(limit: Limit) -> None:
    """With rounds that disagree, or with busy other processes, the limit is not measured."""
    fast, slow = [limit.value] * 2, [beyond(limit)] * 2

    assert judge(limit, [*fast, *slow], 0) is NOT_MEASURED
    assert judge(limit, fast, MAX_FOREIGN + 0.01) is NOT_MEASURED
    assert judge(limit, slow, MAX_FOREIGN + 0.01) is NOT_MEASURED
    assert judge(limit, [], 0) is NOT_MEASURED


LIMIT = Limit(1, "ms")
FAST, SLOW, NOISY = [1.0] * 4, [2.0] * 4, [1.0, 2.0]


def measured(
    monkeypatch: pytest.MonkeyPatch,
    *attempts: Sequence[float],
    control: bool = False,
    may_repeat: bool = True,
) -> tuple[Outcome, int]:
    """The outcome of a measure with these attempts (the last one repeats), and their number."""
    monkeypatch.setattr(measure, "LEAST_SECONDS", 0)
    values = chain(attempts, repeat(attempts[-1]))
    subject = Measure("x", LIMIT, lambda: next(values), control=control)
    found = attempt(subject, lambda: 0.0, lambda: may_repeat)
    return found.outcome, found.values["attempts"]


def test_noisy_measurement_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt that is not noisy decides."""
    assert measured(monkeypatch, FAST) == (HELD, 1)
    assert measured(monkeypatch, NOISY, FAST) == (HELD, 2)
    assert measured(monkeypatch, NOISY, NOISY, SLOW) == (VIOLATED, 3)


def test_measurement_that_stays_noisy_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """After three attempts, or when the time is over, it is reported as not measured."""
    assert measured(monkeypatch, NOISY) == (NOT_MEASURED, ATTEMPTS)
    assert measured(monkeypatch, NOISY, FAST, may_repeat=False) == (NOT_MEASURED, 1)


def test_control_must_violate_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the slow control holds the limit, the outcome is a failure."""
    assert measured(monkeypatch, SLOW, control=True) == (HELD, 1)
    assert measured(monkeypatch, FAST, control=True) == (VIOLATED, 1)
    assert measured(monkeypatch, NOISY, control=True) == (NOT_MEASURED, ATTEMPTS)


def test_short_measurement_has_more_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPU time is counted in hundredths of a second, so an attempt takes half a second at least."""
    monkeypatch.setattr(measure, "LEAST_SECONDS", 0.05)

    found = attempt(Measure("x", LIMIT, lambda: [1.0]), lambda: 0.0, lambda: False)

    assert len(found.values["rounds"]) > 1
    assert found.measured == "1.00 ms (1.00 to 1.00)"


def test_noise_is_in_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding states the share of the cores that other processes used."""
    monkeypatch.setattr(measure, "LEAST_SECONDS", 0)

    found = attempt(Measure("x", LIMIT, lambda: FAST), lambda: 0.5, lambda: False)

    assert found.measured == (
        "1.00 ms (1.00 to 1.00), other processes used 50% of the cores, attempts: 1"
    )
