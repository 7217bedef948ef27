"""The services of compose.yaml with the image that build.sh built."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.issuer import AUDIENCE, ISSUER, Issuer

ROOT = Path(__file__).parents[2]
IMAGE = "rowlock-test"
DOCKER = shutil.which("docker") or "docker"
SECONDS = 120


def docker(*arguments: str, **variables: str) -> str:
    """Run a command of Docker that must succeed, and return its output."""
    done = attempt(*arguments, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def attempt(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of Docker without a developer's .env, and return its result."""
    return subprocess.run(
        [DOCKER, *arguments],
        cwd=ROOT,
        env=os.environ | {"COMPOSE_DISABLE_ENV_FILE": "1"} | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Stack:
    """The running services."""

    variables: dict[str, str]
    issuer: Issuer
    project: str = field(default_factory=lambda: f"rowlock-test-{uuid.uuid4().hex[:8]}")

    def compose(self, *arguments: str) -> str:
        """Run a command of compose on these services, and return its output."""
        return docker("compose", "--project-name", self.project, *arguments, **self.variables)

    def inspect(self, service: str) -> dict[str, Any]:
        """The engine's description of a service's container."""
        name = self.compose("ps", "--all", "--quiet", service).strip()
        inspected: dict[str, Any] = json.loads(docker("inspect", name))[0]
        return inspected

    def client(self, user: str) -> httpx2.Client:
        """The API, as this user."""
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.variables['PORT']}",
            headers={"Authorization": f"Bearer {self.issuer.token(user)}"},
            trust_env=False,
        )


@pytest.fixture(scope="session")
def variables(issuer: Issuer) -> dict[str, str]:
    """The variables that compose.yaml needs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {
        "POSTGRES_IMAGE": "rowlock-test-postgres",
        "ROWLOCK_IMAGE": IMAGE,
        "ROWLOCK_OWNER_PASSWORD": secrets.token_hex(16),
        "ROWLOCK_API_PASSWORD": secrets.token_hex(16),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "JWKS_FILE": str(issuer.jwks_file),
        "PORT": str(port),
    }


def names_resolve() -> bool:
    """Whether containers can resolve each other's names, which needs iptables."""
    network = f"rowlock-test-{uuid.uuid4().hex[:8]}"
    look = "import socket; socket.getaddrinfo('myself', 1)"
    container = (
        "--network",
        network,
        "--network-alias",
        "myself",
        "--entrypoint",
        "/venv/bin/python",
    )
    docker("network", "create", network)
    try:
        return attempt("run", "--rm", *container, IMAGE, "-c", look).returncode == 0
    finally:
        docker("network", "rm", network)


@pytest.fixture(scope="session")
def stack(variables: dict[str, str], issuer: Issuer) -> Iterator[Stack]:
    """The services, all healthy; they are removed at the end."""
    if not names_resolve():
        files = ["compose.yaml", "tests/docker/without-netfilter.yaml"]
        variables = variables | {"COMPOSE_FILE": os.pathsep.join(files)}
    started = Stack(variables, issuer)
    project = ("--project-name", started.project)
    try:
        up = attempt("compose", *project, "up", "--wait", "--no-build", **variables)
        assert up.returncode == 0, up.stderr + started.compose("logs")
        yield started
    finally:
        started.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")
