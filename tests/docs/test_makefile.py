"""The Makefile's error messages on a machine without the required Python or Node."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = ROOT / "Makefile"
EXAMPLE = ROOT / "examples/better-auth"
SENTENCE = "Rowlock needs Python 3.13 or newer"


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Create the virtual environment in an empty folder, with this Python."""
    return subprocess.run(
        ["make", "--file", MAKEFILE, ".venv/python", f"PYTHON={python}"],  # noqa: S607 - any make
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["(3, 12, 9)", "(2, 7, 18)"])
def test_older_python_gets_one_sentence(version: str, tmp_path: Path) -> None:
    """With a Python older than 3.13, make prints one line and creates no file."""
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
    """Without any Python, make prints the same sentence."""
    assert SENTENCE in make(tmp_path, str(tmp_path / "missing")).stderr


def test_new_python_makes_the_environment(tmp_path: Path) -> None:
    """The control: with the Python that runs the tests, the environment is created."""
    done = make(tmp_path, sys.executable)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / ".venv" / "bin" / "python").exists()


def engine(package: Path) -> str:
    """The oldest Node version that a package accepts, from its package.json."""
    node: str = json.loads((package / "package.json").read_text())["engines"]["node"]
    return node.removeprefix(">=")


def install(folder: Path, node: str | None) -> subprocess.CompletedProcess[str]:
    """Install the example with a Node that reports this version, or without Node."""
    package, commands = folder / "example", folder / "bin"
    for made in (package, commands):
        made.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(EXAMPLE / name, package)
    lines = {"npm": "mkdir node_modules", "node": f"echo {node}" if node else "exit 127"}
    for name, line in lines.items():
        (commands / name).write_text(f"#!/bin/sh\n{line}\n")
        (commands / name).chmod(0o755)
    return subprocess.run(
        ["make", "--file", MAKEFILE, "example/node_modules/.installed"],  # noqa: S607 - any make
        cwd=folder,
        env=os.environ | {"PATH": f"{commands}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["v20.11.1", "v20.2.0", "v18.20.4", "v9.0.0", None])
def test_older_node_gets_one_sentence(version: str | None, tmp_path: Path) -> None:
    """With a Node older than 20.12, which cannot read .env files, make installs nothing."""
    done = install(tmp_path, version)

    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert (done.returncode, said) == (
        2,
        ["The package in example needs Node 20.12 or newer, and npm."],
    )
    assert not (tmp_path / "example" / "node_modules").exists()


@pytest.mark.parametrize("version", ["v20.12.0", "v20.12.2", "v20.20.2", "v22.0.0", "v100.0.0"])
def test_new_node_installs_the_example(version: str, tmp_path: Path) -> None:
    """The control: with Node 20.12 or newer, make installs the example."""
    done = install(tmp_path, version)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "example" / "node_modules" / ".installed").exists()


def test_documents_name_the_same_node() -> None:
    """The guide and the Makefile name the same version as the example's package.json."""
    least = engine(EXAMPLE)
    lines = [
        *(ROOT / "CONTRIBUTING.md").read_text().splitlines(),
        *MAKEFILE.read_text().splitlines(),
    ]
    targets = [line for line in lines if line.startswith(("make e2e", "e2e:"))]

    assert f"It needs Node {least} or newer." in (ROOT / "docs/how-to/better-auth.md").read_text()
    assert len(targets) == 2
    assert all(f"Node {least}" in line for line in targets)
    # If a user runs npm directly, npm refuses an older Node.
    assert "engine-strict=true" in (EXAMPLE / ".npmrc").read_text().splitlines()
