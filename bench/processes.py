"""Processes of the run's own: how they start, rest and end, and what they use, from /proc."""

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 5


def tree(root: int) -> list[int]:
    """A process and all below it."""
    found = [root]
    for pid in found:  # grows while it is read
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def cpu_seconds(root: int) -> float:
    """The CPU time that a tree of processes has used, with its members that ended."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, and both of ended children
    return total / TICKS


def resident_megabytes(root: int) -> float:
    """The memory that a tree of processes holds; what two of them share counts twice."""
    pages = 0
    for pid in tree(root):
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine_seconds() -> float:
    """The CPU time that the whole machine has used, and what its host took away from it."""
    user, nice, system, _, _, *others = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + sum(others)) / TICKS


def ended_seconds() -> float:
    """The CPU time of our own children that ended: of the load generators."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Served:
    """A server as a process group of its own, so that Ctrl-C is for us, who then stop it."""

    def __init__(
        self, command: list[str], environment: dict[str, str], folder: Path, log: Path
    ) -> None:
        self._log = log
        # Should we be killed, the kernel ends it.
        guard = [shutil.which("setpriv") or "setpriv", "--pdeathsig", "KILL", "--"]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                guard + command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process above all of the server's."""
        return self._process.pid

    def check(self) -> None:
        """Raises RuntimeError, with the end of the log, if the server has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"A server ended: {self.log()}")

    def log(self) -> str:
        """The end of what it said."""
        return self._log.read_text(errors="replace")[-2000:].strip()

    def rest(self) -> None:
        """Hold all its processes, so that others are measured alone."""
        os.killpg(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """Let them run."""
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it, at last by force."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
            self.wake()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until it is so; whether it came to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
