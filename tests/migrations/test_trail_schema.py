"""Schema trail is installed from the files of db/trail; an upgrade keeps existing chains."""

import shutil
from pathlib import Path

import pytest
from alembic import command

from db import install, trail_schema
from db.policy_error import PolicyFileError
from tests.migrations.conftest import Migrated
from tests.migrations.test_policy_files import INSTALLED, drifted

# The trigger of db/policies/tasks.sql in the release before app.touch().
TOUCH_TASK = """
create function app.touch_task() returns trigger
language plpgsql
as $$
begin
    new.updated_at := now();
    new.version := old.version + 1;
    new.completed_at := case when new.completed then coalesce(old.completed_at, now()) end;
    return new;
end
$$;
revoke all on function app.touch_task() from public;
create trigger tasks_touch before update on app.tasks
for each row execute function app.touch_task();
create trigger tasks_record after insert or update or delete on app.tasks
for each row execute function trail.record('title_key');
insert into rowlock.installed_policies (file, sha256, fingerprint) values ('trail.sql', '', '');
"""
WRITE = """
insert into app.tasks (user_id, title) values ('alice', 'one');
update app.tasks set completed = true;
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of db/trail that a test may change, and that migrations read."""
    copied = shutil.copytree(trail_schema.FOLDER, tmp_path / "trail")
    monkeypatch.setattr(trail_schema, "FOLDER", copied)
    return copied


def test_every_file_has_its_place() -> None:
    """The order of installation contains each file of the folder once."""
    files = sorted(path.stem for path in trail_schema.FOLDER.glob("*.sql"))

    assert sorted(trail_schema.ORDER) == files


def test_no_table_has_the_trails_file() -> None:
    """The bookkeeping's name for schema trail is not the file name of a table called trail."""
    (trail,) = (file for file in install.policy_files() if file.name == trail_schema.NAME)

    assert trail.table is None
    assert install.PolicyFile("trail.sql", "").table == "trail"


def test_changed_file_is_applied(migrated: Migrated, folder: Path) -> None:
    """The next upgrade applies a changed file of the folder, and no policy file."""
    before = dict(migrated.fetch(INSTALLED))
    with (folder / "refuse.sql").open("a") as file:
        file.write("comment on function trail.refuse() is 'changed';\n")

    migrated.upgrade()

    after = dict(migrated.fetch(INSTALLED))
    assert {name for name in after if after[name] != before[name]} == {trail_schema.NAME}
    assert migrated.fetch("select obj_description('trail.refuse()'::regprocedure)") == [
        ("changed",)
    ]
    assert drifted(migrated) == []


def test_error_names_file_and_line(migrated: Migrated, folder: Path) -> None:
    """An error names the file of the folder and its line, and nothing is changed."""
    before = migrated.catalogue()
    path = folder / "refuse.sql"
    lines = len(path.read_text().splitlines())
    path.write_text(path.read_text() + "\nselect nothing_of;\n")

    with pytest.raises(PolicyFileError) as caught:
        migrated.upgrade()

    said = f'{path}, line {lines + 2}: column "nothing_of" does not exist'
    assert str(caught.value) == said
    assert migrated.catalogue() == before


def test_printed_sql_holds_every_file(empty: Migrated) -> None:
    """The SQL of `alembic upgrade head --sql` installs the whole schema."""
    printed = empty.sql(command.upgrade, "head")

    assert [p.name for p in trail_schema.sources() if p.read_text().strip() not in printed] == []


def test_chains_of_the_release_before_go_on(migrated: Migrated) -> None:
    """An upgrade from the previous release keeps its events, and removes its other objects."""
    fresh = migrated.catalogue()
    migrated.execute(WRITE)
    migrated.downgrade("-1")
    migrated.execute(TOUCH_TASK)
    events = migrated.fetch("select * from app.events order by position")
    assert len(events) == 2

    migrated.upgrade()

    assert migrated.catalogue() == fresh
    assert migrated.fetch("select * from app.events order by position") == events
    migrated.execute("update app.tasks set completed = false")
    assert migrated.fetch("select * from trail.verify()") == [("alice", 3, None, None)]
    assert migrated.fetch("select version, completed_at from app.tasks") == [(3, None)]
