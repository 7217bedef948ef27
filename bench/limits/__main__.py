"""The command: python -m bench.limits. It removes all that it made but its results."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import data, report
from bench.__main__ import WIDTH, stop
from bench.field import Field, write_users
from bench.http import Http, UntrueError
from bench.limits.growth import deep_pages, growth
from bench.limits.memory import memory
from bench.limits.neighbour import neighbour
from bench.limits.overload import overload
from bench.limits.population import population
from bench.limits.rows import Row, table, write
from bench.limits.users import USERS, multiply
from bench.limits.workers import ONE, TWO, workers
from bench.postgres import running_postgres
from bench.processes import Guardian
from bench.wrk import WrkError, program
from tests.support.issuer import Issuer

SMALL, USUAL, LARGE = 10_000, 1_000_000, 10_000_000  # rows
EACH = 100  # tasks of a user
LARGEST = 20_000  # tasks of the one user who has more
SECTIONS = ("memory", "growth", "deep", "users", "overload", "neighbour", "workers")


def counts(rows: int) -> list[int]:
    """How many tasks each user has: as many as any, but the last one where there is room."""
    if rows <= LARGEST:
        return [EACH] * (rows // EACH)
    return [EACH] * ((rows - LARGEST) // EACH) + [LARGEST]


def main(arguments: list[str] | None = None) -> int:
    """Run. Status 1 if a bar was not met; what a person can mend is a sentence."""
    parser = argparse.ArgumentParser(prog="python -m bench.limits", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"grow to {LARGE:,} rows")
    parser.add_argument("--only", choices=SECTIONS, help="measure one thing")
    parser.add_argument("--output", type=Path, default=Path(".bench"), help="folder of the result")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    try:
        return _run(chosen)
    except (RuntimeError, UntrueError, WrkError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    except KeyboardInterrupt:
        return 130


def _run(chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    program()
    sections = (chosen.only,) if chosen.only else SECTIONS
    sizes = [SMALL, USUAL, *([LARGE] if chosen.full else [])]
    if "growth" not in sections:
        sizes.remove(SMALL)
    if sections == ("users",):  # which has databases of its own
        sizes.clear()
    console = Console()
    console.width = max(console.width, WIDTH)
    about: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": report.machine(),
        "rows": sizes,
    }
    found = _measure(sections, sizes)
    about["took_seconds"] = round(time.monotonic() - began)
    write(chosen.output / "limits.json", about, found)
    console.print(table(found))
    console.print(f"In {chosen.output}: limits.json.", highlight=False)
    return int(any(row.met is False for row in found))


def _measure(sections: tuple[str, ...], sizes: list[int]) -> list[Row]:
    """Set all up, measure, and take all down again."""
    columns = (
        TextColumn("{task.description:48}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    rows: list[Row] = []
    with (
        Progress(*columns) as progress,
        tempfile.TemporaryDirectory(prefix="rowlock-bench-") as name,
        Guardian(Path(name)) as guardian,
        ExitStack() as stack,
    ):
        bar = progress.add_task("starting Postgres", total=len(sections))

        def say(what: str) -> None:
            progress.update(bar, description=what)

        sites: list[tuple[int, Field, Http]] = []
        for size in sizes:
            field = stack.enter_context(_field(Path(name) / str(size), size, guardian, say))
            names = (ONE, TWO) if size == USUAL and "workers" in sections else (ONE,)
            drivers = stack.enter_context(field.contenders(names, say))
            one = drivers[ONE]
            assert isinstance(one, Http)  # noqa: S101 - it serves
            sites.append((size, field, one))
            if size == USUAL:
                usual, usual_driver, both = field, one, drivers
        steps: dict[str, Callable[[], list[Row]]] = {
            "memory": lambda: [memory(usual, usual_driver, say)],
            "growth": lambda: growth(sites, say),
            "deep": lambda: [_deep(*sites[-1], say)],
            "users": lambda: _users(Path(name), guardian, say),
            "overload": lambda: overload(usual, usual_driver, say),
            "neighbour": lambda: neighbour(usual, usual_driver, say),
            "workers": lambda: workers(usual, both, say),
        }
        for section in sections:
            rows += steps[section]()
            progress.advance(bar)
    return rows


def _deep(size: int, field: Field, driver: Http, say: Callable[[str], None]) -> Row:
    """The last user's list, which is the long one."""
    return deep_pages(field, driver, data.FIRST_USER + len(counts(size)) - 1, say)


def _users(folder: Path, guardian: Guardian, say: Callable[[str], None]) -> list[Row]:
    """Databases in which few users, and many, have a row in each table."""
    sites: list[tuple[int, Field, Http]] = []
    with ExitStack() as stack:
        for size in USERS:
            field = stack.enter_context(_field(folder / f"users-{size}", SMALL, guardian, say))
            say(f"making {size:,} users")
            multiply(field.postgres, size)
            driver = stack.enter_context(field.contenders((ONE,), say))[ONE]
            assert isinstance(driver, Http)  # noqa: S101 - it serves
            sites.append((size, field, driver))
        return population(sites, say)


@contextmanager
def _field(
    folder: Path, size: int, guardian: Guardian, say: Callable[[str], None]
) -> Iterator[Field]:
    """A Postgres with so many rows."""
    folder.mkdir()
    with running_postgres({}) as postgres:
        say(f"making {size:,} tasks")
        users = data.load(postgres, counts(size), plain=False)
        issuer = Issuer(folder)
        file = write_users(folder, issuer, users)
        yield Field(postgres, issuer, users, file, folder, guardian)


if __name__ == "__main__":
    sys.exit(main())
