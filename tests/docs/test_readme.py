"""Runs the commands of the README as they are printed."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

README = Path(__file__).parents[2] / "README.md"
PRINTED = "localhost:8000"
START_SECONDS = 30


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for a socket, which pytest's folders may not have."""
    with tempfile.TemporaryDirectory(prefix="readme-") as path:
        yield Path(path)


@pytest.fixture
def clone(folder: Path) -> Iterator[Path]:
    """A folder in which the README's first command has been run."""
    (folder / ".venv").symlink_to(sys.prefix)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    (folder / "port").write_text(port)
    server = subprocess.Popen(
        [".venv/bin/rowlock", "serve"],
        cwd=folder,
        env=os.environ | {"PORT": port, "LOG_LEVEL": "warning"},
    )
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready")
        yield folder
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx2.get(url, trust_env=False, timeout=START_SECONDS).status_code == 200:
                return
        except httpx2.ConnectError:
            pass
        time.sleep(0.05)
    pytest.fail("the server did not become ready")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands use curl")
def test_session_shows_what_it_says(clone: Path) -> None:
    """In a shell, the commands print each user's own task, and a 404 for the other user's task."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), flags=re.DOTALL)
    session = next(block for block in blocks if "rowlock token alice" in block)
    assert PRINTED in session
    script = session.replace(PRINTED, f"localhost:{(clone / 'port').read_text()}")

    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],  # noqa: S607 - any bash
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
    )

    created_a, created_b, list_a, list_b, strange = map(json.loads, done.stdout.splitlines())
    assert (created_a["title"], created_b["title"]) == ("Water the plants", "Call the bank")
    assert (list_a, list_b) == ([created_a], [created_b])
    assert (strange["status"], strange["type"]) == (404, "/problems/not-found")


def test_commands_of_the_readme_exist() -> None:
    """The README's first two commands are targets of the Makefile."""
    first = re.search(r"```sh\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert first is not None
    targets = re.findall(r"^([a-z-]+):", README.with_name("Makefile").read_text(), re.MULTILINE)

    assert re.findall(r"^make (\S+)", first[1], re.MULTILINE) == ["run", "test"]
    assert {"run", "test"} <= set(targets)
