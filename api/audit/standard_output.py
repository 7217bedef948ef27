"""Writes to standard output, also to a terminal with a small encoding or to a closed pipe."""

import os
import sys
from io import TextIOWrapper


def write(text: str) -> None:
    """Write to standard output. If its reader has closed the pipe, the text is discarded."""
    if isinstance(sys.stdout, TextIOWrapper):  # characters that the encoding lacks are escaped
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
