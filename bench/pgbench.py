"""The limit of Postgres on this machine: pgbench sends the same statements as Rowlock."""

import re
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import register_uuid

from api.database.bound_connection import OPENING
from api.database.listing import Kind
from api.database.statements import Statement
from api.tables.tasks import queries
from bench.data import REACH, TASK_ID, USER_ID
from bench.figures import percentile
from bench.postgres import Postgres, text
from bench.wrk import CONNECTIONS, Load, WrkError

# pgbench replaces variables such as :user by numbers, also inside quotes.
VARIABLES = """\\set user {first} + {step} * random(0, {last})
\\set task random(100001, {last_task})
\\set words random(1, 1000000)
"""
TASK = {"id": f"{TASK_ID}:user:task"}
TEXT = {"title": "u:user call :words people", "description": "As agreed on the phone. " * 5}

STATEMENTS: dict[str, tuple[Statement, dict[str, Any]]] = {
    "list": (queries.LIST.ordinary[Kind("created", ("all",))], {"limit": REACH + 1}),
    "read": (queries.READ, TASK),
    "create": (queries.CREATE, {"id": None} | TEXT),
    "update": (queries.REPLACE, TASK | TEXT),
    "toggle": (queries.TOGGLE, TASK),
}
MIX = {"list": 45, "read": 45, "create": 5, "update": 5}


FAILED = re.compile(r"number of failed transactions: (\d+)")


class Pgbench:
    """The load generator of Postgres, and the only contender without an API."""

    pid: int | None = None

    def __init__(self, postgres: Postgres, users: range, folder: Path) -> None:
        self._postgres = postgres
        self._folder = folder
        variables = VARIABLES.format(
            first=users.start, step=users.step, last=len(users) - 1, last_task=100_000 + REACH
        )
        folder.mkdir()
        url = text(postgres.url("rowlock_api"))
        connection = psycopg2.connect(url)  # noqa: TID251 - to quote as the driver does
        with closing(connection), connection.cursor() as cursor:
            register_uuid(conn_or_curs=connection)  # type: ignore[no-untyped-call] # as in api/database/identity.py
            for workload, (statement, values) in STATEMENTS.items():
                opening = cursor.mogrify(OPENING, (f"{USER_ID}:user", "")).decode()
                body = cursor.mogrify(statement.sql, statement.values(values)).decode()
                # A semicolon with a backslash keeps what follows in the same packet.
                packet = opening.replace(";", "\\;") + " ".join(body.split()) + ";\n"
                self._script(workload).write_text(variables + packet)

    def _script(self, workload: str) -> Path:
        return self._folder / f"{workload}.pgbench"

    def start(self) -> None:
        """Do nothing, because there is no server to start."""

    resume = pause = stop = start

    def warm(self, workload: str, seconds: float) -> Load:
        """Send statements that are not measured."""
        return self.measure(workload, seconds)

    def measure(self, workload: str, seconds: float) -> Load:
        """Run the statements of a workload over 16 connections."""
        shares = MIX if workload == "mix" else {workload: 1}
        log = self._folder / "log"
        url = self._postgres.url("rowlock_api")
        done = subprocess.run(
            [
                self._postgres.programs / "pgbench",
                "--no-vacuum",
                "--protocol=simple",
                f"--client={CONNECTIONS}",
                "--jobs=2",
                f"--time={max(1, round(seconds))}",
                "--log",
                f"--log-prefix={log}",
                *(f"--file={self._script(name)}@{share}" for name, share in shares.items()),
                f"--host={url.query['host']}",
                f"--username={url.username}",
                str(url.database),
            ],
            env=self._postgres.cluster.run_as["env"],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=seconds + 30,
            check=False,
        )
        if done.returncode != 0:
            raise WrkError(f"pgbench failed: {done.stderr.strip()[-500:]}")
        lines = [line for file in self._folder.glob("log.*") for line in _take(file)]
        return summary(lines, seconds, done.stdout)


def _take(file: Path) -> list[str]:
    lines = file.read_text().splitlines()
    file.unlink()
    return lines


def summary(lines: list[str], seconds: float, output: str) -> Load:
    """Read pgbench's log. A line per transaction has client, number, microseconds, and more.

    Raises:
        ValueError: the log has no line.
    """
    latencies = sorted(int(line.split()[2]) / 1000 for line in lines)
    failed = FAILED.search(output)
    return Load(
        requests=len(latencies),
        seconds=seconds,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        broken=int(failed[1]) if failed else 0,
    )
