"""The arithmetic of the benchmark."""

import pytest

from bench.figures import Spread, percentile, ratios


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.1, 100), (100, 100)]
)
def test_percentile_is_a_value_that_occurred(percent: float, expected: float) -> None:
    """The nearest rank in any order: the median of 1 to 100 is 50, and not 50.5."""
    assert percentile(range(100, 0, -1), percent) == expected


def test_percentile_of_one_value_is_that_value() -> None:
    """One request is its own median and its own 99th percentile."""
    assert (percentile([7], 50), percentile([7], 99)) == (7, 7)


def test_percentile_of_nothing_is_an_error() -> None:
    """Without a request there is no latency, not even zero."""
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_spread_is_median_least_and_greatest() -> None:
    """One extreme round changes the spread, and not the median."""
    spread = Spread.of([3, 1, 100])

    assert spread == Spread(median=3, low=1, high=100)


def test_ratios_compare_within_a_round() -> None:
    """If the machine is half as fast in one round, the ratio is the same."""
    ours = {0: 1000.0, 1: 500.0, 2: 1000.0}
    theirs = {0: 250.0, 1: 125.0, 2: 200.0}

    assert ratios(ours, theirs) == [4, 4, 5]


def test_ratios_need_a_common_round() -> None:
    """A round of only one contender, or without a response, gives no ratio."""
    assert ratios({0: 1.0}, {1: 1.0}) == []
    assert ratios({0: 1.0}, {0: 0.0}) == []
    assert ratios({0: 6.0, 1: 9.0}, {1: 3.0}) == [3]
