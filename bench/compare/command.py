"""Measure Rowlock beside its peers."""

import argparse
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from bench import data, report
from bench.compare import cells
from bench.compare.chart import chart
from bench.contenders import CONTENDERS, POSTGRAPHILE, WORKLOADS
from bench.rounds import Plan, Reading, measure_all
from bench.run import Run, new_run
from bench.testbed import running_testbed
from bench.wrk import CONNECTIONS, program


@dataclass(frozen=True, slots=True)
class Preset:
    """The defaults of the options."""

    size: data.Size
    contenders: tuple[str, ...]
    workloads: tuple[str, ...]
    seconds: int
    rounds: int
    minutes: float
    warm_always: bool


FULL = Preset(
    data.FULL, tuple(CONTENDERS), WORKLOADS, seconds=4, rounds=3, minutes=15, warm_always=True
)
QUICK = Preset(
    data.QUICK,
    ("hand", "postgraphile4", "postgraphile5", "pgbench", "rowlock"),
    ("list", "read", "create", "mix"),
    seconds=1,
    rounds=3,
    minutes=3,
    warm_always=False,
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--quick", dest="preset", action="store_const", const=QUICK, default=FULL, help="less data"
    )
    parser.add_argument("--contenders", type=_among(CONTENDERS), help=", ".join(CONTENDERS))
    parser.add_argument("--workloads", type=_among(WORKLOADS), help=", ".join(WORKLOADS))
    parser.add_argument("--seconds", type=int, help="of each measurement")
    parser.add_argument("--rounds", type=int)
    parser.add_argument(
        "--minutes", type=float, help="no round begins that would end later than this"
    )
    parser.add_argument("--warm", type=int, default=1, help="seconds before each measurement")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of Postgres"
    )


def _among(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        names = tuple(value.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(known)}")
        return names

    return read


def run(chosen: argparse.Namespace) -> int:
    """Measure, print the tables, and write all files."""
    preset: Preset = chosen.preset
    plan = Plan(
        contenders=chosen.contenders or preset.contenders,
        workloads=chosen.workloads or preset.workloads,
        rounds=chosen.rounds or preset.rounds,
        seconds=chosen.seconds or preset.seconds,
        warm_seconds=chosen.warm,
        warm_always=preset.warm_always,
        minutes=chosen.minutes or preset.minutes,
    )
    program()
    for version, folder in POSTGRAPHILE.items():
        if f"postgraphile{version}" in plan.contenders and not (folder / "node_modules").is_dir():
            raise RuntimeError("PostGraphile is not installed: run make bench, which installs it.")
    console = report.console()
    with new_run() as current:
        settings = dict(item.split("=", 1) for item in chosen.set)
        readings = _measure(current, plan, preset.size, settings)
    _publish(console, chosen.output, current, readings)
    return 0


def _measure(current: Run, plan: Plan, size: data.Size, settings: dict[str, str]) -> list[Reading]:
    """Start everything, measure, and stop everything."""
    current.expect(len(plan.steps()))
    tasks = data.tasks_of_users(size)
    with running_testbed(current, tasks, plain=True, settings=settings) as testbed:
        current.about |= {
            "size": asdict(size),
            "connections": CONNECTIONS,
            "seconds": plan.seconds,
            "postgres": testbed.postgres.settings
            | {"version": testbed.postgres.query("select version()")[0][0]},
            "tokens": len(testbed.users),
        }
        with testbed.contenders(plan.contenders) as drivers:
            readings = []
            for reading in measure_all(testbed, plan, drivers):
                readings.append(reading)
                current.advance()
    return readings


def _publish(console: Console, folder: Path, current: Run, readings: list[Reading]) -> None:
    """Print the tables, and write them, the JSON file and the chart."""
    found = cells.summarise(readings)
    about = current.about | {"rounds": 1 + max(reading.round for reading in readings)}
    report.write_json(
        folder / "results.json",
        about
        | {
            "summary": [asdict(cell) for cell in found],
            "readings": [asdict(reading) | {"rate": reading.load.rate} for reading in readings],
        },
    )
    where = about["machine"]
    caption = (
        f"{about['size']['tasks']:,} tasks, {about['connections']} connections,"
        f" {where['cores']} cores of {where['processor']}, {about['rounds']} rounds."
    )
    (folder / "chart.svg").write_text(chart(found, caption))
    with (folder / "table.txt").open("w") as file:
        for out in (console, Console(file=file, width=report.WIDTH)):
            out.print(cells.tables(found))
            out.print(cells.legend(found), caption, sep="\n", highlight=False)
    console.print(f"In {folder}: results.json, table.txt, chart.svg.", highlight=False)
