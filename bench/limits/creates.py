"""Measure creates per second in SQL, without an API, with few and with many users.

Each user has a task, an event and a chain of the trail. Each client of pgbench creates tasks of one
user.
"""

import argparse
import re
import subprocess
import tempfile
from pathlib import Path

from bench import findings
from bench.findings import Finding, Outcome
from bench.postgres import Postgres, running_postgres, text
from bench.run import Run, new_run
from tests.support.crowd import fill

USERS = (10_000, 1_000_000)
CLIENTS = (1, 8)
SECONDS = 5
CREATE = """
begin;
select set_config('app.user_id', 'user-' || (:client_id + 1), true);
insert into app.tasks (title) values ('water the plants');
commit;
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "users", nargs="*", type=int, default=USERS, metavar="USERS", help="how many users"
    )


def run(chosen: argparse.Namespace) -> int:
    """Measure, and print and write the findings."""
    with new_run() as current:
        current.expect(len(chosen.users))
        found = [item for users in chosen.users for item in _measure(current, users)]
    return findings.publish("Creates in SQL", found, chosen.output / "users.json", current)


def _measure(current: Run, users: int) -> list[Finding]:
    found = []
    with running_postgres({}) as postgres:
        current.announce(f"creating {users:,} users")
        multiply(postgres, users)
        for clients in CLIENTS:
            current.announce(f"creates with {users:,} users, {clients} clients")
            rate = creates(postgres, clients, SECONDS)
            what = f"creates a second, {users:,} users, {clients} clients"
            found.append(Finding(what, f"{rate:,.0f}", "none", Outcome.NO_LIMIT, {"rate": rate}))
    current.advance()
    return found


def multiply(postgres: Postgres, users: int) -> None:
    """Give this many users one row in each table that has a user_id. Call it once per database."""
    with postgres.owner() as connection:
        connection.autocommit = False
        with connection, connection.cursor() as cursor:
            fill(cursor, users)
    with postgres.owner() as connection, connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")
        cursor.execute("checkpoint")


def creates(postgres: Postgres, clients: int, seconds: int) -> float:
    """Creates per second, by pgbench as the API's role."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(CREATE)
        script.flush()
        done = subprocess.run(
            [
                *(postgres.programs / "pgbench", "--no-vacuum", "--file", Path(script.name)),
                *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}"),
                text(postgres.url("rowlock_api")),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(f"pgbench prints no rate: {done.stdout}")
    return float(found[1])
