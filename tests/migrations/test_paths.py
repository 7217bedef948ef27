"""Every path to head gives the same catalogue; at every other revision the API has no access."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg2 import errors
from pydantic import SecretStr

from api.operations.migrate import alembic_config
from tests.migrations.conftest import Migrated
from tests.support.server import text

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory.from_config(alembic_config()).walk_revisions()))
]
HEAD = REVISIONS[-1]

INSERT_TASK = "insert into app.tasks (user_id, title) values ('alice', 'kept')"


def reachable_rows(database: Migrated) -> int:
    """How many of alice's tasks rowlock_api can read."""
    with closing(database.connect_api()) as connection, connection.cursor() as cursor:
        cursor.execute("select set_config('app.user_id', 'alice', true)")
        cursor.execute("select count(*) from app.tasks")
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])


def test_step_by_step_equals_fresh(migrated: Migrated, empty: Migrated) -> None:
    """Upgrading one revision at a time gives the catalogue of a fresh installation."""
    for revision in REVISIONS:
        empty.upgrade(revision)

    assert empty.catalogue() == migrated.catalogue()


@pytest.mark.parametrize("start", REVISIONS[:-1])
def test_any_revision_leads_to_the_same_head(
    start: str, migrated: Migrated, empty: Migrated
) -> None:
    """Upgrading from any older revision gives the catalogue of a fresh installation."""
    empty.upgrade(start)

    empty.upgrade()

    assert empty.catalogue() == migrated.catalogue()


def test_down_and_up_again(migrated: Migrated) -> None:
    """Downgrading to nothing and upgrading again gives the same catalogue."""
    fresh = migrated.catalogue()

    migrated.downgrade("base")
    migrated.upgrade()

    assert migrated.catalogue() == fresh


def test_base_leaves_nothing_of_ours(migrated: Migrated) -> None:
    """Downgrading to nothing removes schema app, and leaves only Alembic's own table."""
    migrated.downgrade("base")

    assert migrated.fetch(
        "select relname from pg_class"
        " where relnamespace::regnamespace::text in ('app', 'rowlock', 'trail')"
        " and relkind <> 'i'"
    ) == [("alembic_version",)]


def test_printed_sql_equals_fresh(migrated: Migrated, empty: Migrated) -> None:
    """If a DBA runs the SQL of `alembic upgrade head --sql`, the catalogue is the same."""
    printed = empty.sql(command.upgrade, "head")

    with closing(empty.connect()) as connection:
        connection.autocommit = True  # the script begins and commits its own transaction
        with connection.cursor() as cursor:
            cursor.execute(printed)

    assert empty.catalogue() == migrated.catalogue()
    assert empty.fetch("select version_num from rowlock.alembic_version") == [(HEAD,)]


def test_printed_sql_short_of_head_closes(empty: Migrated) -> None:
    """The SQL printed for an older revision creates no policy, and grants nothing."""
    printed = empty.sql(command.upgrade, REVISIONS[1])

    assert "create table app.tasks" in printed
    assert "rowlock.close" in printed
    assert "create policy" not in printed
    assert "create policy" in empty.sql(command.upgrade, "head")


@pytest.mark.parametrize("revision", ["heads", f"{HEAD}:heads", f"{REVISIONS[-2]}:+1"])
def test_printed_sql_installs_however_head_is_named(revision: str, empty: Migrated) -> None:
    """The printed SQL installs the policies however head is named, and never without them."""
    assert "create policy tasks_select_own" in empty.sql(command.upgrade, revision)
    for below in (REVISIONS[-2], "base"):
        assert "create policy" not in empty.sql(command.downgrade, f"{HEAD}:{below}")


def test_asking_for_the_revision_changes_nothing(migrated: Migrated, empty: Migrated) -> None:
    """`alembic current` changes nothing: a database that is not at head keeps its policies."""
    migrated.execute("delete from rowlock.alembic_version")
    before = migrated.catalogue()

    command.current(migrated.config)
    command.current(empty.config)

    assert migrated.catalogue() == before
    assert empty.fetch("select count(*) from pg_namespace where nspname = 'rowlock'") == [(0,)]


def test_downgrade_fails_closed(migrated: Migrated) -> None:
    """One revision below head, RLS is enabled and forced, and the API's role can read nothing."""
    migrated.execute(INSERT_TASK)
    assert reachable_rows(migrated) == 1

    migrated.downgrade("-1")

    assert migrated.fetch(
        "select relrowsecurity, relforcerowsecurity from pg_class where oid = 'app.tasks'::regclass"
    ) == [(True, True)]
    # The roles of the trail keep their policies if only a later revision was downgraded.
    assert (
        migrated.fetch(
            "select polname from pg_policy as p inner join pg_class as c on p.polrelid = c.oid"
            " where c.relnamespace = 'app'::regnamespace"
            " or 'rowlock_api'::regrole = any(p.polroles)"
        )
        == []
    )
    with pytest.raises(errors.InsufficientPrivilege):
        reachable_rows(migrated)


def test_rows_survive_down_and_up(migrated: Migrated) -> None:
    """After a downgrade and an upgrade the user can read their rows again."""
    migrated.execute(INSERT_TASK)

    migrated.downgrade("-1")
    migrated.upgrade()

    assert reachable_rows(migrated) == 1


@pytest.mark.parametrize("revision", REVISIONS[1:-1])
def test_short_of_head_denies(revision: str, empty: Migrated) -> None:
    """In a database that was upgraded to an older revision, the API's role can read nothing."""
    empty.upgrade(revision)
    empty.execute(INSERT_TASK)

    assert empty.fetch(
        "select relrowsecurity, relforcerowsecurity from pg_class where oid = 'app.tasks'::regclass"
    ) == [(True, True)]
    with pytest.raises(errors.InsufficientPrivilege):
        reachable_rows(empty)

    empty.upgrade()
    assert reachable_rows(empty) == 1


def test_owner_url_is_read_as_libpq_reads_it(empty: Migrated, migrated: Migrated) -> None:
    """A migration uses the host that the settings validate, also if it is percent-encoded."""
    url = empty.server.owner_url(empty.name)
    host = "".join(f"%{octet:02x}" for octet in (url.host or str(url.query["host"])).encode())
    encoded = text(url.set(host="HOST", query={})).replace("@HOST", f"@{host}")

    command.upgrade(alembic_config(SecretStr(encoded)), "head")

    assert empty.catalogue() == migrated.catalogue()


def test_two_deployments_do_not_race(empty: Migrated, migrated: Migrated) -> None:
    """Two concurrent migrations of one database both succeed, and end at head."""
    settings = {
        "DATABASE_URL": text(empty.server.api_url(empty.name)),
        "MIGRATION_DATABASE_URL": text(empty.server.owner_url(empty.name)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",  # a container has its own address
    }
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    lock = "select pg_advisory_lock(hashtextextended('rowlock migrations', 0))"
    with closing(empty.connect()) as first, first.cursor() as cursor:
        cursor.execute(lock)
        deployments = _deploy_twice(settings)
        deadline = time.monotonic() + 30
        while empty.fetch(f"{waiting} and database = {_oid(empty)}") != [(2,)]:
            assert time.monotonic() < deadline, "the deployments do not wait for each other"
            time.sleep(0.05)
    outcomes = [(process.communicate()[1], process.returncode) for process in deployments]

    assert [status for _, status in outcomes] == [0, 0], outcomes
    ran = [said.count("Running upgrade") for said, _ in outcomes]
    assert sorted(ran) == [0, len(REVISIONS)]
    assert empty.catalogue() == migrated.catalogue()


def _oid(database: Migrated) -> int:
    return int(
        database.fetch("select oid from pg_database where datname = current_database()")[0][0]
    )


def _deploy_twice(settings: dict[str, str]) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [Path(sys.executable).with_name("rowlock"), "migrate"],
            env=os.environ | settings,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]


def test_migration_does_not_wait_behind_traffic(migrated: Migrated) -> None:
    """A migration that cannot get a lock stops at the time limit, and changes nothing."""
    before, config = migrated.catalogue(), migrated.config
    config.attributes["lock_seconds"] = 1
    with closing(migrated.connect()) as traffic, traffic.cursor() as cursor:
        cursor.execute("select from app.tasks")  # ALTER TABLE has to wait for this lock

        with pytest.raises(Exception, match="lock timeout") as caught:
            command.downgrade(config, "-1")

    assert isinstance(getattr(caught.value, "orig", None), psycopg2.errors.LockNotAvailable)
    assert migrated.catalogue() == before
