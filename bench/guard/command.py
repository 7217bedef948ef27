"""Check limits on the time that Rowlock's parts take. Status 1 if a limit is violated."""

import argparse
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from bench import findings
from bench.findings import Finding
from bench.guard import audit, bodies, opening, peers, policies, round_trips, tokens, trail
from bench.guard.measure import Measure, attempt
from bench.guard.rig import Rig, running_rig
from bench.run import Run, new_run

type Measures = Callable[[Rig], AbstractContextManager[list[Measure]]]

SUBJECTS: Mapping[str, Measures] = {
    "peers": peers.measures,
    "tokens": tokens.measures,
    "bodies": bodies.measures,
    "opening": opening.measures,
    "policies": policies.measures,
    "trail": trail.measures,
    "round_trips": round_trips.measures,
    "audit": audit.measures,
}
REPEAT_SECONDS = 100  # after this time of the run, noisy measurements are not repeated


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "subjects",
        nargs="*",
        type=_subject,
        metavar="SUBJECT",
        help=f"of {', '.join(SUBJECTS)}; all by default",
    )


def _subject(name: str) -> str:
    if name not in SUBJECTS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(SUBJECTS)}")
    return name


def run(chosen: argparse.Namespace) -> int:
    """Measure, and print and write the outcomes."""
    with new_run() as current:
        found = _measure(current, chosen.subjects or list(SUBJECTS))
    return findings.publish("Limits on time", found, chosen.output / "guard.json", current)


def _measure(current: Run, subjects: list[str]) -> list[Finding]:
    current.expect(len(subjects))
    found = []
    with running_rig(current) as rig:
        for subject in subjects:
            current.announce(f"preparing {subject}")
            with SUBJECTS[subject](rig) as measures:
                for measure in measures:
                    current.announce(measure.name)
                    found.append(
                        attempt(measure, rig.meter, lambda: current.seconds < REPEAT_SECONDS)
                    )
            current.advance()
    return found
