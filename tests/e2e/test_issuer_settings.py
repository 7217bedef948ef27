"""The example's server with a wrong setting, a missing database or a used port."""

import json
import os
import socket
import subprocess
from contextlib import closing

import pytest

from tests.e2e.conftest import Issue
from tests.support.better_auth import EXAMPLE, BetterAuth, database_url, node, set_up
from tests.support.server import Server

RIGHT = {
    "DATABASE_URL": "postgresql://better_auth:secret@127.0.0.1:1/tasks",
    "BETTER_AUTH_SECRET": "a secret of thirty-two characters",
    "BETTER_AUTH_URL": "https://auth.example.com",
}
DATABASE = "must be a Postgres URL of the form postgresql://ROLE:PASSWORD@HOST/DATABASE."
SECRET = (
    "must be at least 32 characters that nobody can guess, "
    "for example of `openssl rand -base64 32`."
)
ORIGIN = (
    "must be the origin that browsers use, such as https://auth.example.com, "
    "without a path or a / at its end."
)
ORIGINS = (
    "must be origins such as http://localhost:5173, separated by commas, "
    "without a path or a / at their end."
)
ALGORITHM = "must be one of EdDSA, ES256, ES512, RS256, PS256."
EXPIRY = "JWT_EXPIRES_IN must be a whole number of seconds from 1 to 86400."
WRONG = [
    ("DATABASE_URL", "", f"DATABASE_URL is not set: it {DATABASE}"),
    ("DATABASE_URL", "mysql://a:b@host/tasks", f"DATABASE_URL {DATABASE}"),
    ("DATABASE_URL", "postgresql://host/tasks", f"DATABASE_URL {DATABASE}"),
    ("DATABASE_URL", "postgresql://better_auth:p@ss@host/tasks", f"DATABASE_URL {DATABASE}"),
    ("DATABASE_URL", "postgresql://better_auth:secret@host", f"DATABASE_URL {DATABASE}"),
    ("BETTER_AUTH_SECRET", "", f"BETTER_AUTH_SECRET is not set: it {SECRET}"),
    ("BETTER_AUTH_SECRET", "short", f"BETTER_AUTH_SECRET {SECRET}"),
    ("BETTER_AUTH_URL", "", f"BETTER_AUTH_URL is not set: it {ORIGIN}"),
    ("BETTER_AUTH_URL", "auth.example.com", f"BETTER_AUTH_URL {ORIGIN}"),
    ("BETTER_AUTH_URL", "https://auth.example.com/", f"BETTER_AUTH_URL {ORIGIN}"),
    ("BETTER_AUTH_URL", "ftp://auth.example.com", f"BETTER_AUTH_URL {ORIGIN}"),
    ("TRUSTED_ORIGINS", "http://localhost:5173/", f"TRUSTED_ORIGINS {ORIGINS}"),
    ("TRUSTED_ORIGINS", "http://localhost:5173,", f"TRUSTED_ORIGINS {ORIGINS}"),
    ("TRUSTED_ORIGINS", "*", f"TRUSTED_ORIGINS {ORIGINS}"),
    ("HOST", "local host", "HOST must be an address or a host name to listen on."),
    ("PORT", "65536", "PORT must be a whole number from 0 to 65535."),
    (
        "CLIENT_ADDRESS_HEADER",
        "x real ip",
        (
            "CLIENT_ADDRESS_HEADER must be the name of the header in which your proxy puts the "
            "client's address."
        ),
    ),
    ("JWT_ALGORITHM", "HS256", f"JWT_ALGORITHM {ALGORITHM}"),
    ("JWT_EXPIRES_IN", "15m", EXPIRY),
    ("JWT_EXPIRES_IN", "0", EXPIRY),
    (
        "JWKS_ROTATION_INTERVAL",
        "-1",
        "JWKS_ROTATION_INTERVAL must be a whole number of seconds from 1 to 315360000.",
    ),
    (
        "JWKS_GRACE_PERIOD",
        "899",
        (
            "JWKS_GRACE_PERIOD must be no shorter than JWT_EXPIRES_IN: "
            "a token must not outlive its published key."
        ),
    ),
]
READ = """
import { readSettings } from "./auth.mjs";

for (const variables of JSON.parse(process.argv[1])) {
  process.env = variables;
  try {
    console.log(`read ${Object.keys(readSettings()).length}`);
  } catch (error) {
    console.log(error.message);
  }
}
"""


def test_wrong_setting_is_named_in_a_sentence() -> None:
    """For each wrong value, one sentence names the setting; right values are accepted."""
    cases = [RIGHT, *(RIGHT | {name: value} for name, value, _ in WRONG)]
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", READ, json.dumps(cases)],  # noqa: S607 - any node
        cwd=EXAMPLE,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    first, *said = done.stdout.splitlines()
    assert first == "read 11"
    assert said == [sentence for _, _, sentence in WRONG]


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_database_that_is_down_is_one_line(command: str) -> None:
    """Without its database neither command starts; the line names the setting, not the password."""
    done = node(*([command] if command == "migrate" else []), **RIGHT)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:1.\n"


def test_missing_tables_are_one_line(server: Server, own_database: str) -> None:
    """Without its tables the server does not start, and says which command to run."""
    set_up(server, own_database)

    done = node(**RIGHT | {"DATABASE_URL": database_url(server, own_database)})

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The tables are missing or out of date: run npm run migrate.\n"


def test_port_in_use_is_one_line(auth: BetterAuth) -> None:
    """A port that another process listens on is named, and the status is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = node(**auth.variables | {"PORT": port})

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "HOST with PORT cannot be served on: "
        f"listen EADDRINUSE: address already in use 127.0.0.1:{port}.\n"
    )


def test_no_header_gives_an_address_where_none_is_trusted(issue: Issue, own_database: str) -> None:
    """If no proxy is trusted, the address is that of the connection, despite a client's headers."""
    with (
        issue(own_database, CLIENT_ADDRESS_HEADER="") as auth,
        closing(auth.sign_up("guessed")) as guessed,
    ):
        guess = {"email": guessed.email, "password": "wrong password"}
        claimed = [
            dict.fromkeys(("undefined", "null", "x-client-address"), f"192.0.2.{n}")
            for n in range(5)
        ]
        statuses = [
            guessed.post("/sign-in/email", json=guess, headers=headers).status_code
            for headers in claimed
        ]

    assert statuses == [401, 401, 401, 429, 429]
