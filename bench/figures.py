"""The arithmetic of a measurement: percentiles, medians, and ratios with their spread."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


def percentile(values: Iterable[float], percent: float) -> float:
    """The percentile by nearest rank: the least value that `percent` % of the values do not exceed.

    Raises:
        ValueError: there are no values.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("There are no values.")
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, the least and the greatest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of values.

        Raises:
            statistics.StatisticsError: there are no values.
        """
        return cls(median(values), min(values), max(values))


def ratios(ours: dict[int, float], theirs: dict[int, float]) -> list[float]:
    """Our value divided by theirs in each round, because a disturbance of a round affects both."""
    return [ours[n] / theirs[n] for n in sorted(ours.keys() & theirs.keys()) if theirs[n]]
