"""Pitfalls of tables, policies and grants."""

from tests.audit.pitfalls import OWN, on_table, pitfall, policy

SWITCHES = [
    on_table(
        "row-level security is not enabled",
        "never_enabled",
        "alter table app.{0} disable row level security;",
        "tables_rls",
    ),
    on_table(
        "row-level security is not forced on the owner",
        "not_forced",
        "alter table app.{0} no force row level security;",
        "tables_rls",
    ),
    pitfall(
        "a table that no policy speaks for",
        "create table app.forgotten (user_id text not null default app.current_user_id()"
        " check (user_id <> ''), id uuid, primary key (user_id, id));"
        "alter table app.forgotten enable row level security, force row level security;",
        "tables_policies",
        "drift",
    ),
    pitfall(
        "a policy changed by hand, in a way that still looks right",
        f"alter policy tasks_select_own on app.tasks using ({OWN} and completed);",
        "drift",
    ),
]

POLICIES = [
    policy("a policy that is true for every row", "wide", "select", "using (true)"),
    policy("a policy for PUBLIC", "for_all", "select", "to public"),
    policy("any row may be inserted", "forged", "insert", "with check (true)"),
    policy("a row may be given away", "given", "update", "with check (true)"),
    policy("or instead of and", "either", "select", f"using ({OWN} or body is null)"),
    policy("an expression turned around", "turned", "select", f"using (({OWN}) is not true)"),
    policy(
        "nobody equals nobody",
        "nobody",
        "select",
        "using (user_id is not distinct from app.current_user_id())",
    ),
    policy(
        "nobody is somebody",
        "fallback",
        "select",
        "using (user_id = coalesce(app.current_user_id(), 'guest'))",
    ),
    policy(
        "the session's setting, read as it is",
        "setting",
        "select",
        "using (user_id = current_setting('app.user_id', true))",
    ),
    policy("names that only look alike", "alike", "select", "using (lower(user_id) = 'alice')"),
    policy(
        "rows shared by a table that users write",
        "shared",
        "select",
        "using (exists (select from app.tasks as t where t.title = body))",
    ),
    on_table(
        "a second permissive policy widens the first",
        "widened",
        "create policy more on app.{0} for select to rowlock_api using (true);",
        "tables_policies",
    ),
    on_table(
        "a policy for all commands at once",
        "at_once",
        "create policy more on app.{0} to rowlock_api using (" + OWN + ");",
        "tables_policies",
    ),
    on_table(
        "UPDATE without WITH CHECK",
        "unchecked",
        "drop policy {0}_update_own on app.{0}; create policy {0}_update_own on app.{0}"
        " for update to rowlock_api using (" + OWN + ");",
        "tables_policies",
    ),
    on_table(
        "only a restrictive policy, which gives nothing",
        "restrictive",
        "drop policy {0}_select_own on app.{0}; create policy {0}_select_own on app.{0}"
        " as restrictive for select to rowlock_api using (" + OWN + ");",
        "tables_policies",
    ),
    on_table(
        "a collation in which two users are one",
        "collated",
        "create collation public.alike (locale = 'C');"
        "update pg_collation set collisdeterministic = false where collname = 'alike';"
        "update pg_attribute set attcollation = (select oid from pg_collation"
        " where collname = 'alike') where attrelid = 'app.{0}'::regclass and attname = 'user_id';",
        "user_id_collation",
    ),
]

KEYS = [
    on_table(
        "a row without an owner",
        "ownerless",
        "alter table app.{0} drop constraint {0}_pkey, alter user_id drop not null;"
        "create index on app.{0} (user_id);",
        "tables_user_id",
        "tables_keys",
    ),
    on_table(
        "an owner without a name",
        "nameless",
        "alter table app.{0} drop constraint {0}_user_id_check;",
        "tables_user_id",
    ),
    on_table(
        "a row is not the caller's by default",
        "default_less",
        "alter table app.{0} alter user_id drop default;",
        "tables_user_id",
    ),
    on_table(
        "a unique key tells of another's row",
        "unique_to_all",
        "alter table app.{0} add unique (body);",
        "tables_keys",
    ),
    on_table(
        "a foreign key tells of another's row",
        "referring",
        "create unique index referred on app.{0} (id);"
        "alter table app.{0} add foreign key (id) references app.{0} (id);",
        "tables_keys",
    ),
    on_table(
        "no index for the policy",
        "unindexed",
        "alter table app.{0} drop constraint {0}_pkey, add primary key (id);",
        "tables_keys",
    ),
    on_table(
        "a sequence counts every user's rows",
        "counted",
        "alter table app.{0} add column number int generated always as identity;",
        "tables_rules",
    ),
]

PRIVILEGES = [
    *(
        on_table(
            f"{privilege.upper()}, which asks no policy, for the API's role",
            f"api_{privilege}",
            f"grant {privilege} on app.{{0}} to rowlock_api;",
            "privileges",
            since=since,
        )
        for privilege, since in (("truncate", 0), ("references", 0), ("maintain", 170000))
    ),
    *(
        on_table(
            f"{privilege.upper()}, which asks no policy, for another role",
            f"other_{privilege}",
            f"create role with_{privilege};grant {privilege} on app.{{0}} to with_{privilege};",
            "policyless_privileges",
            since=since,
        )
        for privilege, since in (("truncate", 0), ("trigger", 0), ("maintain", 170000))
    ),
    on_table(
        "the owner of a row may be written",
        "written",
        "grant insert (user_id), update (user_id) on app.{0} to rowlock_api;",
        "privileges",
    ),
    on_table(
        "everyone is granted", "public_read", "grant select on app.{0} to public;", "privileges"
    ),
    pitfall(
        "the next table is born open",
        "create role builder; alter default privileges for role builder in schema app"
        " grant all on tables to rowlock_api;",
        "default_privileges",
    ),
    pitfall(
        "the next table of the trail is born open",
        "create role archivist; alter default privileges for role archivist in schema trail"
        " grant all on tables to rowlock_api;",
        "default_privileges",
    ),
    pitfall(
        "TRUNCATE of the trail",
        "create role emptier; grant truncate on trail.heads to emptier;",
        "policyless_privileges",
    ),
    pitfall(
        "a trigger of the trail that does not fire",
        "alter table trail.heads disable trigger heads_kept;",
        "tables_rules",
        "drift",
    ),
    pitfall(
        "rows copied to where no policy is",
        "create table public.copied as table app.tasks; grant select on copied to rowlock_api;",
        "outside",
    ),
    pitfall(
        "users' sessions may leave temporary tables behind",
        "do $$ begin execute format('grant temporary on database %I to public',"
        " current_database()); end $$;",
        "outside",
    ),
    pitfall(
        "anybody may create in a schema",
        "grant create on schema public to public;",
        "outside",
    ),
]

ALL = SWITCHES + POLICIES + KEYS + PRIVILEGES
