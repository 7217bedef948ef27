"""Servers of the run's own, as processes: how they start, rest and end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

STOP_SECONDS = 5

# The shell learns of each server from a pipe of ours. When that ends without a word, as we were
# killed, it kills them all, workers and those at rest included, and removes the folder.
WATCHDOG = """
while read -r group; do
    [ "$group" = done ] && exit
    groups="$groups $group"
done
for group in $groups; do
    kill -s KILL -- "-$group"
done
rm -rf -- "$0"
"""


class Watchdog:
    """Lets no server outlive us, however we end. Without it, one at rest would stay for ever."""

    def __init__(self, folder: Path) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """Answer for a process group from now on."""
        assert self._shell.stdin is not None  # noqa: S101 - it is a pipe
        self._shell.stdin.write(f"{group}\n".encode())
        self._shell.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shell.communicate(b"done\n", STOP_SECONDS)


class Served:
    """A server as a process group of its own, so that Ctrl-C is for us, who then stop it."""

    def __init__(
        self, command: list[str], environment: dict[str, str], log: Path, watchdog: Watchdog
    ) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=log.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        watchdog.watch(self.pid)

    @property
    def pid(self) -> int:
        """The process above all of the server's."""
        return self._process.pid

    def check(self) -> None:
        """Raises RuntimeError, with the end of the log, if the server has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"A server ended: {self.log()}")

    def log(self) -> str:
        """The end of its output."""
        return self._log.read_text(errors="replace")[-2000:].strip()

    def pause(self) -> None:
        """Hold all its processes, so that others are measured alone."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let them run."""
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it, at last by force."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
            self.resume()
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
