"""Schema audit is made anew where it differs from its files, and takes nobody's rows with it."""

import shutil
from pathlib import Path

import pytest
from alembic import command

from db import audit_schema, install
from db.policy_error import PolicyFileError
from tests.migrations.conftest import Migrated
from tests.migrations.test_policy_files import INSTALLED, drifted

MADE = "select oid from pg_class where relnamespace = to_regnamespace('audit') order by oid"
TAKEN = "schema audit has objects that Rowlock did not create"


def test_second_upgrade_makes_nothing_anew(migrated: Migrated) -> None:
    """The views of a database at head stay the very same objects."""
    before = migrated.fetch(MADE)
    assert len(before) == len(list(audit_schema.VIEWS.glob("*.sql")))

    migrated.upgrade()

    assert migrated.fetch(MADE) == before


def test_new_rule_makes_the_schema_anew(
    migrated: Migrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule's file is all it takes: its findings are there after the next upgrade."""
    before = dict(migrated.fetch(INSTALLED))
    rules = shutil.copytree(audit_schema.RULES, tmp_path / "rules")
    (rules / "always.sql").write_text(
        "-- Nothing is ever right.\n-- level: warning\nselect 'it', 'is wrong', '-- despair'\n"
    )
    monkeypatch.setattr(audit_schema, "RULES", rules)

    migrated.upgrade()

    assert migrated.fetch("select * from audit.findings where rule = 'always'") == [
        ("always", "warning", "it", "is wrong", "-- despair")
    ]
    after = dict(migrated.fetch(INSTALLED))
    assert {file for file in after if after[file] != before[file]} == {audit_schema.NAME}
    assert drifted(migrated) == []


def test_rule_that_fails_hides_no_other(
    migrated: Migrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that cannot be asked is a finding of its own, and the others are asked too."""
    rules = shutil.copytree(audit_schema.RULES, tmp_path / "rules")
    (rules / "broken.sql").write_text("-- It divides.\nselect 'it', 'is ' || 1 / 0, ''\n")
    monkeypatch.setattr(audit_schema, "RULES", rules)
    migrated.upgrade()
    migrated.execute("alter table app.tasks disable row level security")

    found = migrated.fetch(
        "select rule, level, detail from audit.findings"
        " where rule in ('broken', 'tables_rls') order by 1"
    )

    assert found == [
        ("broken", "error", "cannot be checked: division by zero"),
        ("tables_rls", "error", "row-level security is disabled"),
    ]


@pytest.mark.parametrize("theirs", ["table audit.log (line text)", "function audit.log() {}"])
def test_schema_of_somebody_else_is_left_alone(empty: Migrated, theirs: str) -> None:
    """Where a schema audit was there first, nothing is migrated and nothing of it is dropped."""
    body = "returns int language sql return 1"
    empty.execute(f"create schema audit; create {theirs.format(body)}")

    with pytest.raises(PolicyFileError, match=TAKEN):
        empty.upgrade()

    assert empty.fetch(
        "select to_regclass('audit.log') is not null or to_regproc('audit.log') is not null"
    ) == [(True,)]
    assert empty.fetch("select to_regnamespace('app')") == [(None,)]


def test_table_among_the_views_is_left_alone(migrated: Migrated) -> None:
    """Rows that somebody put into schema audit are not dropped with it."""
    migrated.execute("create table audit.log as select 1 as line")

    with pytest.raises(PolicyFileError, match=TAKEN):
        migrated.upgrade()

    assert migrated.fetch("select line from audit.log") == [(1,)]


def test_default_privileges_do_not_open_the_views(migrated: Migrated) -> None:
    """What default privileges give away of new views and functions is taken back."""
    fresh = migrated.catalogue()
    migrated.execute(
        "alter default privileges grant select on tables to public;"
        "alter default privileges grant execute on functions to rowlock_api;"
        "alter default privileges grant usage on schemas to rowlock_api;"
        "drop view audit.drift"
    )

    migrated.upgrade()

    assert migrated.catalogue() == fresh


def test_printed_sql_holds_every_file(empty: Migrated) -> None:
    """What `alembic upgrade head --sql` prints makes every view and asks every rule."""
    printed = empty.sql(command.upgrade, "head")

    files = [*audit_schema.VIEWS.glob("*.sql"), *audit_schema.rule_files()]
    assert [path.name for path in files if path.read_text().strip() not in printed] == []


def test_short_of_head_the_audit_still_answers(migrated: Migrated) -> None:
    """Downgraded, the views are there, and say that nobody reaches anything."""
    migrated.downgrade("-1")

    assert migrated.fetch("select distinct reach from audit.access where role = 'rowlock_api'") == [
        ("none",)
    ]
    assert ("tasks.sql",) in migrated.fetch("select file from audit.drift where drifted")


def test_no_table_has_the_audits_file() -> None:
    """The bookkeeping's name for the schema is no table's: a table called audit has audit.sql."""
    (audit,) = (file for file in install.policy_files() if file.name == audit_schema.NAME)

    assert audit.table is None
    assert install.PolicyFile("audit.sql", "").table == "audit"
