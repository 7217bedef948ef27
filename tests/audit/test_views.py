"""The exact rows of each view of schema audit, after one change per test."""

import pytest

from db.install import policy_files
from tests.audit.conftest import Ask, Connection, run

PROBE = "create table app.probe (user_id text, id int);"


def test_tables_of_a_fresh_database(ask: Ask) -> None:
    """app.tasks has forced RLS, one policy per command, and a key that begins with user_id."""
    ((name,),) = ask("select nspowner::regrole::text from pg_namespace where nspname = 'rowlock'")

    assert ask("select * from audit.tables where table_name = 'tasks'") == [
        ("app", "tasks", name, True, True, 1, 1, 1, 1, 0, True, True)
    ]


def test_tables_say_what_is_missing(owner: Connection, ask: Ask) -> None:
    """A new table has no protection; a policy for all commands counts for each of the four."""
    sql = "select * from audit.tables where table_name = 'probe'"
    run(owner, "create role lord;" + PROBE + "alter table app.probe owner to lord")
    assert ask(sql) == [("app", "probe", "lord", False, False, 0, 0, 0, 0, 0, False, False)]

    run(
        owner,
        "alter table app.probe enable row level security, add primary key (id);"
        "create index on app.probe (user_id); create policy a on app.probe;"
        "create policy b on app.probe for select;"
        "create policy c on app.probe as restrictive for delete",
    )
    assert ask(sql) == [("app", "probe", "lord", True, False, 2, 1, 1, 1, 1, False, True)]


def test_policies_name_the_file_that_installed_them(ask: Ask) -> None:
    """Each policy is shown with its roles, its expressions and the file that installed it."""
    (tasks,) = (file for file in policy_files() if file.name == "tasks.sql")

    found = ask(
        "select policy, command, permissive, roles, using_expression, check_expression, file,"
        " sha256, installed_at = i.at, installed_by = i.by from audit.policies cross join"
        " (select installed_at, installed_by from rowlock.installed_policies"
        " where file = 'tasks.sql') as i (at, by) where table_name = 'tasks' order by policy"
    )

    own = "(user_id = app.current_user_id())"
    said = ("tasks.sql", tasks.hash, True, True)
    assert found == [
        ("tasks_delete_own", "delete", True, ["rowlock_api"], own, None, *said),
        ("tasks_insert_own", "insert", True, ["rowlock_api"], None, own, *said),
        ("tasks_select_own", "select", True, ["rowlock_api"], own, None, *said),
        ("tasks_update_own", "update", True, ["rowlock_api"], own, own, *said),
    ]


def test_every_installed_policy_has_a_file(ask: Ask) -> None:
    """A policy in app has the file of its table; those in trail have the file name trail/*.sql."""
    found = ask("select distinct schema_name, table_name, file from audit.policies")

    assert set(found) >= {("app", "tasks", "tasks.sql"), ("trail", "heads", "trail/*.sql")}
    assert [
        row for row in found if row[2] != {"app": f"{row[1]}.sql"}.get(row[0], "trail/*.sql")
    ] == []


def test_policy_that_no_file_installed(owner: Connection, ask: Ask) -> None:
    """A policy in another schema has no file; a policy for every role has the role public."""
    run(
        owner,
        "create table public.probe (a int); create role one; create role two;"
        "create policy p on public.probe to two, one; create policy q on public.probe using (true)",
    )

    assert ask(
        "select policy, command, roles, using_expression, file from audit.policies"
        " where schema_name = 'public' order by policy"
    ) == [("p", "all", ["one", "two"], None, None), ("q", "all", ["public"], "true", None)]


@pytest.mark.parametrize(
    ("change", "reaches"),
    [
        ("", []),
        ("alter role clerk bypassrls", ["clerk (BYPASSRLS)"]),
        (
            (
                "create role near noinherit; create role far superuser bypassrls replication;"
                "grant far to near; grant near to clerk"
            ),
            ["clerk -> near -> far (superuser, BYPASSRLS, replicates every row)"],
        ),
        (
            (
                "create role a; create role b; create role far bypassrls;"
                "grant far to a, b; grant a, b to clerk"
            ),
            ["clerk -> a -> far (BYPASSRLS)", "clerk -> b -> far (BYPASSRLS)"],
        ),
        (
            "grant pg_write_server_files to clerk",
            ["clerk -> pg_write_server_files (reaches the server's files)"],
        ),
        (
            "grant pg_execute_server_program to clerk",
            ["clerk -> pg_execute_server_program (runs programs on the server)"],
        ),
        (
            "create role lord; grant lord to clerk;"
            + PROBE
            + "alter table app.probe owner to lord",
            ["clerk -> lord (owns tables of schema app)"],
        ),
    ],
)
def test_roles_name_every_path(
    owner: Connection, ask: Ask, change: str, reaches: list[str]
) -> None:
    """`reaches` lists each path to a role that can bypass policies, and states how it can."""
    run(owner, "create role clerk login createdb;" + change)

    found = ask("select can_login, create_db, reaches from audit.roles where role = 'clerk'")
    assert found == [(True, True, reaches)]


def test_roles_reach_others_by_creating_them(owner: Connection, ask: Ask) -> None:
    """Before Postgres 16 CREATEROLE is a path to every role that is not a superuser."""
    run(owner, "create role far bypassrls; create role clerk createrole")

    ((reaches,),) = ask("select reaches from audit.roles where role = 'clerk'")

    path = "clerk (CREATEROLE) -> far (BYPASSRLS)"
    assert (path in reaches) is (owner.server_version < 160000)


def test_grants_are_listed_with_what_is_to_come(owner: Connection, ask: Ask) -> None:
    """Grants on each kind of object are listed, and default privileges for future tables."""
    run(
        owner,
        "create role clerk;" + PROBE + "create sequence app.counted;"
        "grant truncate, references on app.probe to clerk; grant update (id) on app.probe to clerk;"
        "grant select on app.probe to clerk with grant option;"
        "grant usage on app.counted to clerk; grant usage on schema app to clerk;"
        "grant execute on function app.new_id() to clerk;"
        "create role lord; alter default privileges for role lord in schema app"
        " grant delete on tables to clerk; do $$ begin"
        " execute format('grant temporary on database %I to clerk', current_database()); end $$",
    )
    ((me, database),) = ask(
        "select nspowner::regrole::text, current_database()::text from pg_namespace"
        " where nspname = 'rowlock'"
    )

    found = ask(
        "select kind, object, privilege, grantable, granted_by from audit.grants"
        " where grantee = 'clerk' order by 1, 3"
    )

    assert found == [
        ("column", "app.probe.id", "update", False, me),
        ("database", database, "temporary", False, me),
        ("default tables", "schema app", "delete", False, "lord"),
        ("function", "app.new_id()", "execute", False, me),
        ("schema", "app", "usage", False, me),
        ("sequence", "app.counted", "usage", False, me),
        ("table", "app.probe", "references", False, me),
        ("table", "app.probe", "select", True, me),
        ("table", "app.probe", "truncate", False, me),
    ]


def test_grants_show_maintain(owner: Connection, ask: Ask) -> None:
    """MAINTAIN, a privilege since Postgres 17, is listed."""
    sql = "select privilege from audit.grants where grantee = 'clerk'"
    run(owner, "create role clerk; grant trigger on app.tasks to clerk")
    assert ask(sql) == [("trigger",)]

    if owner.server_version >= 170000:
        run(owner, "grant maintain on app.tasks to clerk")
        assert sorted(ask(sql)) == [("maintain",), ("trigger",)]


def test_functions_say_whose_rights_they_run_with(owner: Connection, ask: Ask) -> None:
    """A function is shown with SECURITY DEFINER, search path, LEAKPROOF, volatility and grantees.

    `identity` is true for the function that policies use.
    """
    run(
        owner,
        "create role lord; create function public.peek(a text, int) returns int language sql"
        " security definer leakproof immutable set search_path = pg_catalog, pg_temp as 'select 1';"
        "alter function public.peek owner to lord;"
        "revoke execute on function public.peek from public;"
        "grant execute on function public.peek to rowlock_api",
    )

    assert ask("select * from audit.functions where function ~ 'peek'") == [
        (
            *("public.peek(a text, integer)", "lord", True, "pg_catalog, pg_temp", True),
            *("immutable", False, ["lord", "rowlock_api"]),
        )
    ]
    assert ask(
        "select security_definer, search_path, leakproof, volatility, identity,"
        " 'rowlock_api' = any(executable_by), 'public' = any(executable_by)"
        " from audit.functions where function = 'app.current_user_id()'"
    ) == [(False, None, False, "stable", True, True, False)]


def test_views_say_whose_rights_they_read_with(owner: Connection, ask: Ask) -> None:
    """A view is shown with its owner, its options, and the roles that may read it."""
    invoker = "security_invoker = on, " if owner.server_version >= 150000 else ""
    run(
        owner,
        "create role lord; create role clerk; create view app.a as table app.tasks;"
        f"create view app.b with ({invoker}security_barrier = true) as table app.tasks;"
        "create materialized view app.c as table app.tasks;"
        "grant select (title) on app.a to clerk; grant select on app.b to public;"
        "alter view app.a owner to lord; alter view app.b owner to lord;"
        "alter materialized view app.c owner to lord",
    )

    assert ask("select * from audit.views order by 1") == [
        ("app.a", "lord", "view", False, False, ["clerk", "lord"]),
        ("app.b", "lord", "view", bool(invoker), True, ["lord", "public"]),
        ("app.c", "lord", "materialized view", False, False, ["lord"]),
    ]


def test_publications_say_what_they_carry(owner: Connection, ask: Ask) -> None:
    """Publications of no table, one table, a schema and all tables are listed, and row filters."""
    assert ask("select * from audit.publications") == []
    newer = owner.server_version >= 150000
    run(owner, "create publication empty; create publication every for all tables")
    run(
        owner,
        "create publication one for table app.tasks where (completed);"
        "create publication schemas for tables in schema app"
        if newer
        else "create publication one for table app.tasks",
    )

    sql = (
        "select * from audit.publications where coalesce(schema_name, 'app') = 'app'"
        " and coalesce(table_name, 'tasks') = 'tasks' order by 1"
    )
    assert ask(sql) == [
        ("empty", False, None, None, None),
        ("every", True, "app", "tasks", None),
        ("one", False, "app", "tasks", "completed" if newer else None),
        *([("schemas", False, "app", "tasks", None)] * newer),
    ]


def test_server_hides_what_an_auditor_may_not_see(
    owner: Connection, ask: Ask, auditor: str
) -> None:
    """A setting that the auditor may not see is null; `detail` names the role that may see it."""
    sql = (
        "select value is null, detail from audit.server where setting = 'shared_preload_libraries'"
    )
    what = "pgaudit among them records who read what"
    assert ask(sql) == [(True, what + "; shown to members of pg_read_all_settings only")]

    run(owner, f"grant pg_read_all_settings to {auditor}")
    assert ask(sql) == [(False, what)]


def test_drift_names_the_file(owner: Connection, ask: Ask) -> None:
    """A change to a table is drift of its policy file, even if the table has no such file."""
    sql = "select file, drifted, sha256 is null from audit.drift where drifted order by 1"
    assert ask(sql) == []
    files = sorted(file.name for file in policy_files())
    assert ask('select file from audit.drift order by file collate "C"') == [(f,) for f in files]

    run(owner, "drop policy tasks_select_own on app.tasks;" + PROBE)
    assert ask(sql) == [("probe.sql", True, True), ("tasks.sql", True, False)]
