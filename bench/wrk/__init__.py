"""Runs wrk against an HTTP contender, and reads its output."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SCRIPT = Path(__file__).with_name("drive.lua")
CONNECTIONS = 16
RESULT = re.compile(r"^RESULT ((?:\d+ ){10})(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How wrk sends. `check` checks that each response is of the right user, over 16 connections.

    `refusals` counts as wrong what is neither a success nor a 503 with `Retry-After`, and `patient`
    waits as long as that says, too. `cursor` is where the page of the workload `page` begins.
    """

    connections: int = CONNECTIONS
    mode: Literal["measure", "check", "refusals", "patient"] = "measure"
    cursor: str = ""


class WrkError(Exception):
    """wrk could not run. The message says why."""


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one run of a load generator. Latencies are in milliseconds.

    `requests` were answered; `refused` of them with an error; `broken` ones never were.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int = 0
    broken: int = 0
    bytes: int = 0
    wrong: int = 0
    example: str = ""

    @property
    def rate(self) -> float:
        """Successful requests per second."""
        return (self.requests - self.refused) / self.seconds


def parse(output: str) -> Load:
    """Read the line that drive.lua prints at the end.

    Raises:
        WrkError: there is none.
    """
    found = RESULT.search(output)
    if found is None:
        raise WrkError(f"wrk printed no result: {output.strip()[-500:]}")
    requests, micros, size, p50, p99, status, timeouts, sockets, wrong, _ = map(
        int, found[1].split()
    )
    return Load(
        requests=requests,
        seconds=micros / 1e6,
        p50=p50 / 1000,
        p99=p99 / 1000,
        refused=status,
        broken=timeouts + sockets,
        bytes=size,
        wrong=wrong,
        example=found[2],
    )


def program() -> str:
    """The path of wrk.

    Raises:
        WrkError: wrk is not installed.
    """
    found = shutil.which("wrk")
    if found is None:
        raise WrkError("The benchmark needs wrk: on Debian, apt-get install wrk.")
    return found


def drive(
    url: str,
    dialect: str,
    workload: str,
    *,
    users: Path,
    seconds: float,
    seed: int,
    options: LoadOptions,
) -> Load:
    """Send a workload."""
    threads = options.connections if options.mode == "check" else 1
    done = subprocess.run(
        [
            program(),
            f"--threads={threads}",
            f"--connections={options.connections}",
            f"--duration={max(1, round(seconds))}s",
            "--timeout=5s",
            f"--script={SCRIPT}",
            url,
            "--",
            users,
            dialect,
            workload,
            str(seed),
            options.mode,
            options.cursor,
        ],
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=False,
    )
    if done.returncode != 0:
        raise WrkError(f"wrk failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return parse(done.stdout)
