"""The servers of `make test-matrix`. Only that command runs these tests and installs servers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from sqlalchemy import URL, make_url

from tests.support.cluster import installed
from tests.support.server import Server, connect

MAJOR = os.environ.get("TEST_POSTGRES", "")
SECONDS = 20

START = """
import sys, time
from tests.support.cluster import installed, new_cluster
with new_cluster(installed(sys.argv[1])) as cluster:
    cluster.start()
    print(cluster.url.render_as_string(), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other_process() -> Iterator[tuple[subprocess.Popen[str], URL]]:
    """A separate process that started a server, and the owner's URL of this server."""
    with subprocess.Popen(
        [sys.executable, "-c", START, MAJOR],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = make_url(process.stdout.readline())
        yield process, url
        process.kill()


def alive(process_id: int) -> bool:
    """Whether a process runs. A zombie has ended, so it does not run."""
    try:
        return bool(psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_server_is_of_the_version_asked_for(server: Server) -> None:
    """The server of the test run has the major version in TEST_POSTGRES."""
    with closing(connect(server.owner_url("postgres"))) as connection:
        assert connection.server_version // 10_000 == int(MAJOR)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_server_ends_with_the_process(
    other_process: tuple[subprocess.Popen[str], URL], number: signal.Signals
) -> None:
    """When the process that started a server ends, the server stops and its files are deleted."""
    process, url = other_process
    folder = Path(str(url.query["host"]))
    connect(url).close()
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    assert alive(server)

    process.send_signal(number)

    assert process.wait(SECONDS) == -number
    deadline = time.monotonic() + SECONDS
    while (folder.exists() or alive(server)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (folder.exists(), alive(server)) == (False, False)


def test_missing_version_is_named() -> None:
    """For a version that is not installed, the error says how to install it."""
    with pytest.raises(RuntimeError, match=r"make test-matrix POSTGRES=9,"):
        installed("9")
