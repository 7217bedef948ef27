"""The Makefile's own behaviour, before anything is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"
SENTENCE = "Rowlock needs Python 3.13 or newer"


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Make the virtual environment in an empty folder, with this Python."""
    return subprocess.run(
        ["make", "--file", MAKEFILE, ".venv/python", f"PYTHON={python}"],  # noqa: S607 - any make
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["(3, 12, 9)", "(2, 7, 18)"])
def test_older_python_gets_one_sentence(version: str, tmp_path: Path) -> None:
    """A Python below 3.13 is told so in one line, and nothing is left behind."""
    old = tmp_path / "python"
    old.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = {version}; $2"\n'
    )
    old.chmod(0o755)

    done = make(tmp_path, str(old))

    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode == 2
    assert len(said) == 1
    assert SENTENCE in said[0]
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


def test_no_python_gets_the_same_sentence(tmp_path: Path) -> None:
    """Where there is no Python at all, the sentence is the same."""
    assert SENTENCE in make(tmp_path, str(tmp_path / "missing")).stderr


def test_new_python_makes_the_environment(tmp_path: Path) -> None:
    """The Python that runs the tests is new enough."""
    done = make(tmp_path, sys.executable)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / ".venv" / "bin" / "python").exists()
