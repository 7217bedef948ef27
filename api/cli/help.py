"""The help of the commands: click writes it, and rich draws each section as a panel."""

from collections.abc import Iterable

import click


class Formatter(click.HelpFormatter):
    """Sections as panels. rich is imported when one is drawn, so that a server does not load it."""

    heading = ""

    def write_heading(self, heading: str) -> None:
        """Keep the title of the panel that follows."""
        self.heading = heading

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Draw a section: names, and what they mean."""
        from rich.console import Console
        from rich.panel import Panel
        from rich.table import Table
        from rich.text import Text

        del col_max
        table = Table.grid(padding=(0, col_spacing))
        for name, meaning in rows:
            table.add_row(Text(name, "bold cyan"), Text(meaning))
        # click removes the colours where standard output is no terminal.
        console = Console(width=self.width, force_terminal=True)
        with console.capture() as drawn:
            console.print(Panel(table, title=self.heading, title_align="left"))
        self.write(drawn.get())


class Context(click.Context):
    """A command's context, with help in panels."""

    formatter_class = Formatter


class Command(click.Command):
    """A command with help in panels."""

    context_class = Context


class Group(click.Group):
    """A group of commands with help in panels."""

    context_class = Context
