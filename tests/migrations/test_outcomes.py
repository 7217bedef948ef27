"""The output of a migration: what it applied, that nothing was to do, or that it waits."""

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.util import CommandError

from api.operations.migrate import migrate
from db import audit_schema, install
from db.policy_error import PolicyFileError
from tests.migrations.conftest import Migrated
from tests.migrations.test_paths import HEAD, REVISIONS
from tests.support.server import text

SENTENCE = "A lock that others hold was not granted: trying again in "
FILES = ", ".join(file.name for file in install.policy_files())


def test_second_migration_says_up_to_date(empty: Migrated) -> None:
    """The first migration prints what it applied; the second prints that nothing was to do."""
    settings = empty.server.settings(empty.name)

    assert (
        migrate(settings) == f"The database is at revision {HEAD}. Policy files applied: {FILES}."
    )
    assert migrate(settings) == f"The database is up to date, at revision {HEAD}."


def test_every_revision_is_kept_with_its_floor(migrated: Migrated) -> None:
    """The database lists its revisions in order; a downgrade removes the newer ones."""
    kept = "select revision from rowlock.revisions order by place"
    assert migrated.fetch(kept) == [(revision,) for revision in REVISIONS]
    floors = "select count(*) from rowlock.revisions where floor not in (table known)"
    known = "with known as (select revision from rowlock.revisions)"
    assert migrated.fetch(f"{known} {floors}") == [(0,)]

    migrated.downgrade("-1")

    assert migrated.fetch(kept) == [(revision,) for revision in REVISIONS[:-1]]


def test_revision_of_another_branch_is_named(migrated: Migrated) -> None:
    """If database and code are on different branches, a sentence says so; nothing changes."""
    migrated.execute("update rowlock.alembic_version set version_num = 'elsewhere'")
    before = migrated.catalogue()

    with pytest.raises(CommandError, match=f"is at elsewhere, not at {HEAD}. This version has no"):
        migrate(migrated.server.settings(migrated.name))

    assert migrated.catalogue() == before


def test_newer_database_is_not_downgraded(migrated: Migrated) -> None:
    """Code that is older than the database refuses every upgrade and downgrade."""
    migrated.execute(
        "insert into rowlock.revisions select 'later', max(place) + 1, min(revision), '9'"
        " from rowlock.revisions; update rowlock.alembic_version set version_num = 'later'"
    )
    before = migrated.catalogue()

    with pytest.raises(CommandError, match="Only that version can change its schema"):
        migrated.downgrade("-1")

    assert migrated.catalogue() == before


def test_held_lock_is_waited_for(migrated: Migrated, caplog: pytest.LogCaptureFixture) -> None:
    """A migration that gets no lock says so, and tries again until it gets the lock."""
    migrated.execute("drop policy tasks_select_own on app.tasks")
    with (
        caplog.at_level(logging.WARNING),
        closing(migrated.connect()) as traffic,
        traffic.cursor() as cursor,
        ThreadPoolExecutor(1) as threads,
    ):
        cursor.execute("select from app.tasks")
        outcome = threads.submit(migrate, migrated.server.settings(migrated.name))
        _until(caplog, SENTENCE)
        traffic.rollback()

        assert outcome.result(30).endswith("Policy files applied: tasks.sql.")


@pytest.mark.parametrize("arguments", [("upgrade", "head"), ("downgrade", "base")])
def test_alembic_waits_for_a_lock_too(arguments: tuple[str, str], migrated: Migrated) -> None:
    """Alembic's own commands also try again to get a lock, with the same sentence."""
    migrated.execute("drop policy tasks_select_own on app.tasks")
    settings = {
        "DATABASE_URL": text(migrated.server.api_url(migrated.name)),
        "MIGRATION_DATABASE_URL": text(migrated.server.owner_url(migrated.name)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",  # TEST_DATABASE_URL may lead anywhere
    }
    with closing(migrated.connect()) as traffic, traffic.cursor() as cursor:
        cursor.execute("select from app.tasks")
        with subprocess.Popen(
            [sys.executable, "-m", "alembic.config", *arguments],
            env=os.environ | settings,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = iter(process.stderr.readline, "")
            assert any(line.startswith(SENTENCE) for line in said)
            traffic.rollback()
            process.communicate(timeout=60)

    assert process.returncode == 0
    policies = "select count(*) from pg_policies where policyname = 'tasks_select_own'"
    assert migrated.fetch(policies) == [(int(arguments == ("upgrade", "head")),)]


def test_second_migration_says_that_it_waits(
    migrated: Migrated, caplog: pytest.LogCaptureFixture
) -> None:
    """A migration that waits for another one says so."""
    lock = "select pg_advisory_lock(hashtextextended('rowlock migrations', 0))"
    with (
        closing(migrated.connect()) as first,
        first.cursor() as cursor,
        ThreadPoolExecutor(1) as threads,
    ):
        cursor.execute(lock)
        outcome = threads.submit(migrate, migrated.server.settings(migrated.name))
        _until(caplog, "Another migration of this database runs: waiting for it to end.")
        first.close()

        assert outcome.result(30) == f"The database is up to date, at revision {HEAD}."


def _until(caplog: pytest.LogCaptureFixture, beginning: str) -> None:
    deadline, tick = time.monotonic() + 30, threading.Event()
    while not any(message.startswith(beginning) for message in caplog.messages):
        assert time.monotonic() < deadline, caplog.messages
        tick.wait(0.02)


@pytest.mark.parametrize(
    ("statement", "line", "message"),
    [
        ("select 1;\n\nselect nothing_of;", 3, 'column "nothing_of" does not exist'),
        ("select ';', $a$;$a$ -- ;\n;\nselect 1 / 0;", 3, "division by zero"),
        ("do $$\nbegin\n    raise exception 'no';\nend\n$$;", 1, "no"),
        ("select 1;\nselct 2;", 2, 'syntax error at or near "selct"'),
    ],
)
def test_error_names_file_and_line(
    statement: str,
    line: int,
    message: str,
    migrated: Migrated,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error in a policy file names the file and the line, for each kind of server message."""
    folder = shutil.copytree(install.POLICIES, tmp_path / "policies")
    monkeypatch.setattr(install, "POLICIES", folder)
    path = folder / "tasks.sql"
    before = path.read_text()
    path.write_text(f"{before}{statement}\n")

    with pytest.raises(PolicyFileError) as caught:
        migrate(migrated.server.settings(migrated.name))

    assert str(caught.value) == (
        f"db/policies/tasks.sql, line {before.count('\n') + line}: {message}"
    )


def test_error_in_an_audit_view_names_its_file(
    migrated: Migrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in schema audit names the file of db/audit that contains it."""
    views = shutil.copytree(audit_schema.VIEWS, tmp_path / "audit")
    monkeypatch.setattr(audit_schema, "VIEWS", views)
    (views / "broken.sql").write_text(
        "-- broken: a view.\ncreate view audit.broken as\nselect x;\n"
    )

    with pytest.raises(PolicyFileError, match=r'audit/broken\.sql, line 3: column "x" does not'):
        migrate(migrated.server.settings(migrated.name))
