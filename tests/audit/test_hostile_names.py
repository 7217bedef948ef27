"""Views and remedies work with hostile names: quotes, line breaks, other scripts, 63 bytes."""

import pytest
from psycopg2 import sql

from tests.audit.conftest import Ask, Connection, run
from tests.audit.test_installation import VIEWS

NAMES = {
    "a quote and SQL": "we\"ird'; drop table app.tasks; --",
    "a line break": "two\nlines\r\tof\\it",
    "a format": "%s %I {} $$ $1 $rules$",
    "another script": "任务 задачи مهام 🗝",
    "as long as can be": "é" * 31 + "x",
    "a keyword": "select",
    "an escape code": "\x1b[31mred\x1b[0m\u202e",
}

# Objects that rules of db/audit/rules and checks report, all with the same name.
PLANTED = """
create schema {name};
create collation {name}.{name} (locale = 'C');
update pg_collation set collisdeterministic = false where collname = {literal};
create function app.{name}() returns text language sql volatile leakproof security definer
as 'select current_setting(''app.user_id'', true)';
create role {name} login bypassrls;
create role {lord} login;
grant {name} to {lord};
grant pg_read_all_data to {lord};
alter role {name} set "app.user_id" = 'alice';
create table app.{lord} (user_id text collate {name}.{name}, id uuid);
create table app.{name} (user_id text, id uuid);
alter table app.{name} enable row level security, force row level security;
create policy {name} on app.{name} for select to {name} using (user_id = app.{name}());
grant truncate, trigger on app.{name} to {name};
grant references (id) on app.{name} to {lord};
alter default privileges for role {name} in schema app grant select on tables to {lord};
create view {name}.{name} as table app.{name};
grant select on {name}.{name} to {name} with grant option;
create materialized view {name}.{lord} as table app.{name};
grant select on {name}.{lord} to {name};
create publication {name} for table app.{name};
create publication {lord} for all tables;
create table {name}.child () inherits (app.{name});
create table {name}.parent (user_id text, id uuid);
alter table app.{name} inherit {name}.parent;
"""
FOUND = {
    *("bypass_rls", "reachable_roles", "stored_settings", "user_id_collation"),
    *("policyless_privileges", "default_privileges", "view_owner_rights", "publications"),
    *("inheritance", "identity_function", "leakproof", "definer_search_path"),
}


def plant(owner: Connection, name: str) -> None:
    """Create faulty objects with this name, and some with a second hostile name."""
    lord = f"{name[:30]}'\""
    names = {
        "name": sql.Identifier(name),
        "lord": sql.Identifier(lord),
        "literal": sql.Literal(name),
    }
    run(owner, sql.SQL(PLANTED).format(**names).as_string(owner))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_remedies_run_whatever_the_name(owner: Connection, ask: Ask, name: str) -> None:
    """Each rule finds the objects with this name; its remedies fix them and keep app.tasks."""
    plant(owner, name)

    found = ask("select rule, remedy from audit.findings")
    assert {rule for rule, _ in found} >= FOUND
    for _, remedy in found:
        if not remedy.startswith("-- "):
            run(owner, remedy)

    left = {rule for (rule,) in ask("select rule from audit.findings")}
    assert left & FOUND == set()
    assert ask("select count(*) from audit.tables where table_name = 'tasks'") == [(1,)]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_views_show_names_as_they_are(owner: Connection, ask: Ask, name: str) -> None:
    """Every view can be read; names are unquoted, except in columns that contain SQL."""
    plant(owner, name)

    for view in VIEWS:
        ask(f"select * from audit.{view}")  # noqa: S608 - names of our own files
    assert ask("select table_name from audit.tables where table_name = %s", name) == [(name,)]
    assert ask("select policy, roles from audit.policies where policy = %s", name) == [
        (name, [name])
    ]
    reach = "select reach from audit.access where role = %s and table_name = %s and command = %s"
    assert ask(reach, name, name, "truncate") == [("all",)]
    ((quoted,),) = ask("select quote_ident(%s)", name)
    assert (
        ask("select object from audit.grants where kind = 'table' and grantee = %s", name)
        == [(f"app.{quoted}",)] * 2
    )
