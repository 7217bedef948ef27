"""Measures with a limit, and the verdict on the values of their rounds.

A limit is held, or violated, if three quarters of the rounds agree and other processes used few of
the cores. Otherwise the measurement is noisy: it is repeated, then reported as not measured.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median

from bench.findings import Finding, Outcome

AGREE = 0.75  # the share of the rounds that must agree
MAX_FOREIGN = 0.15  # the share of the cores that other processes may use
ATTEMPTS = 3
LEAST_SECONDS = 0.5  # per attempt, because the system counts CPU time in hundredths of a second


@dataclass(frozen=True, slots=True)
class Limit:
    """The greatest value that is allowed or, with `least`, the smallest one."""

    value: float
    unit: str
    least: bool = False

    def allows(self, value: float) -> bool:
        """Whether a value is within the limit."""
        return value >= self.value if self.least else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement with a limit. `rounds` measures, and returns a value for each round.

    A control measures something that is known to be slow. Its limit must be violated: otherwise the
    measure of the same name would not notice anything.
    """

    name: str
    limit: Limit
    rounds: Callable[[], Sequence[float]]
    control: bool = False


def judge(limit: Limit, rounds: Sequence[float], foreign: float) -> Outcome:
    """The outcome for the values of the rounds. `foreign` is the share used by other processes."""
    within = sum(map(limit.allows, rounds)) / len(rounds) if rounds else 0.5
    if foreign > MAX_FOREIGN or 1 - AGREE < within < AGREE:
        return Outcome.NOT_MEASURED
    return Outcome.of(within >= AGREE)


def of_control(outcome: Outcome) -> Outcome:
    """The outcome of a control: it must violate the limit, or the limit is of no use."""
    return {Outcome.HELD: Outcome.VIOLATED, Outcome.VIOLATED: Outcome.HELD}.get(outcome, outcome)


def _long_enough(measure: Measure, foreign: Callable[[], float]) -> tuple[list[float], float]:
    """The values of enough rounds to know the share that other processes used, and that share."""
    foreign()
    began = time.monotonic()
    rounds = list(measure.rounds())
    while time.monotonic() < began + LEAST_SECONDS:
        rounds += measure.rounds()
    return rounds, foreign()


def attempt(
    measure: Measure, foreign: Callable[[], float], may_repeat: Callable[[], bool]
) -> Finding:
    """Measure until a measurement is not noisy, at most three times.

    `foreign` returns the share of the cores that other processes used since its last call.
    """
    for number in count(1):
        rounds, used = _long_enough(measure, foreign)
        outcome = judge(measure.limit, rounds, used)
        if outcome is not Outcome.NOT_MEASURED or number == ATTEMPTS or not may_repeat():
            break
    measured = f"{median(rounds):.2f} {measure.limit.unit} ({min(rounds):.2f} to {max(rounds):.2f})"
    if outcome is Outcome.NOT_MEASURED:
        measured += f", other processes used {used:.0%} of the cores, attempts: {number}"
    return Finding(
        f"control: {measure.name}" if measure.control else measure.name,
        measured,
        f"not {measure.limit}" if measure.control else str(measure.limit),
        of_control(outcome) if measure.control else outcome,
        {"rounds": rounds, "foreign": used, "attempts": number},
    )
