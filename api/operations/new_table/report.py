"""What `rowlock new-table` prints: the files that it wrote, and what to do next."""

from collections.abc import Sequence
from pathlib import Path

NEXT = """
Next: edit the columns in these files, or leave them as they are. Then
    .venv/bin/rowlock migrate     creates the table and installs its policies
    .venv/bin/rowlock doctor      checks it, and says what is wrong
    make docs                     writes the table into the generated documents
    make test                     runs the suite, which finds the table by itself
"""


def written(paths: Sequence[Path]) -> str:
    """The report about files of a new table, for a terminal."""
    return "\n".join(["Wrote", *(f"    {path}" for path in paths), NEXT.rstrip()])
