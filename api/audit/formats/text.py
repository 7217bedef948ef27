"""The report on a terminal: tables with ✓ and ✗, then the findings and their remedies."""

from itertools import groupby

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from api.audit.access_matrix import OF_ROWS
from api.audit.formats.text_tables import Cell, sections
from api.audit.printable import is_altered, printable, qualified
from api.audit.report import Finding, Report

# The greatest number of rows that are shown of a table. Rows with a problem come first.
SHOWN = 25
SHOWN_OF_A_RULE = 10
PAGE_WIDTH = 120  # columns, in a file or a pipe
WIDEST = 10_000  # columns; in a file, a table may be wider than the page


def render(report: Report, *, in_file: bool) -> str:
    """The report as text: for a terminal in its width and in colour, or for a file or pipe.

    In a file or pipe, no word of a table is broken.
    """
    console = Console(force_terminal=False, width=PAGE_WIDTH) if in_file else Console()
    with console.capture() as capture:
        _show(report, console)
    return capture.get()


def _show(report: Report, console: Console) -> None:
    title = f"{report.database} on Postgres {report.server_version}, revision {report.revision}"
    console.print(Text(printable(title), "bold"))
    for name, headings, rows in sections(report):
        _show_table(console, name, report.comments.get(name, ""), headings, list(rows))
    if report.user is not None:
        _show_reach(report, console)
    for _, group in groupby(report.findings, key=lambda finding: (finding.level, finding.rule)):
        findings = list(group)
        for finding in findings[:SHOWN_OF_A_RULE]:
            _show_finding(finding, console)
        if (more := len(findings) - SHOWN_OF_A_RULE) > 0:
            console.print(f"\nand {more} more of {findings[0].rule}: --format json has them all.")
    console.print(Text.assemble("\n", _verdict_mark(report), " ", report.verdict))
    if any(is_altered(finding.remedy) for finding in report.findings):
        console.print("A remedy contains unprintable characters: copy it from --format json.")


def _verdict_mark(report: Report) -> Text:
    if report.counted("error"):
        return Text("✗", "red")
    return Text("!", "yellow") if report.counted("warning") else Text("✓", "green")


def _show_reach(report: Report, console: Console) -> None:
    def said(value: object) -> Cell:
        return Text("refused", "dim") if value in {None, "none"} else str(value)

    rows: list[list[Cell]] = [
        [
            qualified(row["schema_name"], row["table_name"]),
            *(said(row[command]) for command in OF_ROWS),
        ]
        for row in report.reach
        if any(row[command] not in {None, "none"} for command in OF_ROWS)
    ]
    if refused := len(report.reach) - len(rows):
        rows.append([f"{refused} more", *(said(None) for _ in OF_ROWS)])
    caption = "The rows that each command reaches, tried out and rolled back."
    _show_table(console, f"as {report.user}", caption, ("table", *OF_ROWS), rows)


def _show_table(
    console: Console,
    name: str,
    caption: str,
    headings: tuple[str, ...],
    rows: list[list[Cell]],
) -> None:
    console.print(Text.assemble("\n", (printable(name), "bold"), "  ", (printable(caption), "dim")))
    if not rows:
        console.print(Text("  none", "dim"))
        return
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows[:SHOWN]:
        table.add_row(*(c if isinstance(c, Text) else Text(printable(c)) for c in row))
    page = console.width
    if not console.is_terminal:
        options = console.options.update(max_width=WIDEST)
        for column in table.columns:
            cells = (Text(str(column.header)), *column.cells)
            column.min_width = max(Measurement.get(console, options, c).minimum for c in cells)
        console.width = max(page, Measurement.get(console, options, table).minimum)
    console.print(table)
    console.width = page
    if (more := len(rows) - SHOWN) > 0:
        console.print(f"  and {more} more: --format json has them all.")


def _show_finding(finding: Finding, console: Console) -> None:
    if finding.accepted is not None:
        mark = Text("✓ accepted", "dim")
    elif finding.level == "error":
        mark = Text("✗ error", "red")
    else:
        mark = Text("! warning", "yellow")
    said = f" {finding.rule}  {finding.object}: {finding.detail}"
    console.print(Text.assemble("\n", mark, printable(said)), soft_wrap=True)
    if finding.accepted is not None:
        console.print(Text(printable(f"because: {finding.accepted}")), soft_wrap=True)
    else:
        console.print(Text(printable(finding.remedy, keep="\n\t")), soft_wrap=True)
