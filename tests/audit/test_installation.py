"""The views that an auditor may read, and the comments on each view and column."""

import shutil
from pathlib import Path

import psycopg2
import pytest

from db import audit_schema, install
from tests.audit.conftest import Ask, Connection, run
from tests.support.many_tables import MANY_TABLES

VIEWS = sorted(path.stem for path in audit_schema.VIEWS.glob("*.sql"))

# The table of the tutorial under another name, because a fork may have created that table.
NOTES_TABLE = """
create table app.jottings (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null default app.new_id(),
    body text not null,
    primary key (user_id, id)
);
alter table app.jottings enable row level security;
alter table app.jottings force row level security;
"""
NOTES = """
create policy jottings_select_own on app.jottings
    for select to rowlock_api
    using (user_id = app.current_user_id());

create policy jottings_insert_own on app.jottings
    for insert to rowlock_api
    with check (user_id = app.current_user_id());

grant select (user_id, id, body) on app.jottings to rowlock_api;
grant insert (body) on app.jottings to rowlock_api;
"""


def test_every_view_answers_an_auditor(ask: Ask) -> None:
    """A member of rowlock_auditor that has no other privilege may read every view."""
    for name in VIEWS:
        ask(f"select * from audit.{name}")  # noqa: S608 - names of our own files
    assert ask("select rolsuper from pg_roles where rolname = current_user") == [(False,)]


@pytest.mark.parametrize("name", VIEWS)
def test_other_roles_may_not_read(api_role: Connection, name: str) -> None:
    """The API's role may not read the view."""
    with api_role.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(f"select from audit.{name}")


def test_every_view_and_column_is_explained(ask: Ask) -> None:
    """Every view and column has a comment, which psql shows."""
    silent = ask(
        "select c.relname, a.attname from pg_class as c inner join pg_attribute as a"
        " on c.oid = a.attrelid where c.relnamespace = 'audit'::regnamespace and a.attnum > 0"
        " and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
    )
    named = ask("select relname from pg_class where relnamespace = 'audit'::regnamespace")

    assert silent == []
    assert sorted(name for (name,) in named) == VIEWS


def test_five_hundred_tables_are_in_the_views(owner: Connection, ask: Ask) -> None:
    """With 500 tables each view can be read, and no table or policy is missing.

    bench/guard/audit.py measures how long the views take.
    """
    ((tables, policies),) = ask(
        "select (select count(*) from audit.tables), (select count(*) from audit.policies)"
    )
    run(owner, MANY_TABLES)

    rows = {name: len(ask(f"select * from audit.{name}")) for name in VIEWS}  # noqa: S608 - as above

    assert (rows["tables"], rows["policies"]) == (tables + 500, policies + 2000)
    assert rows["access"] >= rows["tables"] * 5 * 3


def test_new_table_comes_out_right(
    owner: Connection, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new table with a policy file has no finding, and the views show its policies and grants."""
    folder = shutil.copytree(install.POLICIES, tmp_path / "policies")
    (folder / "jottings.sql").write_text(NOTES)
    monkeypatch.setattr(install, "POLICIES", folder)
    run(owner, "set local search_path = pg_catalog;" + NOTES_TABLE)
    assert {rule for (rule,) in ask("select rule from audit.findings")} >= {
        "drift",
        "tables_policies",
    }

    changed = [file for file in install.policy_files() if file.table == "jottings"]
    install.install(lambda sql: run(owner, sql), changed)

    assert ask("select object from audit.findings where rule <> 'server_floor'") == []
    assert ask(
        "select row_security, forced, select_policies, insert_policies, update_policies,"
        " delete_policies, leads_with_user_id, index_leads_with_user_id"
        " from audit.tables where table_name = 'jottings'"
    ) == [(True, True, 1, 1, 0, 0, True, True)]
    assert ask(
        "select command, reach, columns from audit.access"
        " where role = 'rowlock_api' and table_name = 'jottings' order by command"
    ) == [
        ("delete", "none", None),
        ("insert", "own", ["body"]),
        ("select", "own", ["body", "id", "user_id"]),
        ("truncate", "none", None),
        ("update", "none", None),
    ]
    assert ask(
        "select policy, file, sha256 from audit.policies where table_name = 'jottings'"
        " order by policy"
    ) == [
        (f"jottings_{command}_own", "jottings.sql", changed[0].hash)
        for command in ("insert", "select")
    ]
    assert ask("select drifted from audit.drift where file = 'jottings.sql'") == [(False,)]
