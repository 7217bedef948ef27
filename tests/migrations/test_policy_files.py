"""Policy files are applied only if a file changed or the catalogue differs from it."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from api.operations.startup_checks import CHECKS, SEARCH_PATH
from db import install
from db.policy_error import PolicyFileError
from tests.migrations.conftest import Migrated
from tests.migrations.drift import DRIFT

INSTALLED = "select file, installed_at from rowlock.installed_policies order by file"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of db/policies that a test may change, and that migrations read."""
    folder = tmp_path / "policies"
    shutil.copytree(install.POLICIES, folder)
    monkeypatch.setattr(install, "POLICIES", folder)
    return folder


def test_second_upgrade_applies_nothing(migrated: Migrated) -> None:
    """An upgrade of a database at head applies no policy file again."""
    before = migrated.fetch(INSTALLED)

    migrated.upgrade()

    assert migrated.fetch(INSTALLED) == before
    assert {file for file, _ in before} == {file.name for file in install.policy_files()}


def test_changed_file_is_applied(migrated: Migrated, files: Path) -> None:
    """The next upgrade applies a changed file, and no other file."""
    before = dict(migrated.fetch(INSTALLED))
    path = files / "tasks.sql"
    path.write_text(path.read_text() + "\nrevoke delete on app.tasks from rowlock_api;\n")

    migrated.upgrade()

    after = dict(migrated.fetch(INSTALLED))
    assert {name for name, when in after.items() if when != before[name]} == {"tasks.sql"}
    assert migrated.fetch("select has_table_privilege('rowlock_api', 'app.tasks', 'delete')") == [
        (False,)
    ]


@pytest.mark.parametrize("drift", DRIFT.values(), ids=DRIFT.keys())
def test_drift_is_repaired(drift: str, migrated: Migrated) -> None:
    """The next upgrade undoes a change of the catalogue that no file makes."""
    fresh = migrated.catalogue()
    migrated.execute(drift.format(name=migrated.name))
    assert migrated.catalogue() != fresh

    migrated.upgrade()

    assert migrated.catalogue() == fresh


@pytest.mark.parametrize(
    "drift",
    [
        "grant temporary on database {name} to public",
        "grant create on database {name} to rowlock_api",
        "grant create on schema public to public",
        (
            "create materialized view rowlock.peek as table app.tasks;"
            " grant select on rowlock.peek to rowlock_api"
        ),
        (
            "create view rowlock.peek as table app.tasks;"
            " grant select (title) on rowlock.peek to rowlock_api"
        ),
        "create sequence rowlock.peek; grant usage on sequence rowlock.peek to rowlock_api",
    ],
)
def test_grant_outside_the_tables_is_revoked(drift: str, migrated: Migrated) -> None:
    """A grant to the API's role outside the tables is found, and the next upgrade revokes it."""
    migrated.execute(drift.format(name=migrated.name))
    assert drifted(migrated) == ["roles.sql"]

    migrated.upgrade()

    assert drifted(migrated) == []
    assert reachable(migrated) == []


def test_grant_on_a_partition_is_revoked(migrated: Migrated) -> None:
    """A grant on a partition of the events is found, and the next upgrade revokes it."""
    migrated.execute("grant select on trail.events_default to public")
    assert drifted(migrated) == ["trail/*.sql"]

    migrated.upgrade()

    assert drifted(migrated) == []
    held = "select has_table_privilege('rowlock_api', 'trail.events_default', 'select')"
    assert migrated.fetch(held) == [(False,)]


def test_months_to_come_are_no_drift(migrated: Migrated) -> None:
    """A partition that is created or dropped between two migrations is not reported as drift."""
    migrated.execute("select trail.prepare(15)")
    assert drifted(migrated) == []

    migrated.execute("drop table trail.events_default")
    assert drifted(migrated) == []


def drifted(database: Migrated) -> list[str]:
    """The files that the guard reports as drifted."""
    drift = (CHECKS / "drift.sql").read_text()
    with closing(database.connect_api()) as connection, connection.cursor() as cursor:
        cursor.execute(SEARCH_PATH + drift)
        return [row[0] for row in cursor.fetchall()]


def reachable(database: Migrated) -> list[tuple[str]]:
    """The privileges of rowlock_api on the database, on schema public and on relations `peek`."""
    return database.fetch(
        "select 'database' from unnest(array['create', 'temporary']) as p"
        " where has_database_privilege('rowlock_api', current_database(), p)"
        " union all"
        " select 'public' where has_schema_privilege('rowlock_api', 'public', 'create')"
        " union all"
        " select 'relation' from pg_class where relname = 'peek'"
        " and (has_any_column_privilege('rowlock_api', oid, 'select') or relacl::text ~ 'api')"
    )


def test_partitions_without_file_are_closed(migrated: Migrated) -> None:
    """A trigger of a partitioned table without a file is dropped, also from its partitions."""
    migrated.execute(
        "create table app.probe (user_id text) partition by hash (user_id); "
        "create table app.probe_0 partition of app.probe for values with (modulus 1, remainder 0); "
        "create trigger probe before insert on app.probe for each row"
        " execute function suppress_redundant_updates_trigger(); "
        # After this update the parent's row comes after its partition's in the catalogue.
        "grant select on app.probe to public"
    )
    triggers = "select count(*) from pg_trigger where tgname = 'probe'"
    assert migrated.fetch(triggers) == [(2,)]

    migrated.upgrade()

    assert migrated.fetch(triggers) == [(0,)]


def test_table_without_file_is_closed(migrated: Migrated) -> None:
    """Policies and grants of a table without a policy file are removed."""
    migrated.execute(
        "create table app.probe (user_id text); "
        "alter table app.probe enable row level security; "
        "create policy probe_all on app.probe to rowlock_api using (true); "
        "grant select on app.probe to rowlock_api"
    )

    migrated.upgrade()

    assert migrated.fetch(
        "select count(*) from pg_policy where polrelid = 'app.probe'::regclass"
    ) == [(0,)]
    assert migrated.fetch("select has_table_privilege('rowlock_api', 'app.probe', 'select')") == [
        (False,)
    ]


def test_removed_file_closes_its_table(migrated: Migrated, files: Path) -> None:
    """If a policy file was deleted, its table loses its policies, and the bookkeeping its entry."""
    (files / "tasks.sql").unlink()

    migrated.upgrade()

    assert migrated.fetch(
        "select count(*) from pg_policy where polrelid = 'app.tasks'::regclass"
    ) == [(0,)]
    left = {file for file, _ in migrated.fetch(INSTALLED)}
    assert left == {file.name for file in install.policy_files()}
    assert "tasks.sql" not in left


def test_faulty_file_changes_nothing(migrated: Migrated, files: Path) -> None:
    """A policy file with an error fails the upgrade, and the earlier policies stay in force."""
    before = migrated.catalogue()
    path = files / "tasks.sql"
    lines = len(path.read_text().splitlines())
    path.write_text(path.read_text() + "\n-- Nowhere.\ncreate policy nonsense on app.nowhere;\n")

    with pytest.raises(PolicyFileError) as caught:
        migrated.upgrade()

    assert str(caught.value) == (
        f'db/policies/tasks.sql, line {lines + 3}: relation "app.nowhere" does not exist'
    )

    assert migrated.catalogue() == before


def test_owners_search_path_is_no_drift(migrated: Migrated) -> None:
    """What an owner with schema app in the search path installs is no drift for the API's role."""
    migrated.execute(f"alter database {migrated.name} set search_path = app, public")
    migrated.execute("drop policy tasks_select_own on app.tasks")

    migrated.upgrade()

    assert drifted(migrated) == []
    migrated.execute("drop policy tasks_select_own on app.tasks")
    assert drifted(migrated) == ["tasks.sql"]
