"""Runs the commands and changes of the tutorial, in their order, in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Serving

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```([a-z ]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STAMP = re.compile(r"\d{4}-\d\d-\d\d-\d{4}_notes")
COPIED = ("alembic", "api", "db", "docs", "tests", "pyproject.toml", ".env.example")


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: its kind and its text."""

    kind: str
    text: str


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the project, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="tutorial-") as path:
        folder = Path(path)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy(source, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)
        yield folder


def environment(folder: Path) -> dict[str, str]:
    """Environment variables for the copy, so that its modules are used, not the installed ones."""
    ours = {name for name in os.environ if name.startswith(("PYTEST", "COV", "ROWLOCK"))}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": str(folder), "TEST_POSTGRES": "embedded"}


def run(folder: Path, script: str) -> str:
    """Run a block in a shell, and return its output."""
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],  # noqa: S607 - any bash
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_tutorial_runs_as_it_is_printed(checkout: Path) -> None:
    """Each code block of the tutorial runs, and its output is the printed one."""
    text = (checkout / "docs/tutorial/add-a-table.md").read_text(encoding="utf-8")
    blocks = [Block(*found) for found in BLOCK.findall(text)]
    assert [block.kind for block in blocks] == [
        *("sh", "text", "diff", "sh", "sh server", "sh", "json", "sh")
    ]
    create, shown, change, migrate, serve, use, answers, test = (block.text for block in blocks)

    printed = run(checkout, create)
    stamp = STAMP.findall(printed)[0]
    assert printed == STAMP.sub(stamp, shown)

    (checkout / "change.diff").write_text(STAMP.sub(stamp, change))
    run(checkout, "patch --fuzz=0 -p1 < change.diff")
    run(checkout, migrate)
    assert serve == ".venv/bin/rowlock serve\n"
    server = Serving(checkout, environment(checkout))
    try:
        server.wait_until_ready()
        assert "localhost:8000" in use
        made, listed = map(
            json.loads,
            run(checkout, use.replace("localhost:8000", f"127.0.0.1:{server.port}")).splitlines(),
        )
    finally:
        server.process.terminate()
        server.process.wait(30)
    example, examples = map(json.loads, answers.splitlines())
    assert listed == [made]
    assert examples == [example]
    assert list(made) == list(example)
    assert (made["title"], made["pinned"]) == (example["title"], example["pinned"])

    assert re.search(r"^\d+ passed", run(checkout, test), re.MULTILINE)
