"""`rowlock serve` with several workers: serving, stopping and replacing them."""

import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import SECONDS, Run, Serve, Serving, postgres_in

ENDS_AT_ONCE = "from api.http.server.workers import supervise; supervise(2, lambda _: False)"


def workers_of(serving: Serving) -> list[psutil.Process]:
    """The worker processes: the children of the parent without Postgres."""
    children = psutil.Process(serving.process.pid).children()
    return [child for child in children if child.name() != "postgres"]


def wait_until_replaced(serving: Serving, gone: int, count: int) -> None:
    """Wait until this number of workers runs, without the worker that ended."""
    deadline = time.monotonic() + SECONDS
    while True:
        found = [worker.pid for worker in workers_of(serving)]
        if len(found) == count and gone not in found:
            return
        assert time.monotonic() < deadline, serving.output
        time.sleep(0.02)


def test_two_workers_serve_and_stop(used_folder: Path, serve: Serve) -> None:
    """Two workers share the socket, the database and the key; SIGTERM ends all processes."""
    serving = serve(WORKERS="2").wait_until_ready()
    serving.create_task("shared")
    workers = workers_of(serving)

    assert len(workers) == 2
    assert [serving.titles() for _ in range(8)] == [["shared"]] * 8
    assert serving.output.count(f"Rowlock on {serving.url} ") == 1

    assert serving.stop() == 0
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    assert postgres_in(used_folder) == []
    assert "Traceback" not in serving.output


def test_ctrl_c_ends_all_workers(used_folder: Path, serve: Serve) -> None:
    """Ctrl-C reaches the parent and its workers, and ends the command with status 130."""
    serving = serve(WORKERS="2").wait_until_ready()
    workers = workers_of(serving)

    assert serving.interrupt() == 130
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    assert postgres_in(used_folder) == []
    assert "Traceback" not in serving.output


def test_killed_worker_is_replaced(used_folder: Path, serve: Serve) -> None:
    """After kill -9 of a worker the others continue, and a new worker replaces it."""
    serving = serve(WORKERS="2").wait_until_ready()
    killed = workers_of(serving)[0]
    killed.kill()
    wait_until_replaced(serving, killed.pid, 2)

    serving.wait_until_ready()
    line = f"Worker {killed.pid} ended by signal 9; another one takes its place."
    assert line in serving.output
    assert serving.stop() == 0
    assert postgres_in(used_folder) == []


def test_workers_stop_without_their_parent(used_folder: Path, serve: Serve) -> None:
    """After kill -9 of the parent, all workers end."""
    serving = serve(WORKERS="2").wait_until_ready()
    workers = workers_of(serving)
    assert serving.stop(signal.SIGKILL) == -signal.SIGKILL

    assert psutil.wait_procs(workers, timeout=SECONDS)[1] == []
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"{serving.url}/health/live")
    assert postgres_in(used_folder) != []  # the next start uses this Postgres


def test_worker_bounds_what_it_reads(used_folder: Path, serve: Serve) -> None:
    """Each worker has the limits of our server: a request head over the limit is 431."""
    assert (used_folder / ".rowlock").is_dir()
    serving = serve(WORKERS="2").wait_until_ready()

    with socket.create_connection(("127.0.0.1", serving.port), timeout=SECONDS) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nhost: api\r\nx: " + b"x" * 70_000)
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")
    assert serving.stop() == 0


def test_workers_that_end_at_once_end_the_command() -> None:
    """If three workers in a row do not serve, the command ends with a sentence and status 1."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS_AT_ONCE],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.endswith(
        "WorkerError: 3 workers in a row ended within 10 seconds of their start, the last one "
        "with status 1: the lines above say why.\n"
    )


def test_replacement_knows_that_it_is_one() -> None:
    """A replacement checks the database itself.

    For the first workers, the command has checked it.
    """
    script = (
        "from api.http.server.workers import supervise\n"
        "supervise(1, lambda replaces: print(replaces, flush=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=SECONDS, check=False
    )

    assert done.stdout.split() == ["False", "True", "True"]


def test_arguments_come_before_settings(used_folder: Path, run: Run) -> None:
    """--port overrides PORT: the refusal of a used port names the number of the argument."""
    assert (used_folder / ".rowlock").is_dir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port), "--workers", "2", PORT="1")

    assert (refused.returncode, refused.stderr) == (
        1,
        f"HOST 127.0.0.1 with PORT {port} cannot be used: Address already in use.\n",
    )


@pytest.mark.parametrize(
    ("argument", "value", "sentence"),
    [
        ("--port", "65536", "Input should be less than or equal to 65535 (PORT)"),
        ("--port", "-1", "Input should be greater than or equal to 0 (PORT)"),
        ("--workers", "0", "Input should be greater than or equal to 1 (WORKERS)"),
        ("--workers", "65", "Input should be less than or equal to 64 (WORKERS)"),
        ("--workers", "two", "Input should be a valid integer, unable to parse string"),
    ],
)
def test_number_out_of_bounds_is_refused(
    run: Run, argument: str, value: str, sentence: str
) -> None:
    """An argument has the limits of its setting."""
    refused = run("serve", f"{argument}={value}")

    assert refused.returncode == 2
    assert f"error: Invalid value for '{argument}': {sentence}" in refused.stderr


def test_version_is_the_package_s(run: Run) -> None:
    """`rowlock --version` prints the installed version, and reads no setting."""
    told = run("--version", PORT="nonsense")

    assert (told.returncode, told.stdout) == (0, f"rowlock {version('rowlock')}\n")
