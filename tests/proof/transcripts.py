"""Runs the commands that documents show, and renews the output in the documents.

psql runs a block of `sql` as the auditor. A block of `sh`, which begins with `pgrls`, runs as the
owner. The next block, of `text`, is the output. Values that differ in each run are masked: times,
the months of partitions, hashes and trailing spaces.
"""

import re
import shlex
from pathlib import Path

from tests.faults.catalogue import faults
from tests.faults.fault import Fault
from tests.support.installation import Installation
from tests.support.pgrls import ROOT, pgrls

QUESTIONS = ROOT / "docs" / "how-to" / "audit.md"
REFERENCE = ROOT / "docs" / "reference"
MATRIX = REFERENCE / "access-matrix.md"
RULES = REFERENCE / "rules.md"
DOCUMENTS = (QUESTIONS, MATRIX, REFERENCE / "sql-schema.md", RULES)

_BLOCK = re.compile(r"```(sql|sh)\n((?:(?!```).)*)```\n\n```text\n((?:(?!```).)*)```", re.DOTALL)

_TABLE = re.compile(r"\| fault \|.*?\n\n", re.DOTALL)

# Each mask is as wide as the value that it replaces, so columns stay aligned.
_MASKS = (
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00\b"), "2026-01-01 00:00:00+00"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "0123456789abcdef" * 4),
    (re.compile(r"\b[0-9a-f]{12}…"), "0123456789ab…"),
    (re.compile(r"\bevents_\d{4}_\d\d\b"), "events_2026_01"),
)


def with_current_output(document: str, installation: Installation) -> str:
    """Return the document with the current output of its commands."""

    def block(found: re.Match[str]) -> str:
        language, command, _ = found.groups()
        output = installation.psql(command) if language == "sql" else _sh(installation, command)
        return f"```{language}\n{command}```\n\n```text\n{masked(output)}```"

    return _TABLE.sub(lambda _: f"{fault_table()}\n", _BLOCK.sub(block, document))


def fault_table() -> str:
    """The table of all listed faults, with the rules that find each."""
    lines = ["| fault | our rules | pgrls |", "| --- | --- | --- |"]
    for fault in faults():
        if fault.listed:
            ours = ", ".join(f"`{rule}`" for rule in fault.rules)
            theirs = ", ".join(of_pgrls(fault)) or f"- ({fault.no_pgrls})"
            lines.append(f"| {fault.title} | {ours} | {theirs} |")
    return "\n".join(lines) + "\n"


def of_pgrls(fault: Fault) -> list[str]:
    """The rules of pgrls that find a fault, and the modes in which its proof fails."""
    found = [place.partition(" ")[0] for place in fault.pgrls]
    return [name if name.isupper() else f"verify {name}" for name in dict.fromkeys(found)]


def blocks(document: str) -> list[str]:
    """The commands that the document shows with their output."""
    return [found[2] for found in _BLOCK.finditer(document)]


def masked(output: str) -> str:
    """Mask the values that differ in each run."""
    for pattern, value in _MASKS:
        output = pattern.sub(value, output)
    return "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())


def _sh(installation: Installation, command: str) -> str:
    program, *arguments = shlex.split(command)
    if program != "pgrls":
        raise ValueError(f"The documents run psql and pgrls, not {program}.")
    done = pgrls(installation.owner_url, arguments)
    return done.stdout + done.stderr


def write(paths: tuple[Path, ...], installation: Installation) -> None:
    """Write the current output into the documents."""
    for path in paths:
        path.write_text(
            with_current_output(path.read_text(encoding="utf-8"), installation), encoding="utf-8"
        )
