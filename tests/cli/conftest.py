"""`rowlock` as users run it: as a separate process, in a new folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil  # type: ignore[import-untyped]
import pytest

from api.auth import DevelopmentKey

ROWLOCK = Path(sys.executable).with_name("rowlock")
KEY = Path(".rowlock/development-key.pem")
SECONDS = 30.0

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Serve = Callable[..., "Serving"]


@pytest.fixture(scope="session", autouse=True)
def heed_ctrl_c() -> None:
    """Let SIGINT end the process, as at a terminal.

    Background processes of a script ignore SIGINT.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Serving:
    """A running `rowlock serve`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder = folder
        self.log = folder / f"serve-{self.port}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [ROWLOCK, "serve"],
                cwd=folder,
                env=environment | {"PORT": str(self.port)},
                stdout=log,
                stderr=log,
                start_new_session=True,  # a terminal starts every command in its own process group
            )

    @property
    def url(self) -> str:
        """The URL of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """A development token for alice, signed with the key in the folder."""
        return DevelopmentKey.load_or_create(self.folder / KEY).token("alice")

    @property
    def output(self) -> str:
        """The output and the log until now."""
        return self.log.read_text()

    def wait_until_ready(self) -> "Serving":
        """Wait for /health/ready to be 200."""
        deadline = time.monotonic() + SECONDS
        while True:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            try:
                if httpx2.get(f"{self.url}/health/ready", timeout=SECONDS).status_code == 200:
                    return self
            except httpx2.TransportError:
                time.sleep(0.02)

    def create_task(self, title: str) -> None:
        """Create a task of alice's."""
        self._tasks("POST", json={"title": title})

    def titles(self) -> list[str]:
        """Read the titles of alice's tasks."""
        return [task["title"] for task in self._tasks("GET").json()]

    def _tasks(self, method: str, **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = httpx2.request(
            method, f"{self.url}/api/tasks", headers=headers, timeout=SECONDS, **options
        )
        return response.raise_for_status()

    @contextmanager
    def stalled_request(self) -> Iterator[socket.socket]:
        """A connection of alice with an accepted request whose body never ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as client:
            client.sendall(
                b"POST /api/tasks HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\n"
                b"content-length: 100\r\nexpect: 100-continue\r\n"
                b"authorization: Bearer " + self.token.encode() + b"\r\n\r\n"
            )
            # After this response the server has accepted the request and waits for its body.
            assert client.recv(100).startswith(b"HTTP/1.1 100 ")
            client.sendall(b'{"title": ')
            yield client

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        self.process.send_signal(number)
        return self._end()

    def interrupt(self) -> int:
        """Press Ctrl-C: send SIGINT to the whole process group. Returns the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self._end()

    def _end(self) -> int:
        """Wait for the exit status.

        If the process does not end, fail with its processes and output.
        """
        try:
            return self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            whole = psutil.Process(self.process.pid)
            running = [
                f"{one.pid} {one.status()} {one.cmdline()}"
                for one in (whole, *whole.children(recursive=True))
            ]
            raise AssertionError("\n".join(["It does not end.", *running, self.output])) from None


def postgres_in(folder: Path) -> list[psutil.Process]:
    """The Postgres processes with data below a folder. The postmaster is the first."""
    found = [
        process
        for process in psutil.process_iter(["name", "cmdline", "cwd", "status"])
        if process.info["name"] == "postgres"
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and str(process.info["cwd"]).startswith(f"{folder}/")
    ]
    return sorted(found, key=lambda process: "-D" not in (process.info["cmdline"] or []))


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment of a command: no settings, and Python writes bytecode, as for users."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(request.config.cache.mkdir("bytecode"))}


@pytest.fixture(scope="session")
def folders() -> Iterator[Callable[[], Path]]:
    """Create folders that Postgres's user may traverse, with paths short enough for a socket."""
    with ExitStack() as stack:

        def make() -> Path:
            folder = Path(tempfile.mkdtemp(prefix="rowlock-cli-")).resolve()
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            return folder

        yield make


@pytest.fixture
def folder(folders: Callable[[], Path]) -> Iterator[Path]:
    """An empty working directory. A Postgres that a failed test left there is killed."""
    made = folders()
    yield made
    for process in postgres_in(made):
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture(scope="session")
def prepared(folders: Callable[[], Path], environment: dict[str, str]) -> Path:
    """A folder where `rowlock serve` ran once and stopped: its data directory is migrated."""
    made = folders()
    serving = Serving(made, environment).wait_until_ready()
    assert serving.stop() == 0
    return made


@pytest.fixture
def used_folder(prepared: Path, folder: Path) -> Path:
    """A working directory where `rowlock serve` ran before."""
    copy: list[str | Path] = [
        "/bin/cp",
        "-a",
        prepared / ".rowlock",
        folder,
    ]  # with the owners of the files
    subprocess.run(copy, check=True)
    return folder


@pytest.fixture
def serve(folder: Path, environment: dict[str, str]) -> Iterator[Serve]:
    """Start `rowlock serve` in the folder. Processes that run at the end of the test are killed."""
    started: list[Serving] = []

    def start(**variables: str) -> Serving:
        started.append(Serving(folder, environment | variables))
        return started[-1]

    yield start
    for serving in started:
        serving.process.kill()
        serving.process.wait()


@pytest.fixture
def run(folder: Path, environment: dict[str, str]) -> Run:
    """Run a command of `rowlock` in the folder, and wait for its end."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROWLOCK, *arguments],
            cwd=folder,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run
