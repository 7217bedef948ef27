"""The benchmark's servers end with it, also when it is killed."""

import subprocess
import sys
from pathlib import Path

from bench.processes import Served, Watchdog, wait_until
from bench.usage import cpu_seconds, resident_megabytes, tree

ROOT = Path(__file__).parents[2]
SLEEP = ["/bin/sh", "-c", "sleep 60 & echo started; wait"]
ENVIRONMENT = {"PATH": "/bin:/usr/bin"}

KILLED = f"""
import os, signal
from pathlib import Path
from bench.processes import Watchdog, Served
folder = Path(os.environ["FOLDER"])
served = Served({SLEEP}, {ENVIRONMENT}, folder / "log", Watchdog(folder))
served.pause()
print(served.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def runs(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_server_at_rest_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """The watchdog kills processes that ignore signals, and removes the run's folder."""
    folder = tmp_path / "run"
    folder.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={"FOLDER": str(folder), "PYTHONPATH": str(ROOT), **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == -9, done.stderr
    assert wait_until(lambda: not runs(int(done.stdout)) and not folder.exists(), 10)


def test_server_and_its_children_are_stopped(tmp_path: Path) -> None:
    """A stopped server ends with all its children, and the folder stays."""
    with Watchdog(tmp_path) as watchdog:
        served = Served(SLEEP, ENVIRONMENT, tmp_path / "log", watchdog)
        assert wait_until(lambda: served.log() == "started", 10)
        members = tree(served.pid)
        assert len(members) == 2
        assert all(runs(pid) for pid in members)
        assert resident_megabytes(served.pid) > 0
        served.pause()

        served.stop()

        assert wait_until(lambda: not any(runs(pid) for pid in members), 10)
    assert tmp_path.exists()


def test_cpu_time_counts_children_that_ended(tmp_path: Path) -> None:
    """The CPU time of a worker that ended still counts."""
    burn = "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done"
    with Watchdog(tmp_path) as watchdog:
        command = ["/bin/sh", "-c", f"/bin/sh -c '{burn}'; echo burnt; sleep 60"]
        served = Served(command, ENVIRONMENT, tmp_path / "log", watchdog)
        try:
            assert wait_until(lambda: served.log() == "burnt", 30)
            assert cpu_seconds(served.pid) > 0.02
        finally:
            served.stop()
