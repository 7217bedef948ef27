"""Policy files are applied when they changed or the catalogue drifted, and only then."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from api.operations.startup_checks import CHECKS, SEARCH_PATH
from db import install
from db.policy_error import PolicyFileError
from tests.migrations.conftest import Migrated

INSTALLED = "select file, installed_at from rowlock.installed_policies order by file"

DRIFT = {
    "a policy was dropped": "drop policy tasks_select_own on app.tasks",
    "a policy lets everybody in": "alter policy tasks_select_own on app.tasks using (true)",
    "a check was opened": "alter policy tasks_insert_own on app.tasks with check (true)",
    "a policy was added": "create policy extra on app.tasks using (true)",
    "RLS was disabled": "alter table app.tasks disable row level security",
    "RLS is not forced": "alter table app.tasks no force row level security",
    "TRUNCATE was granted": "grant truncate on app.tasks to rowlock_api",
    "user_id may be written": "grant update (user_id) on app.tasks to rowlock_api",
    "everybody was granted": "grant select on app.tasks to public",
    "a grant was passed on": (
        "grant select on app.tasks to rowlock_api with grant option; set local role rowlock_api;"
        " grant select on app.tasks to public"
    ),
    "a grant was revoked": "revoke select on app.tasks from rowlock_api",
    "identity was replaced": (
        "create or replace function app.current_user_id() returns text"
        " language sql stable return 'alice'"
    ),
    "identity was closed": "revoke execute on function app.current_user_id() from rowlock_api",
    "the schema was opened": "grant create on schema app to rowlock_api",
    "the role was bound here": "alter role rowlock_api in database {name} set app.user_id = 'bob'",
    "the bookkeeping was opened": "grant insert on rowlock.alembic_version to rowlock_api",
    "a hash may be written": "grant update (sha256) on rowlock.installed_policies to rowlock_api",
    "closing may be called": "grant execute on function rowlock.close(regclass) to rowlock_api",
    "the table was given away": "alter table app.tasks owner to rowlock_auditor",
    "the schema was given away": "alter schema app owner to rowlock_auditor",
    "identity was given away": ("alter function app.current_user_id() owner to rowlock_auditor"),
    "the bookkeeping was given away": ("alter view rowlock.live_policies owner to rowlock_auditor"),
    "closing was given away": "alter function rowlock.close(regclass) owner to rowlock_auditor",
    "a trigger was given away": "alter function app.touch_task() owner to rowlock_auditor",
    "a trigger was dropped": "drop trigger tasks_touch on app.tasks",
    "a trigger was disabled": "alter table app.tasks disable trigger tasks_touch",
    "a trigger was added": (
        "create trigger more before insert on app.tasks for each row"
        " execute function suppress_redundant_updates_trigger()"
    ),
    "a trigger's function was replaced": (
        "create or replace function app.touch_task() returns trigger language plpgsql"
        " as 'begin return new; end'"
    ),
    "a rule was added": "create rule more as on delete to app.tasks do instead nothing",
    "an audit view was replaced": (
        "create or replace view audit.findings as select ''::text as rule, ''::text as level,"
        " ''::text as object, ''::text as detail, ''::text as remedy where false"
    ),
    "an audit view was dropped": "drop view audit.drift",
    "an audit view was added": "create view audit.more as select 1 as one",
    "an audit function was replaced": (
        "create or replace function audit.fingerprints()"
        " returns table (file text, fingerprint text) language sql as 'select null, null'"
    ),
    "the audit was opened": "grant usage on schema audit to public",
    "an audit view was granted": "grant select on audit.access to rowlock_api",
    "an audit view was given away": "alter view audit.access owner to rowlock_auditor",
    "the audit was given away": "alter schema audit owner to rowlock_auditor",
    "the auditor was shut out": "revoke select on audit.findings from rowlock_auditor",
    "the recorder was given away": "alter function trail.record() owner to rowlock_auditor",
    "the recorder was replaced": (
        "create or replace function trail.record() returns trigger language plpgsql"
        " security definer set search_path = pg_catalog as 'begin return null; end'"
    ),
    "the trail was opened": "grant usage on schema trail to rowlock_api",
    "appending was opened": (
        "grant execute on function trail.append(text, text, text, text, jsonb) to public"
    ),
    "a head may be read": "grant select on trail.heads to rowlock_api",
    "a head's policy was opened": (
        "alter policy heads_update_recorder on trail.heads using (true) with check (true)"
    ),
    "heads may be edited": "drop trigger heads_kept on trail.heads",
    "anchors were given away": "alter table trail.anchors owner to rowlock_retention",
    "a partition was opened": "alter table trail.events_default disable row level security",
    "a partition may be emptied": "drop trigger events_not_emptied on trail.events_default",
    "events may be edited": "drop trigger events_kept on app.events",
    "a hash may be null": "alter table app.events alter previous_hash drop not null",
    "a head may be null": "alter table trail.heads alter hash drop not null",
    "an anchor may be null": "alter table trail.anchors alter occurred_at drop not null",
    "any action is recorded": "alter table app.events drop constraint events_action_check",
    "tasks are not recorded": "drop trigger tasks_record on app.tasks",
    "recording is disabled": "alter table app.tasks disable trigger tasks_record",
    "closing was disarmed": (
        "create or replace function rowlock.close(target regclass) returns void language sql"
        " return null"
    ),
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of db/policies that a test may change, and that migrations read."""
    folder = tmp_path / "policies"
    shutil.copytree(install.POLICIES, folder)
    monkeypatch.setattr(install, "POLICIES", folder)
    return folder


def test_second_upgrade_applies_nothing(migrated: Migrated) -> None:
    """An upgrade of a database at head leaves every policy file as it was installed."""
    before = migrated.fetch(INSTALLED)

    migrated.upgrade()

    assert migrated.fetch(INSTALLED) == before
    assert {file for file, _ in before} == {file.name for file in install.policy_files()}


def test_changed_file_is_applied(migrated: Migrated, files: Path) -> None:
    """A changed file is applied by the next upgrade, and only that one."""
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
    """What was changed behind the files' back is put right by the next upgrade."""
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
    """What the API's role was given beside the tables is found, and revoked by the next upgrade."""
    migrated.execute(drift.format(name=migrated.name))
    assert drifted(migrated) == ["roles.sql"]

    migrated.upgrade()

    assert drifted(migrated) == []
    assert reachable(migrated) == []


def test_grant_on_a_partition_is_revoked(migrated: Migrated) -> None:
    """Nobody reaches events around their table, whoever was granted a partition."""
    migrated.execute("grant select on trail.events_default to public")
    assert drifted(migrated) == ["trail.sql"]

    migrated.upgrade()

    assert drifted(migrated) == []
    held = "select has_table_privilege('rowlock_api', 'trail.events_default', 'select')"
    assert migrated.fetch(held) == [(False,)]


def test_months_to_come_are_no_drift(migrated: Migrated) -> None:
    """A partition that is made or dropped between two migrations is not told as drift."""
    migrated.execute("select trail.prepare(15)")
    assert drifted(migrated) == []

    migrated.execute("drop table trail.events_default")
    assert drifted(migrated) == []


def drifted(database: Migrated) -> list[str]:
    """The files that the guard finds drifted."""
    drift = (CHECKS / "drift.sql").read_text()
    with closing(database.connect_api()) as connection, connection.cursor() as cursor:
        cursor.execute(SEARCH_PATH + drift)
        return [row[0] for row in cursor.fetchall()]


def reachable(database: Migrated) -> list[tuple[str]]:
    """What rowlock_api may do in the database, in schema public, and with any relation `peek`."""
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
    """A partitioned table's trigger goes, and its partitions' with it, whichever comes first."""
    migrated.execute(
        "create table app.probe (user_id text) partition by hash (user_id); "
        "create table app.probe_0 partition of app.probe for values with (modulus 1, remainder 0); "
        "create trigger probe before insert on app.probe for each row"
        " execute function suppress_redundant_updates_trigger(); "
        # Written anew, the parent's row stands behind its partition's in the catalogue.
        "grant select on app.probe to public"
    )
    triggers = "select count(*) from pg_trigger where tgname = 'probe'"
    assert migrated.fetch(triggers) == [(2,)]

    migrated.upgrade()

    assert migrated.fetch(triggers) == [(0,)]


def test_table_without_file_is_closed(migrated: Migrated) -> None:
    """Policies and grants that no file knows are removed from a table that has no file."""
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
    """A table whose file was deleted loses its policies, and the file leaves the bookkeeping."""
    (files / "tasks.sql").unlink()

    migrated.upgrade()

    assert migrated.fetch(
        "select count(*) from pg_policy where polrelid = 'app.tasks'::regclass"
    ) == [(0,)]
    left = {file for file, _ in migrated.fetch(INSTALLED)}
    assert left == {file.name for file in install.policy_files()}
    assert "tasks.sql" not in left


def test_faulty_file_changes_nothing(migrated: Migrated, files: Path) -> None:
    """A file with an error fails the upgrade, and the policies before it stay in force."""
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
    """An owner whose search path holds app installs what the API's role sees as undrifted."""
    migrated.execute(f"alter database {migrated.name} set search_path = app, public")
    migrated.execute("drop policy tasks_select_own on app.tasks")

    migrated.upgrade()

    assert drifted(migrated) == []
    migrated.execute("drop policy tasks_select_own on app.tasks")
    assert drifted(migrated) == ["tasks.sql"]
