"""Creates a second in SQL as users multiply: python -m bench.limits.users [USERS ...].

Each user has a task, an event and a chain of the trail; the creates are those of one user a client.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.postgres import Postgres, running_postgres, text
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


def multiply(postgres: Postgres, users: int) -> None:
    """Give so many users a row in each table with a user_id. Once in a database."""
    with postgres.owner() as connection:
        connection.autocommit = False
        with connection, connection.cursor() as cursor:
            fill(cursor, users)
    with postgres.owner() as connection, connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")
        cursor.execute("checkpoint")


def creates(postgres: Postgres, clients: int, seconds: int) -> float:
    """Creates a second, by pgbench as the API's role."""
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
        raise RuntimeError(f"pgbench tells no rate: {done.stdout}")
    return float(found[1])


def main(arguments: list[str]) -> int:
    """Print a line for each number of users and of clients."""
    for users in map(int, arguments) if arguments else USERS:
        with running_postgres({}) as postgres:
            multiply(postgres, users)
            for clients in CLIENTS:
                rate = creates(postgres, clients, SECONDS)
                print(f"{users:,} users, {clients} clients: {rate:,.0f} creates/s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
