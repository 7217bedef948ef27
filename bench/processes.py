"""Servers of the run's own, as processes: how they start, rest and end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

STOP_SECONDS = 5


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
