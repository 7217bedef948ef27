"""A chart of requests per second, as SVG text: one panel per workload, one bar per contender."""

from collections.abc import Sequence
from html import escape

from bench.compare.cells import Cell
from bench.contenders import BASELINE, CONTENDERS

WIDTH, COLUMNS = 920, 2
PANEL, GAP, ROW, HEAD = 440, 40, 26, 34
LABEL, FIGURE = 150, 62  # the widths of a bar's name and of its number

# Colours that keep their contrast on white and on GitHub's dark page.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.bar { fill: #8c959f }
.ours { fill: #0969da }
.range { stroke: #24292f; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #6e7681 }
    .ours { fill: #4493f8 }
    .range { stroke: #e6edf3 }
}
"""


def chart(cells: Sequence[Cell], caption: str) -> str:
    """The SVG document. Bars are medians, with a line from the least to the greatest round.

    Each panel has its own scale, because contenders are compared and workloads are not.
    """
    workloads = list(dict.fromkeys(cell.workload for cell in cells))
    bars = {cell.contender for cell in cells if CONTENDERS[cell.contender].start}
    panel_height = HEAD + ROW * len(bars) + GAP // 2
    lines = -(-len(workloads) // COLUMNS)
    height = lines * panel_height + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>Requests a second of each contender, by workload</title>",
        f"<style>{STYLE}</style>",
    ]
    for number, workload in enumerate(workloads):
        x = number % COLUMNS * (PANEL + GAP)
        y = number // COLUMNS * panel_height
        parts += _panel(workload, [c for c in cells if c.workload == workload], x, y)
    parts += [f'<text x="0" y="{height - 10}">Requests/s. {escape(caption)}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def _panel(workload: str, cells: list[Cell], x: int, y: int) -> list[str]:
    # In the order of the catalogue, not in the order in which they were measured.
    cells = sorted(cells, key=lambda cell: list(CONTENDERS).index(cell.contender))
    served = [cell for cell in cells if CONTENDERS[cell.contender].start]
    most = max((cell.rate.high for cell in served), default=1.0) or 1.0
    scale = (PANEL - LABEL - FIGURE) / most
    # Postgres is shown as a number, because its bar would make all others too short.
    limit = "".join(
        f" (Postgres alone: {cell.rate.median:,.0f})" for cell in cells if cell not in served
    )
    parts = [f'<text class="title" x="{x}" y="{y + 20}">{escape(workload)}{limit}</text>']
    for row, cell in enumerate(served):
        parts += _bar(cell, scale, x, y + HEAD + row * ROW)
    return parts


def _bar(cell: Cell, scale: float, x: int, top: int) -> list[str]:
    left = x + LABEL
    width, low, high = (
        value * scale for value in (cell.rate.median, cell.rate.low, cell.rate.high)
    )
    kind = "bar ours" if cell.contender == BASELINE else "bar"
    title = escape(CONTENDERS[cell.contender].title)
    ends = f'x1="{left + low:.1f}" x2="{left + high:.1f}"'
    return [
        f'<text x="{x}" y="{top + 15}">{title}</text>',
        f'<rect class="{kind}" x="{left}" y="{top}" width="{width:.1f}" height="20" rx="2"/>',
        f'<line class="range" {ends} y1="{top + 10}" y2="{top + 10}"/>',
        f'<text x="{left + high + 6:.1f}" y="{top + 15}">{cell.rate.median:,.0f}</text>',
    ]
