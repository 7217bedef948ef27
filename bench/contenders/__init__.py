"""The contenders: how each one is started, and which requests it understands."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.postgres import Postgres, text
from tests.support.issuer import AUDIENCE, ISSUER, Issuer

ROOT = Path(__file__).parents[2]
POSTGRAPHILE = {version: ROOT / "bench" / f"postgraphile{version}" for version in (4, 5)}
# PostGraphile 5 needs Node 22; both versions run on the Node that is installed with it.
NODE = POSTGRAPHILE[5] / "node_modules" / ".bin" / "node"

READS = ("list", "read")
WRITES = ("create", "update", "toggle", "mix")
WORKLOADS = READS + WRITES


@dataclass(frozen=True, slots=True)
class Setup:
    """The input of a contender: the database, the issuer's keys, and a port."""

    postgres: Postgres
    issuer: Issuer
    port: int

    def environment(self, role: str, scheme: str = "postgresql") -> dict[str, str]:
        """The environment variables of a contender. Of the caller's variables it gets only PATH."""
        url = self.postgres.url(role).set(drivername=scheme)
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": text(url),
            "JWT_ISSUER": ISSUER,
            "JWT_AUDIENCE": AUDIENCE,
            "JWKS_FILE": str(self.issuer.jwks_file),
            "PORT": str(self.port),
            "LOG_LEVEL": "warning",  # no contender logs a line per request
        }


type Start = Callable[[Setup], tuple[list[str], dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A contender. `start` returns its command and environment, or None for pgbench."""

    name: str
    title: str
    schema: str = "app"
    dialect: str = "rest"
    workloads: tuple[str, ...] = WORKLOADS
    start: Start | None = None


def _uvicorn(module: str, role: str) -> Start:
    def start(setup: Setup) -> tuple[list[str], dict[str, str]]:
        command = [sys.executable, "-m", "uvicorn", f"bench.contenders.{module}:app"]
        command += [f"--port={setup.port}", "--loop=uvloop", "--http=httptools"]
        command += ["--no-access-log", "--log-level=warning", "--backlog=2048"]
        return command, setup.environment(role, "postgresql+psycopg2")

    return start


def _rowlock(setup: Setup) -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-m", "api", "serve"], {
        **setup.environment("rowlock_api"),
        "CONNECTIONS_PER_ADDRESS": "10000",  # wrk opens all connections from one address
    }


def _rowlock_workers(setup: Setup) -> tuple[list[str], dict[str, str]]:
    command, environment = _rowlock(setup)
    return [*command, "--workers=2"], environment


def _postgraphile(version: int) -> Contender:
    def start(setup: Setup) -> tuple[list[str], dict[str, str]]:
        url = setup.postgres.url("rowlock_api")
        command = [str(NODE), str(POSTGRAPHILE[version] / "server.cjs")]
        return command, setup.environment("rowlock_api") | {
            "NODE_ENV": "production",
            "GRAPHILE_ENV": "production",  # the same setting for version 5
            "DATABASE_FOLDER": str(url.query["host"]),
            "DATABASE_NAME": url.database or "",
        }

    return Contender(
        f"postgraphile{version}",
        f"PostGraphile {version}",
        dialect=f"graphql{version}",
        # PostGraphile generates create, update and delete; a toggle would need a function.
        workloads=tuple(name for name in WORKLOADS if name != "toggle"),
        start=start,
    )


CONTENDERS: Mapping[str, Contender] = {
    contender.name: contender
    for contender in (
        Contender("hand", "hand-filtered", "plain", start=_uvicorn("hand_filtered", "plain_api")),
        Contender("naive", "naive RLS", start=_uvicorn("naive_rls", "rowlock_api")),
        _postgraphile(4),
        _postgraphile(5),
        Contender("pgbench", "Postgres (pgbench)"),
        Contender("rowlock", "Rowlock", start=_rowlock),
        Contender("rowlock2", "Rowlock, 2 workers", start=_rowlock_workers),
    )
}
BASELINE = "rowlock"


def free_port() -> int:
    """An unused port of the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
