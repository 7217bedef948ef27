"""`rowlock audit` as a process of its own: pipes that end, and terminals that know little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import Server, text

ROWLOCK = Path(sys.executable).with_name("rowlock")


@pytest.fixture
def environment(server: Server, own_database: str) -> dict[str, str]:
    """The environment that names a database in which nobody has a trail."""
    return os.environ | {
        "DATABASE_URL": text(server.api_url(own_database)),
        "MIGRATION_DATABASE_URL": text(server.owner_url(own_database)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",
    }


def test_terminal_without_unicode_gets_a_report(environment: dict[str, str]) -> None:
    """Where the encoding lacks a sign, its code is printed; nothing breaks."""
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
    """A sound trail is not mistaken for a broken one where there is no sign for it."""
    done = subprocess.run(
        [ROWLOCK, "audit", "trail", "--verify"],
        env=environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == rb"\u2713 0 events of 0 users verified." + b"\n"


def test_user_id_that_is_no_text_is_refused(environment: dict[str, str]) -> None:
    """Bytes that are not UTF-8 are no user's id: a sentence, and nothing is asked."""
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
    """A pipe that is closed early, as by `head`, is no error."""
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
