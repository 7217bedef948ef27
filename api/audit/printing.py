"""Where a command's words go: to standard output, which may know few signs or end early."""

import os
import sys
from io import TextIOWrapper


def put(text: str) -> None:
    """Write to standard output, and go on as if it had been read where its reader has gone."""
    if isinstance(sys.stdout, TextIOWrapper):  # what the terminal's encoding lacks, as its code
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
