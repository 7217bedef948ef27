"""The output, the exit status and the error messages of `rowlock audit trail`."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api import cli
from tests.support.server import text
from tests.trail.conftest import Database
from tests.trail.test_retention import AGE, PARTITION_THEN

Trail = Callable[..., int]

ONE = "Exactly one of --verify, --heads and --retain is required."
MONTHS = "Invalid value for '--retain': must be a number of months from 1 to 1200"


@pytest.fixture
def rowlock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """A function that runs `rowlock audit trail` in this process and returns the exit status."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(
        database: Database, *arguments: str, before: tuple[str, ...] = (), **variables: str
    ) -> int:
        urls = {
            "DATABASE_URL": text(database.server.api_url(database.name)),
            "MIGRATION_DATABASE_URL": text(database.server.owner_url(database.name)),
            "ALLOW_DEVELOPMENT_KEY": "true",
            "ALLOW_PLAINTEXT": "true",  # needed if Postgres runs in a container
        }
        for name, value in (urls | variables).items():
            monkeypatch.setenv(name, value)
        return cli.main(["audit", *before, "trail", *arguments])

    yield run
    signal.signal(signal.SIGTERM, handler)


def test_sound_trail_is_verified(
    history: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """--verify prints the number of events and users; for a user without a chain, it fails."""
    assert rowlock(history, "--verify") == 0
    assert capsys.readouterr() == ("✓ 7 events of 2 users verified.\n", "")
    assert rowlock(history, "--verify", "--user", "bob") == 0
    assert capsys.readouterr() == ("✓ 2 events of 1 user verified.\n", "")
    assert rowlock(history, "--verify", "--user", "nobody's") == 1
    assert capsys.readouterr() == ("There is no chain of user nobody's.\n", "")


def test_broken_trail_is_named(
    history: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line names the first broken link of each broken chain, and the status is 1."""
    history.silently(
        "update app.events set changes = '{}' where user_id = 'alice' and position > 2"
    )

    assert rowlock(history, "--verify") == 1
    assert capsys.readouterr().out == (
        "✗ alice, position 3: its hash does not match its content.\n"
        "The trail of 1 user is broken.\n"
    )
    assert rowlock(history, "--verify", "--user", "bob") == 0


def test_hostile_user_id_does_not_reach_the_terminal(
    own: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """A user id with control characters and a quote can be verified, and is printed escaped."""
    hostile = "\x1b[31m'; drop table app.tasks; --\n"
    own.as_user(hostile, "insert into app.tasks (title) values ('one')")
    own.silently("delete from app.events")

    assert rowlock(own, "--verify", "--user", hostile) == 1
    assert capsys.readouterr().out.startswith(
        "✗ <U+001B>[31m'; drop table app.tasks; --<U+000A>, position 1: the head of the chain "
    )


def test_heads_are_printed(
    history: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """--heads prints position, hash and user of each head.

    A stored copy of this output reveals it if a whole chain is forged later.
    """
    assert rowlock(history, "--heads") == 0
    hashes = history.run("select user_id, encode(hash, 'hex') from trail.heads order by 1")
    (_, alice), (_, bob) = hashes
    assert capsys.readouterr().out == f"5 {alice} alice\n2 {bob} bob\n"
    assert rowlock(history, "--heads", "--user", "bob") == 0
    assert capsys.readouterr().out == f"2 {bob} bob\n"


def test_old_months_are_dropped(
    history: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """--retain prints the months that it drops; a second run drops none, and --verify succeeds."""
    history.run(PARTITION_THEN.format(3))
    history.run(AGE.format(months=3, last=3))
    ((month,),) = history.run(
        "select to_char(now() at time zone 'UTC' - interval '3 months', 'YYYY_MM')"
    )

    assert rowlock(history, "--retain", "2") == 0
    assert capsys.readouterr().out == f"Dropped trail.events_{month}: 3 events.\n"
    assert rowlock(history, "--retain", "2") == 0
    assert capsys.readouterr().out == "Nothing is older than 2 months.\n"
    assert rowlock(history, "--verify") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), ONE),
        (("--verify", "--heads"), ONE),
        (("--retain", "0"), MONTHS),
        (("--retain", "x"), MONTHS),
    ],
)
def test_wrong_usage_is_explained(
    own: Database,
    rowlock: Trail,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """A missing or wrong argument prints the usage, and the status is 2."""
    assert rowlock(own, *arguments) == 2
    assert capsys.readouterr() == (
        "",
        f"usage: rowlock audit trail [OPTIONS]\nerror: {said}\n",
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--format", "json"),
        ("--format", "text"),
        ("--output", "report.json"),
        ("--accept", "server_floor=later"),
        ("--as", "alice"),
    ],
)
def test_option_of_the_report_is_refused(
    history: Database,
    rowlock: Trail,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    option: str,
    value: str,
) -> None:
    """An option that only `rowlock audit` uses is refused, and the message names the option."""
    monkeypatch.chdir(tmp_path)

    assert rowlock(history, "--verify", before=(option, value)) == 1
    assert capsys.readouterr() == (
        "",
        f"{option} belongs to the report: rowlock audit trail makes no report.\n",
    )
    assert list(tmp_path.iterdir()) == []
    assert rowlock(history, "--verify") == 0


def test_retention_is_of_all_users(
    history: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """--user with --retain is refused, because --retain drops months of all users."""
    assert rowlock(history, "--retain", "2", "--user", "bob") == 1
    assert capsys.readouterr() == (
        "",
        "--user can be combined with --verify or --heads: --retain is about all users.\n",
    )
    assert rowlock(history, "--retain", "2") == 0


def test_help_shows_the_part_as_optional(capsys: pytest.CaptureFixture[str]) -> None:
    """The usage of `rowlock audit` shows PART as optional."""
    assert cli.main(["audit", "--help"]) == 0
    out = capsys.readouterr().out
    assert "Usage: rowlock audit [OPTIONS] [PART ...]" in out
    assert re.search(r"--as +USER ", out)

    assert cli.main(["audit", "trail", "--help"]) == 0
    out = capsys.readouterr().out
    assert "Usage: rowlock audit trail [OPTIONS]" in out
    assert re.search(r"--retain +MONTHS ", out)


def test_auditor_needs_no_other_url(
    history: Database,
    rowlock: Trail,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """With only AUDIT_DATABASE_URL the trail is verified, and no database is started."""
    monkeypatch.chdir(tmp_path)
    owner = text(history.server.owner_url(history.name))
    none = {"DATABASE_URL": "", "MIGRATION_DATABASE_URL": "", "ALLOW_DEVELOPMENT_KEY": ""}

    assert rowlock(history, "--verify", AUDIT_DATABASE_URL=owner, **none) == 0
    assert capsys.readouterr().out == "✓ 7 events of 2 users verified.\n"
    assert list(tmp_path.iterdir()) == []


def test_refusals_are_sentences(
    own: Database, rowlock: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role without permission, another database or an unreachable host gives one sentence."""
    api = text(own.server.direct_api_url(own.name))
    assert rowlock(own, "--verify", AUDIT_DATABASE_URL=api) == 1
    assert capsys.readouterr() == (
        "",
        (
            "Role rowlock_api may not act as rowlock_auditor. As the owner, run: "
            'grant "rowlock_auditor" to "rowlock_api";\n'
        ),
    )
    other = text(own.server.owner_url("template1"))
    assert rowlock(own, "--verify", AUDIT_DATABASE_URL=other) == 1
    assert capsys.readouterr().err == (
        "Database template1 has no trail: it is not Rowlock's, or has another revision. "
        "Correct the URL, or run: rowlock migrate\n"
    )
    nowhere = "postgresql://dba:only-for-tests@127.0.0.1:1/nowhere"
    assert rowlock(own, "--verify", AUDIT_DATABASE_URL=nowhere) == 1
    assert capsys.readouterr().err.startswith("AUDIT_DATABASE_URL cannot be used: ")
