"""The options of the command, and the three presets that fill in what they do not say."""

import argparse
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from bench import data, guard
from bench.contenders import CONTENDERS, WORKLOADS
from bench.rounds import Plan

RESERVE = 10  # seconds at the end, to verify and to stop


@dataclass(frozen=True, slots=True)
class Preset:
    """What an option does not say."""

    size: data.Size
    contenders: tuple[str, ...]
    workloads: tuple[str, ...]
    seconds: int
    rounds: int
    minutes: float
    warm_always: bool = True


FULL = Preset(data.FULL, tuple(CONTENDERS), WORKLOADS, seconds=4, rounds=3, minutes=15)
QUICK = Preset(
    data.QUICK,
    ("hand", "postgraphile4", "postgraphile5", "pgbench", "rowlock"),
    ("list", "read", "create", "mix"),
    seconds=1,
    rounds=3,
    minutes=3,
    warm_always=False,
)
GUARD = Preset(
    data.QUICK,
    ("hand", "rowlock"),
    tuple(guard.MARGINS),
    seconds=2,
    rounds=5,
    minutes=3,
    warm_always=False,
)


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    made = argparse.ArgumentParser(
        prog="python -m bench", description="Measure Rowlock beside its peers."
    )
    size = made.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="preset", action="store_const", const=QUICK, default=FULL)
    size.add_argument("--guard", dest="preset", action="store_const", const=GUARD)
    made.add_argument("--contenders", type=_among(CONTENDERS), help=", ".join(CONTENDERS))
    made.add_argument("--workloads", type=_among(WORKLOADS), help=", ".join(WORKLOADS))
    made.add_argument("--seconds", type=int, help="of each measurement")
    made.add_argument("--rounds", type=int)
    made.add_argument(
        "--minutes", type=float, help="after which no round is begun that is not over"
    )
    made.add_argument("--warm", type=int, default=1, help="seconds before each measurement")
    made.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of Postgres"
    )
    made.add_argument("--output", type=Path, default=Path(".bench"), help="folder of the results")
    return made


def _among(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        names = tuple(value.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(known)}")
        return names

    return read


def plan_of(chosen: argparse.Namespace, began: float) -> Plan:
    """What is to be measured, as the options and their preset say."""
    preset: Preset = chosen.preset
    return Plan(
        contenders=chosen.contenders or preset.contenders,
        workloads=chosen.workloads or preset.workloads,
        rounds=chosen.rounds or preset.rounds,
        seconds=chosen.seconds or preset.seconds,
        warm_seconds=chosen.warm,
        warm_always=preset.warm_always,
        deadline=began + 60 * (chosen.minutes or preset.minutes) - RESERVE,
    )
