"""`rowlock serve` without a database URL: starting, stopping and recovering the embedded one."""

import os
import signal
import stat
import time
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped]

from api.auth import DevelopmentKey
from tests.cli.conftest import KEY, Run, Serve, postgres_in


def test_newcomer_can_serve_from_nothing(folder: Path, serve: Serve, run: Run) -> None:
    """In an empty folder `rowlock serve` migrates and serves; `rowlock token` gives a token."""
    serving = serve().wait_until_ready()

    assert serving.output.startswith("INFO ")
    assert f"\nRowlock on {serving.url} accepts development tokens.\n" in serving.output
    assert "\nGet one with: .venv/bin/rowlock token alice\n" in serving.output
    key = DevelopmentKey.load_or_create(folder / KEY).kid
    assert f"\nTheir key is {key} in {folder / KEY}.\n" in serving.output
    assert stat.S_IMODE((folder / KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / ".rowlock" / "postgres").stat().st_mode) == 0o700

    token = run("token", "alice").stdout.strip()
    alice = {"Authorization": f"Bearer {token}"}
    tasks = f"{serving.url}/api/tasks"
    assert httpx2.post(tasks, json={"title": "mine"}, headers=alice).status_code == 201
    assert [task["title"] for task in httpx2.get(tasks, headers=alice).json()] == ["mine"]
    assert httpx2.get(tasks, headers={"Authorization": "Bearer x.y.z"}).status_code == 401

    assert run("doctor").returncode == 0
    assert postgres_in(folder) != []

    assert serving.stop() == 0
    assert postgres_in(folder) == []
    assert "Traceback" not in serving.output


def test_second_start_finds_the_data(used_folder: Path, serve: Serve) -> None:
    """Ctrl-C stops server and Postgres with status 130; the next start still has the tasks."""
    first = serve().wait_until_ready()
    first.create_task("kept")
    assert first.interrupt() == 130
    assert postgres_in(used_folder) == []

    second = serve().wait_until_ready()
    assert second.titles() == ["kept"]
    assert second.stop(signal.SIGINT) == 130
    assert postgres_in(used_folder) == []
    assert "Traceback" not in first.output + second.output


def test_server_can_be_stopped_while_it_starts(used_folder: Path, serve: Serve) -> None:
    """After SIGTERM while Postgres starts, neither the server nor Postgres runs."""
    serving = serve()
    while not postgres_in(used_folder):
        assert serving.process.poll() is None, serving.output

    assert serving.stop() == 0
    assert postgres_in(used_folder) == []
    assert "Traceback" not in serving.output


def test_orphan_of_a_killed_server_is_used_and_stopped(used_folder: Path, serve: Serve) -> None:
    """If the server is killed, Postgres runs on; the next server uses it, and later stops it."""
    first = serve().wait_until_ready()
    first.create_task("kept")
    orphan = postgres_in(used_folder)[0].pid
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    assert postgres_in(used_folder)[0].pid == orphan

    second = serve().wait_until_ready()
    assert postgres_in(used_folder)[0].pid == orphan
    assert second.titles() == ["kept"]
    assert second.stop() == 0
    assert postgres_in(used_folder) == []


def test_crashed_database_recovers(used_folder: Path, serve: Serve) -> None:
    """After server and Postgres were killed, the next start has every committed task."""
    first = serve().wait_until_ready()
    first.create_task("committed")
    first.stop(signal.SIGKILL)
    postmaster, *workers = postgres_in(used_folder)
    postmaster.kill()
    psutil.wait_procs([postmaster, *workers], timeout=5)

    second = serve().wait_until_ready()
    assert second.titles() == ["committed"]
    assert second.stop() == 0
    assert postgres_in(used_folder) == []


def test_reused_process_number_is_no_server(used_folder: Path, serve: Serve) -> None:
    """Postgres starts although the pid in its pid file is now that of another process."""
    data = used_folder / ".rowlock" / "postgres"
    (data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{data}\n1700000000\n5432\n{data}\n\n 1 1\nready   \n"
    )

    serving = serve().wait_until_ready()

    assert postgres_in(used_folder)[0].pid != os.getpid()
    assert serving.stop() == 0
    assert postgres_in(used_folder) == []


def test_two_servers_share_one_postgres(folder: Path, serve: Serve) -> None:
    """Two servers that start in one empty folder both serve; the last to stop stops Postgres."""
    one, other = serve(), serve()
    one.wait_until_ready().create_task("shared")
    assert other.wait_until_ready().titles() == ["shared"]

    assert one.stop() == 0
    assert other.titles() == ["shared"]

    assert other.stop() == 0
    assert postgres_in(folder) == []


def test_port_in_use_is_refused(used_folder: Path, serve: Serve, run: Run) -> None:
    """A second server on the same port ends with a sentence and status 1; the first continues."""
    serving = serve().wait_until_ready()
    refused = run("serve", PORT=str(serving.port))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"HOST 127.0.0.1 with PORT {serving.port} cannot be used: Address already in use.\n"
    )
    serving.wait_until_ready()

    serving.stop()
    assert postgres_in(used_folder) == []


def test_stalled_client_does_not_hold_up_a_stop(used_folder: Path, serve: Serve) -> None:
    """SIGTERM ends server and Postgres within seconds, even if a client sends half a body."""
    serving = serve().wait_until_ready()
    with serving.stalled_request() as client:
        began = time.monotonic()
        assert serving.stop() == 0
        assert time.monotonic() - began < 10
        assert client.recv(100).startswith(b"HTTP/1.1 503 ")
    assert postgres_in(used_folder) == []
    assert "Cancel 1 running task(s), timeout graceful shutdown exceeded" in serving.output
    assert "Traceback" not in serving.output
