"""A real Better Auth: the example's server as a process, behind a proxy, and its users."""

import base64
import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import make_url

from tests.support.api import NO_TLS
from tests.support.reverse_proxy import ADDRESS, ReverseProxy, reverse_proxy
from tests.support.server import Server, connect, text

EXAMPLE = Path(__file__).parents[2] / "examples" / "better-auth"
SETUP = (EXAMPLE / "setup.sql").read_text()
SECONDS = 30
PASSWORD = "only-for-tests"


def set_up(server: Server, database: str) -> None:
    """Create the issuer's role and schema as the owner, and set the role's password."""
    with (
        closing(connect(make_url(server.owner))) as shared,  # roles belong to the whole server
        closing(connect(server.owner_url(database))) as connection,
    ):
        shared.cursor().execute("select pg_advisory_lock(hashtext('better_auth'))")
        with connection.cursor() as cursor:
            cursor.execute(SETUP)
            cursor.execute("alter role better_auth password %s", (PASSWORD,))
        connection.commit()


def database_url(server: Server, database: str) -> str:
    """The URL of better_auth, for a database."""
    return text(server.owner_url(database).set(username="better_auth", password=PASSWORD))


def node(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the example with only these settings, and wait for its end."""
    return subprocess.run(
        ["node", "server.mjs", *arguments],  # noqa: S607 - whichever node is the user's
        cwd=EXAMPLE,
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def header(token: str) -> dict[str, Any]:
    """The header of a JWT, without verification."""
    return _part(token, 0)


def claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, without verification."""
    return _part(token, 1)


def _part(token: str, index: int) -> dict[str, Any]:
    encoded = token.split(".")[index]
    part: dict[str, Any] = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return part


class Person(httpx2.Client):
    """A signed-up user's HTTP client of the issuer, which keeps the session cookie."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(
            base_url=f"{url}/api/auth",
            headers={"origin": url},
            timeout=SECONDS,
            trust_env=False,
            verify=NO_TLS,
        )
        self.email = f"{name}-{secrets.token_hex(8)}@example.test"
        body = {"name": name, "email": self.email, "password": PASSWORD}
        response = self.post("/sign-up/email", json=body).raise_for_status()
        self.id: str = response.json()["user"]["id"]
        self.session_token: str = response.headers["set-auth-token"]

    def jwt(self) -> str:
        """A new JWT, for the session cookie."""
        token: str = self.get("/token").raise_for_status().json()["token"]
        return token


class BetterAuth:
    """The example's server, behind a proxy whose URL is its base URL."""

    def __init__(self, proxy: ReverseProxy, variables: dict[str, str], log: Path) -> None:
        self.proxy = proxy
        self.url = proxy.url
        self.jwks_url = f"{proxy.url}/api/auth/jwks"
        self.variables = variables
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, and wait until it listens."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                ["node", "server.mjs"],  # noqa: S607 - whichever node is the user's
                cwd=EXAMPLE,
                env={"PATH": os.environ["PATH"]} | self.variables,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + SECONDS
        while "Better Auth on http://" not in (said := self.log.read_text()):
            assert self._process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        self.proxy.target = said.partition("Better Auth on ")[2].splitlines()[0].rstrip(".")

    def stop(self) -> int:
        """End the process, and give its exit status."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(SECONDS)
        finally:
            self._process.kill()

    def sign_up(self, name: str) -> Person:
        """A new user, with a session."""
        return Person(self.url, name)


@contextmanager
def better_auth(
    server: Server, database: str, folder: Path, **settings: str
) -> Iterator[BetterAuth]:
    """Set up the issuer in a database, create its tables, and serve it."""
    set_up(server, database)
    with reverse_proxy() as proxy:
        variables = {
            "DATABASE_URL": database_url(server, database),
            "BETTER_AUTH_SECRET": secrets.token_urlsafe(32),
            "BETTER_AUTH_URL": proxy.url,
            "PORT": "0",
            "CLIENT_ADDRESS_HEADER": ADDRESS,
        } | settings
        migrated = node("migrate", **variables)
        assert migrated.returncode == 0, migrated.stderr
        running = BetterAuth(proxy, variables, folder / f"better-auth-{database}.log")
        running.start()
        try:
            yield running
        finally:
            running.stop()
