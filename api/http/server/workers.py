"""Several processes that serve on one listening socket, and the parent that keeps their number.

The parent serves nothing itself. A worker that ends, whatever ended it, is replaced; several in a
row that end soon after their start end the command. When the parent is gone, killed too, its
workers stop.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

log = logging.getLogger("rowlock")

YOUNG = 10.0  # seconds; a worker that ends before that has not served
MAX_FAILURES = 3  # consecutive workers that ended within YOUNG seconds
LOOK_SECONDS = 0.1
STOP_SECONDS = 10.0  # after which a worker that was asked to stop is killed
SIGNALS = {signal.SIGTERM, signal.SIGINT}

type Serve = Callable[[bool], bool]


class WorkerError(Exception):
    """Workers do not stay alive. The message says where to look."""


def supervise(count: int, serve: Serve) -> None:
    """Run `serve` in so many processes until a signal raises an exception here.

    `serve` receives whether it replaces another process, and returns whether it has served. Call
    this from the main thread, with no other thread running: the workers are forks of this process.

    Raises:
        WorkerError: workers ended soon after their start, several times in a row.
    """
    started: dict[int, float] = {}
    failures = 0
    replaces = False
    alive, ends_with_parent = os.pipe()
    try:
        while True:
            while len(started) < count:
                _start(partial(serve, replaces), alive, ends_with_parent, started)
            replaces = True
            pid, status = _ended(started)
            began = started.pop(pid)
            failures = failures + 1 if time.monotonic() - began < YOUNG else 0
            code = os.waitstatus_to_exitcode(status)
            how = f"by signal {-code}" if code < 0 else f"with status {code}"
            if failures == MAX_FAILURES:
                raise WorkerError(
                    f"{failures} workers in a row ended within {YOUNG:.0f} seconds of their start, "
                    f"the last one {how}: the lines above say why."
                )
            log.warning("Worker %d ended %s; another one takes its place.", pid, how)
    finally:
        with _signals_held():
            _stop(started)
        os.close(ends_with_parent)
        os.close(alive)


def _ended(started: dict[int, float]) -> tuple[int, int]:
    """Wait for the end of a worker, and give its number and status.

    It looks now and then: a signal that comes just before a wait without an end would be answered
    after it, and other children of this process are not for it to collect.
    """
    while True:
        for pid in started:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return pid, status
        time.sleep(LOOK_SECONDS)


def _start(
    serve: Callable[[], bool], alive: int, ends_with_parent: int, started: dict[int, float]
) -> None:
    """Fork a worker, and write down that it runs before any signal can say otherwise."""
    with _signals_held():
        pid = os.fork()
        if pid:
            started[pid] = time.monotonic()
            return
        status = 1
        try:
            os.close(ends_with_parent)
            threading.Thread(target=_stop_without_parent, args=(alive,), daemon=True).start()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            status = 0 if serve() else 1
        except (SystemExit, KeyboardInterrupt):
            status = 0
        except BaseException:
            log.exception("A worker failed.")
        finally:
            try:  # another signal may come meanwhile
                for stream in (sys.stdout, sys.stderr):
                    with suppress(OSError, ValueError):
                        stream.flush()
            finally:
                os._exit(status)  # skips cleanup: only the parent closes what it opened


def _stop_without_parent(alive: int) -> None:
    """Wait for the end of the pipe that the parent alone holds open, and stop as by SIGTERM."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(started: dict[int, float]) -> None:
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while started:
        if time.monotonic() > deadline:
            for pid in started:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for pid in list(started):
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            del started[pid]
        time.sleep(0.01)


@contextmanager
def _signals_held() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
