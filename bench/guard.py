"""What CI asks of a short run: is Rowlock still so much faster than the hand-filtered handler?

The margins are generous, about half of what is reached, because CI's machines are small and shared.
Where the rounds differ too much to tell, it says so and lets the change pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.report import Cell

# How many times the hand-filtered handler's requests a second Rowlock must answer, at the least.
MARGINS = {"list": 2.5, "read": 3.0, "create": 3.5, "mix": 2.5}
AGAINST = "hand"

MAX_WIDTH = 1.6  # of the ratios: the greatest round's over the least round's
MAX_FOREIGN = 0.15  # of the cores: what others may use meanwhile


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one workload. `failed` only if the measurement can be believed."""

    sentence: str
    failed: bool


def judge(cells: Sequence[Cell]) -> list[Verdict]:
    """A verdict for each workload that has a margin and was measured."""
    return [
        _judge(cell, MARGINS[cell.workload])
        for cell in cells
        if cell.contender == AGAINST and cell.workload in MARGINS
    ]


def _judge(cell: Cell, margin: float) -> Verdict:
    if cell.ratio is None:
        return Verdict(f"{cell.workload}: Rowlock was not measured.", failed=True)
    found = f"{cell.workload}: {cell.ratio.median:.2f} times hand-filtered, at least {margin} asked"
    if cell.ratio.median >= margin:
        return Verdict(f"{found}: good.", failed=False)
    if cell.ratio.width > MAX_WIDTH or cell.foreign > MAX_FOREIGN:
        noise = (
            f"its rounds differ {cell.ratio.width:.1f} times,"
            f" and others used {cell.foreign:.0%} of the cores"
        )
        return Verdict(f"{found}: too noisy to tell, as {noise}.", failed=False)
    return Verdict(f"{found}: TOO SLOW.", failed=True)
