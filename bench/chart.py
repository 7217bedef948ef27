"""A chart of requests a second as SVG text: a panel for each workload, a bar for each contender."""

from collections.abc import Sequence
from html import escape

from bench.contenders import BASELINE, CONTENDERS
from bench.report import Cell

WIDTH, COLUMNS = 920, 2
PANEL, GAP, ROW, HEAD = 440, 40, 26, 34
LABEL, FIGURE = 150, 62  # what the name and the number of a bar take

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

    Each panel has its own scale: what is to be compared are the contenders, not the workloads.
    """
    workloads = list(dict.fromkeys(cell.workload for cell in cells))
    contenders = list(dict.fromkeys(cell.contender for cell in cells))
    panel_height = HEAD + ROW * len(contenders) + GAP // 2
    lines = -(-len(workloads) // COLUMNS)
    height = lines * panel_height + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="Requests a second of each contender, by workload">',
        f"<style>{STYLE}</style>",
    ]
    for number, workload in enumerate(workloads):
        x = number % COLUMNS * (PANEL + GAP)
        y = number // COLUMNS * panel_height
        parts += _panel(workload, [c for c in cells if c.workload == workload], x, y)
    parts += [f'<text x="0" y="{height - 10}">{escape(caption)}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def _panel(workload: str, cells: list[Cell], x: int, y: int) -> list[str]:
    most = max(cell.rate.high for cell in cells) or 1.0
    scale = (PANEL - LABEL - FIGURE) / most
    parts = [f'<text class="title" x="{x}" y="{y + 20}">{escape(workload)}, requests/s</text>']
    # In the catalogue's order, whichever came first in a round.
    for row, cell in enumerate(sorted(cells, key=lambda c: list(CONTENDERS).index(c.contender))):
        top = y + HEAD + row * ROW
        left = x + LABEL
        width, low, high = (
            value * scale for value in (cell.rate.median, cell.rate.low, cell.rate.high)
        )
        kind = "bar ours" if cell.contender == BASELINE else "bar"
        title = escape(CONTENDERS[cell.contender].title)
        middle = top + 10
        parts += [
            f'<text x="{x}" y="{top + 15}">{title}</text>',
            f'<rect class="{kind}" x="{left}" y="{top}" width="{width:.1f}" height="20" rx="2"/>',
            f'<line class="range" x1="{left + low:.1f}" x2="{left + high:.1f}"'
            f' y1="{middle}" y2="{middle}"/>',
            f'<text x="{left + high + 6:.1f}" y="{top + 15}">{cell.rate.median:,.0f}</text>',
        ]
    return parts
