"""Two versions of Rowlock on one database: this one, and a copy of it with one more table."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.auth import DevelopmentKey
from api.operations.migrate import newest_revision
from tests.support.server import Server, connect, text

ROOT = Path(__file__).parents[2]
SECONDS = 30
NEWER_VERSION = "999.0.0"
NEWER_REVISION = "999912312359"

REVISION = """
from alembic import op

revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None
floor = {floor}


def upgrade():
    op.execute('''
create table app.probes (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null default app.new_id(),
    primary key (user_id, id)
);
alter table app.probes enable row level security;
alter table app.probes force row level security;
''')


def downgrade():
    op.execute("drop table app.probes")
"""

POLICIES = """
create policy probes_select_own on app.probes
    for select to rowlock_api
    using (user_id = app.current_user_id());
grant select on app.probes to rowlock_api;
"""


@dataclass(frozen=True)
class Code:
    """A version of Rowlock in a folder, and its commands as processes."""

    folder: Path
    environment: dict[str, str]

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "api", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the end of the block. Yields the URL when the server is ready."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS
        with subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=self.folder,
            env=self.environment | {"PORT": str(port)},
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                while not _ready(url):
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
                yield url
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(SECONDS)


def _ready(url: str) -> bool:
    try:
        return readiness(url)[0] == 200
    except httpx2.TransportError:
        return False


def readiness(url: str) -> tuple[int, dict[str, Any]]:
    """The body of /health/ready."""
    answer = httpx2.get(f"{url}/health/ready", timeout=SECONDS, trust_env=False)
    return answer.status_code, answer.json()


@dataclass(frozen=True)
class Versions:
    """The two versions, and the database that they share."""

    server: Server
    database: str
    older: Code
    newer: Code
    key_file: Path

    @property
    def token(self) -> str:
        """A token that both versions accept."""
        return DevelopmentKey.load_or_create(self.key_file).token("alice")

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Query as the owner."""
        with closing(connect(self.server.owner_url(self.database))) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            return cursor.fetchall()


@pytest.fixture
def versions(server: Server, own_database: str, tmp_path: Path) -> Callable[[str], Versions]:
    """Create both versions. The argument is the oldest code that the newer revision supports."""
    environment = os.environ | {
        "DATABASE_URL": text(server.api_url(own_database)),
        "MIGRATION_DATABASE_URL": text(server.owner_url(own_database)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",  # TEST_DATABASE_URL may name another server
        "DATA_DIR": str(tmp_path / "data"),
    }

    def make(floor: str) -> Versions:
        newer = copy(tmp_path / "newer")
        (newer / "alembic" / "versions" / "probes.py").write_text(
            REVISION.format(revision=NEWER_REVISION, head=newest_revision(), floor=floor)
        )
        (newer / "db" / "policies" / "probes.sql").write_text(POLICIES)
        return Versions(
            server,
            own_database,
            Code(ROOT, environment),
            Code(newer, environment),
            tmp_path / "data" / "development-key.pem",
        )

    return make


def copy(folder: Path) -> Path:
    """A copy of the code with a newer version number."""
    for name in ("alembic", "api", "db"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    project = (ROOT / "pyproject.toml").read_text()
    before, version, after = project.partition('\nversion = "')
    assert version
    (folder / "pyproject.toml").write_text(
        before + version + NEWER_VERSION + after[after.index('"') :]
    )
    return folder


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """The processes to stop at the end of the test."""
    with ExitStack() as opened:
        yield opened
