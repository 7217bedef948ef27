"""The command: python -m bench. It ends by itself, and removes all that it made but its results."""

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import chart, data, guard, report
from bench.contenders import CONTENDERS, POSTGRAPHILE
from bench.field import Field, write_users
from bench.http import UntrueError
from bench.options import GUARD, Preset, parser, plan_of
from bench.postgres import running_postgres
from bench.processes import Guardian
from bench.rounds import Plan, Reading, Step, run
from bench.wrk import CONNECTIONS, WrkError, program
from tests.support.issuer import Issuer

WIDTH = 126  # of the tables, in characters


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark. What a person can mend is one sentence on standard error, and status 1."""
    chosen = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    try:
        return _run(chosen)
    except (RuntimeError, UntrueError, WrkError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    except KeyboardInterrupt:
        return 130


def stop(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM, leave through every `finally`."""
    raise SystemExit(1)


def _run(chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    preset: Preset = chosen.preset
    plan = plan_of(chosen, began)
    program()
    for version, folder in POSTGRAPHILE.items():
        if f"postgraphile{version}" in plan.contenders and not (folder / "node_modules").is_dir():
            raise RuntimeError("PostGraphile is not installed: run make bench, which installs it.")
    console = Console()
    console.width = max(console.width, WIDTH)  # where the output is no terminal, it would be 80
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": report.machine(),
        "size": asdict(preset.size),
        "connections": CONNECTIONS,
        "seconds": plan.seconds,
    }
    readings = _measure(plan, preset.size, dict(item.split("=", 1) for item in chosen.set), about)
    cells = report.summarise(readings)
    about["took_seconds"] = round(time.monotonic() - began)
    about["rounds"] = 1 + max(reading.round for reading in readings)
    _publish(console, chosen.output, about, cells, readings)
    if preset is not GUARD:
        return 0
    verdicts = guard.judge(cells)
    for verdict in verdicts:
        console.print(verdict.sentence, highlight=False)
    return int(any(verdict.failed for verdict in verdicts))


def _measure(
    plan: Plan, size: data.Size, settings: dict[str, str], about: dict[str, Any]
) -> list[Reading]:
    """Set all up, measure, and take all down again."""
    columns = (
        TextColumn("{task.description:38}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    readings: list[Reading] = []
    with (
        Progress(*columns) as progress,
        tempfile.TemporaryDirectory(prefix="rowlock-bench-") as name,
    ):
        bar = progress.add_task("starting Postgres", total=len(plan.steps()))

        def say(what: str) -> None:
            progress.update(bar, description=what)

        def advance(step: Step) -> None:
            title = CONTENDERS[step.contender].title
            progress.update(bar, description=f"{step.workload}: {title}", completed=len(readings))

        folder = Path(name)
        with Guardian(folder) as guardian, running_postgres(settings) as postgres:
            say(f"making {size.tasks:,} tasks")
            users = data.load(postgres, data.tasks_of_users(size))
            issuer = Issuer(folder)
            about["postgres"] = postgres.settings | {
                "version": postgres.query("select version()")[0][0]
            }
            about["tokens"] = len(users)
            users_file = write_users(folder, issuer, users)
            field = Field(postgres, issuer, users, users_file, folder, guardian)
            with field.contenders(plan.contenders, say) as drivers:
                for reading in run(field, plan, drivers, advance):
                    readings.append(reading)
                    progress.update(bar, completed=len(readings))
    return readings


def _publish(
    console: Console,
    folder: Path,
    about: dict[str, Any],
    cells: list[report.Cell],
    readings: list[Reading],
) -> None:
    """Print the tables, and write them, the JSON file and the chart."""
    folder.mkdir(parents=True, exist_ok=True)
    report.write_json(folder / "results.json", about, cells, readings)
    where = about["machine"]
    caption = (
        f"{about['size']['tasks']:,} tasks, {about['connections']} connections,"
        f" {where['cores']} cores of {where['processor']}, {about['rounds']} rounds."
    )
    (folder / "chart.svg").write_text(chart.chart(cells, caption))
    with (folder / "table.txt").open("w") as file:
        for out in (console, Console(file=file, width=WIDTH)):
            out.print(report.tables(cells))
            out.print(report.legend(cells), caption, sep="\n", highlight=False)
    console.print(f"In {folder}: results.json, table.txt, chart.svg.", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
