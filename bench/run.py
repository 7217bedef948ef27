"""The parts that all commands share: a folder, a progress bar, a watchdog that stops servers."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import report
from bench.processes import Watchdog

COLUMNS = (
    TextColumn("{task.description:48}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)


@dataclass
class Run:
    """One run of a command. Its folder is removed, and its servers are stopped, when it ends."""

    folder: Path
    watchdog: Watchdog
    progress: Progress
    about: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bar = self.progress.add_task("starting Postgres", total=None)
        self.began = time.monotonic()
        self.about["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        self.about["machine"] = report.machine()

    def expect(self, steps: int) -> None:
        """Set the number of steps of the progress bar."""
        self.progress.update(self._bar, total=steps)

    def announce(self, what: str) -> None:
        """Show the name of the current step."""
        self.progress.update(self._bar, description=what)

    def advance(self) -> None:
        """Count one more step as done."""
        self.progress.advance(self._bar)

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self.began


@contextmanager
def new_run() -> Iterator[Run]:
    """Begin a run."""
    with (
        Progress(*COLUMNS) as progress,
        tempfile.TemporaryDirectory(prefix="rowlock-bench-") as name,
        Watchdog(Path(name)) as watchdog,
    ):
        run = Run(Path(name), watchdog, progress)
        yield run
        run.about["took_seconds"] = round(run.seconds)
