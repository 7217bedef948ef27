"""The arithmetic of a measurement: percentiles, medians, and ratios with their spread. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("There are no values.")
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """A median, and the least and the greatest of what it is of."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of values.

        Raises:
            statistics.StatisticsError: there are none.
        """
        return cls(median(values), min(values), max(values))

    @property
    def width(self) -> float:
        """How many times the least the greatest is: 1 is no spread at all."""
        return self.high / self.low if self.low else math.inf


def ratios(ours: dict[int, float], theirs: dict[int, float]) -> Spread | None:
    """How many times theirs ours is, round by round: what disturbs a round disturbs both.

    None if no round has both.
    """
    values = [ours[n] / theirs[n] for n in sorted(ours.keys() & theirs.keys()) if theirs[n]]
    return Spread.of(values) if values else None
