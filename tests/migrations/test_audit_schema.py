"""Schema audit is created again if it differs from its files; rows in it are never dropped."""

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


def test_second_upgrade_creates_nothing_again(migrated: Migrated) -> None:
    """A second upgrade to head does not replace the views."""
    before = migrated.fetch(MADE)
    assert len(before) == len(list(audit_schema.VIEWS.glob("*.sql")))

    migrated.upgrade()

    assert migrated.fetch(MADE) == before


def test_new_rule_creates_the_schema_again(
    migrated: Migrated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a file is added to the rules, the next upgrade installs the rule."""
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
    """A rule whose query fails is reported as a finding, and the other rules are run."""
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
    """If another schema audit exists, the migration is refused and the schema is not changed."""
    body = "returns int language sql return 1"
    empty.execute(f"create schema audit; create {theirs.format(body)}")

    with pytest.raises(PolicyFileError, match=TAKEN):
        empty.upgrade()

    assert empty.fetch(
        "select to_regclass('audit.log') is not null or to_regproc('audit.log') is not null"
    ) == [(True,)]
    assert empty.fetch("select to_regnamespace('app')") == [(None,)]


def test_table_among_the_views_is_left_alone(migrated: Migrated) -> None:
    """A table that somebody created in schema audit is not dropped."""
    migrated.execute("create table audit.log as select 1 as line")

    with pytest.raises(PolicyFileError, match=TAKEN):
        migrated.upgrade()

    assert migrated.fetch("select line from audit.log") == [(1,)]


def test_default_privileges_do_not_open_the_views(migrated: Migrated) -> None:
    """Privileges that default privileges grant on the new views and functions are revoked."""
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
    """The SQL of `alembic upgrade head --sql` creates every view and every rule."""
    printed = empty.sql(command.upgrade, "head")

    files = [*audit_schema.VIEWS.glob("*.sql"), *audit_schema.rule_files()]
    assert [path.name for path in files if path.read_text().strip() not in printed] == []


def test_short_of_head_the_audit_still_answers(migrated: Migrated) -> None:
    """After a downgrade the views can be read, and show that no role has any reach."""
    migrated.downgrade("-1")

    assert migrated.fetch("select distinct reach from audit.access where role = 'rowlock_api'") == [
        ("none",)
    ]
    assert ("tasks.sql",) in migrated.fetch("select file from audit.drift where drifted")


def test_no_table_has_the_audits_file() -> None:
    """The bookkeeping's name for schema audit is not the file name of a table called audit."""
    (audit,) = (file for file in install.policy_files() if file.name == audit_schema.NAME)

    assert audit.table is None
    assert install.PolicyFile("audit.sql", "").table == "audit"
