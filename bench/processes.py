"""The servers of a run, as processes: starting, pausing and stopping them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

STOP_SECONDS = 5

# A shell reads the id of each server from a pipe of this process. If the pipe closes, because this
# process was killed, the shell kills all servers, paused ones too, and removes the folder.
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
    """Stops all servers when this process ends, even if it is killed."""

    def __init__(self, folder: Path) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """Add a process group that is to be stopped."""
        assert self._shell.stdin is not None  # noqa: S101 - it is a pipe
        self._shell.stdin.write(f"{group}\n".encode())
        self._shell.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shell.communicate(b"done\n", STOP_SECONDS)


class Served:
    """A server in its own process group: Ctrl-C reaches only this process, which stops it."""

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
        """The main process of the server."""
        return self._process.pid

    def check(self) -> None:
        """Raises RuntimeError, with the end of the log, if the server has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"A server ended: {self.log()}")

    def log(self) -> str:
        """The last lines of its output."""
        return self._log.read_text(errors="replace")[-2000:].strip()

    def pause(self) -> None:
        """Stop all its processes (SIGSTOP), so that others are measured alone."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Continue its processes."""
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it; if it does not end in time, kill it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
            self.resume()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Call a condition until it is true or the time is over. Returns whether it became true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
