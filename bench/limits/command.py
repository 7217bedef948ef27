"""Compare Rowlock with itself: more rows, overload, many requests, and two workers."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack

from bench import data, findings
from bench.findings import Finding
from bench.limits.creates import USERS, multiply
from bench.limits.growth import deep_pages, growth
from bench.limits.memory import memory
from bench.limits.neighbour import neighbour
from bench.limits.overload import overload
from bench.limits.population import population
from bench.limits.sites import Site
from bench.limits.workers import ONE, TWO, workers
from bench.run import Run, new_run
from bench.testbed import running_testbed, served
from bench.wrk import program

SMALL, USUAL, LARGE = 10_000, 1_000_000, 10_000_000  # rows
EACH = 100  # tasks of a user
LARGEST = 20_000  # tasks of the last user, if there is room
SECTIONS = ("memory", "growth", "deep", "users", "overload", "neighbour", "workers")


def tasks_of_users(rows: int) -> list[int]:
    """How many tasks each user has: the same number, but the last user more, if there is room."""
    if rows <= LARGEST:
        return [EACH] * (rows // EACH)
    return [EACH] * ((rows - LARGEST) // EACH) + [LARGEST]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "sections",
        nargs="*",
        type=_section,
        metavar="SECTION",
        help=f"of {', '.join(SECTIONS)}; all by default",
    )
    parser.add_argument("--full", action="store_true", help=f"grow to {LARGE:,} rows")


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(SECTIONS)}")
    return name


def run(chosen: argparse.Namespace) -> int:
    """Measure the sections, and print and write the findings. Status 1 if a limit is violated."""
    program()
    sections = tuple(chosen.sections) or SECTIONS
    with new_run() as current:
        found = _measure(current, sections, full=chosen.full)
    return findings.publish("Rowlock beside itself", found, chosen.output / "limits.json", current)


def _measure(current: Run, sections: tuple[str, ...], *, full: bool) -> list[Finding]:
    """Start everything, measure, and stop everything."""
    current.expect(len(sections))
    sizes = _sizes(sections, full=full)
    current.about["rows"] = sizes
    found: list[Finding] = []
    with ExitStack() as stack:
        sites: dict[int, Site] = {}
        for size in sizes:
            testbed = stack.enter_context(running_testbed(current, tasks_of_users(size)))
            names = (ONE, TWO) if size == USUAL and "workers" in sections else (ONE,)
            drivers = stack.enter_context(testbed.contenders(names))
            sites[size] = Site(size, testbed, served(drivers, ONE))
            if size == USUAL:
                both = drivers
        steps: dict[str, Callable[[], list[Finding]]] = {
            "memory": lambda: memory(sites[USUAL]),
            "growth": lambda: growth(list(sites.values())),
            "deep": lambda: deep_pages(sites[sizes[-1]], _largest(sizes[-1])),
            "users": lambda: _users(current),
            "overload": lambda: overload(sites[USUAL]),
            "neighbour": lambda: neighbour(sites[USUAL]),
            "workers": lambda: workers(sites[USUAL].testbed, both),
        }
        for section in sections:
            found += steps[section]()
            current.advance()
    return found


def _sizes(sections: tuple[str, ...], *, full: bool) -> list[int]:
    """The number of rows of each database that the sections share."""
    if set(sections) == {"users"}:  # this section creates its own databases
        return []
    small = [SMALL] if "growth" in sections else []
    return [*small, USUAL, *([LARGE] if full else [])]


def _largest(size: int) -> int:
    """The number of the last user, who has the most tasks."""
    return data.FIRST_USER + len(tasks_of_users(size)) - 1


def _users(current: Run) -> list[Finding]:
    """Databases in which few users, and many, have a row in each table."""
    with ExitStack() as stack:
        sites: list[Site] = []
        for size in USERS:
            testbed = stack.enter_context(running_testbed(current, tasks_of_users(SMALL)))
            current.announce(f"creating {size:,} users")
            multiply(testbed.postgres, size)
            sites.append(Site(size, testbed, stack.enter_context(testbed.server(ONE))))
        return population(sites)
