"""`rowlock audit` as a separate process: closed pipes, and terminals without Unicode."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import Server, text

ROWLOCK = Path(sys.executable).with_name("rowlock")


@pytest.fixture
def environment(server: Server, own_database: str) -> dict[str, str]:
    """The environment for a new database, whose trail is empty."""
    return os.environ | {
        "DATABASE_URL": text(server.api_url(own_database)),
        "MIGRATION_DATABASE_URL": text(server.owner_url(own_database)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",
    }


def test_terminal_without_unicode_gets_a_report(environment: dict[str, str]) -> None:
    """A character that the terminal's encoding lacks is printed as its escape code."""
    done = subprocess.run(
        [ROWLOCK, "audit"],
        env=environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u2713 own" in done.stdout
    assert done.stdout.isascii()


def test_terminal_without_unicode_gets_the_verdict_of_the_trail(
    environment: dict[str, str],
) -> None:
    """The verdict on an intact trail is printed with an escape code, and the status is 0."""
    done = subprocess.run(
        [ROWLOCK, "audit", "trail", "--verify"],
        env=environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == rb"\u2713 0 events of 0 users verified." + b"\n"


def test_user_id_that_is_no_text_is_refused(environment: dict[str, str]) -> None:
    """A user id that is not UTF-8 is refused, and nothing is verified."""
    done = subprocess.run(
        [ROWLOCK, "audit", "trail", "--verify", "--user", b"\xff"],
        env=environment,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.endswith(b"'--user': must be a user's id, in UTF-8\n")


@pytest.mark.parametrize("arguments", [["--format", "json"], ["trail", "--verify"]])
def test_reader_that_has_read_enough_is_let_go(
    environment: dict[str, str], arguments: list[str]
) -> None:
    """If the reader closes the pipe early, as `head` does, the command exits with 0."""
    with subprocess.Popen(
        [ROWLOCK, "audit", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert (process.returncode, said) == (0, b"")
