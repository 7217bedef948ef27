"""CPU time and memory of processes, from /proc."""

import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    found = [root]
    for pid in found:  # the list grows during the loop
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def cpu_seconds(*roots: int) -> float:
    """The CPU time that trees of processes have used, including processes that have ended."""
    total = 0
    for pid in {pid for root in roots for pid in tree(root)}:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, and both of ended children
    return total / TICKS


def resident_megabytes(root: int) -> float:
    """The memory that a tree of processes holds; memory that two of them share counts twice."""
    pages = 0
    for pid in tree(root):
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine_seconds() -> float:
    """The CPU time that the whole machine has used, including time that its host took away."""
    user, nice, system, _, _, *others = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + sum(others)) / TICKS


def ended_seconds() -> float:
    """The CPU time of our own children that have ended: of the load generators."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class Used:
    """CPU time used so far: by the API, by Postgres, by load generators, and by the machine."""

    api: float
    postgres: float
    load: float
    machine: float
    at: float

    @classmethod
    def now(cls, api: int | None, postgres: int) -> Self:
        """The CPU time that was used until now."""
        return cls(
            cpu_seconds(api) if api else 0.0,
            cpu_seconds(postgres),
            ended_seconds(),
            machine_seconds(),
            time.monotonic(),
        )

    def since(self, before: Self) -> "Used":
        """The CPU time used since then."""
        return Used(
            self.api - before.api,
            self.postgres - before.postgres,
            self.load - before.load,
            self.machine - before.machine,
            self.at - before.at,
        )

    @property
    def foreign(self) -> float:
        """The share of the machine's cores that other processes used."""
        ours = self.api + self.postgres + self.load
        return max(0.0, (self.machine - ours) / (self.at * (os.cpu_count() or 1)))


class Meter:
    """The share of the machine's cores that other processes use.

    This process and its descendants are not counted, nor are the servers whose main processes are
    given: a Postgres is no descendant of the process that started it.
    """

    def __init__(self, *servers: int) -> None:
        self.servers = list(servers)
        self._last = self._now()

    def __call__(self) -> float:
        """The share since the last call."""
        now = self._now()
        ours, machine, seconds = (b - a for a, b in zip(self._last, now, strict=True))
        self._last = now
        return max(0.0, (machine - ours) / (seconds * (os.cpu_count() or 1)))

    def _now(self) -> tuple[float, float, float]:
        return cpu_seconds(os.getpid(), *self.servers), machine_seconds(), time.monotonic()
