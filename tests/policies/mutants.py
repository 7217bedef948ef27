"""What could go wrong, one fault at a time, and who must notice.

A mutant breaks the database, or api/database/identity.py, in one way. `caught_by` names every
catcher: the isolation `matrix`, the request `sequence`, or a check of db/checks by its name.
"""

from typing import Any

from api.database import bound_connection
from api.database.async_pool import Pool, Query, Row
from tests.policies import mutants_around, mutants_of_grants
from tests.policies.mutant import mutant

# The faults that must be noticed, and those that were added to them.
DEMANDED = {
    "drop a policy",
    "using (true)",
    "drop WITH CHECK's condition",
    "disable RLS",
    "NO FORCE",
    "grant TRUNCATE",
    "BYPASSRLS",
    "a session-wide setting",
    "an unbound session",
}
ADDED = {
    "another policy",
    "a policy for everyone",
    "a column grant",
    "a missing grant",
    "a trespassing key",
    "around the policies",
    "a role with more rights",
    "a wrong identity",
}

# Checks that no mutant of a migrated database can fail: their tests are the guard's own.
ELSEWHERE = {"encoding", "role_name", "server_version"}


# Run in the owner's transaction, and rolled back.
CATALOGUE = (
    *mutants_of_grants.ALL,
    *mutants_around.ALL,
    *(
        mutant(
            "drop a policy",
            f"drop the policy of {command}",
            f"drop policy {{{command}}} on {{table}}",
            *("matrix", "tables_policies", "drift"),
        )
        for command in ("select", "insert", "update", "delete")
    ),
    *(
        mutant(
            "using (true)",
            f"using (true) for {command}",
            f"alter policy {{{command}}} on {{table}} using (true)",
            *("matrix", "tables_policies", "drift"),
        )
        for command in ("select", "update", "delete")
    ),
    *(
        mutant(
            "drop WITH CHECK's condition",
            f"with check (true) for {command}",
            f"alter policy {{{command}}} on {{table}} with check (true)",
            *("matrix", "tables_policies", "drift"),
        )
        for command in ("insert", "update")
    ),
    mutant(
        "drop WITH CHECK's condition",
        "no WITH CHECK for insert",
        "drop policy {insert} on {table};"
        "create policy {insert} on {table} for insert to rowlock_api",
        *("matrix", "tables_policies", "drift"),
    ),
    mutant(
        "drop WITH CHECK's condition",
        "no WITH CHECK for update",  # USING stands in for it, until somebody widens USING
        "drop policy {update} on {table};"
        "create policy {update} on {table} for update to rowlock_api"
        " using (user_id = app.current_user_id())",
        *("tables_policies", "drift"),
    ),
    mutant(
        "disable RLS",
        "disable row-level security",
        "alter table {table} disable row level security",
        *("matrix", "tables_rls", "drift"),
    ),
    mutant(
        "NO FORCE",
        "no force",  # the owner's matter alone: rowlock_api sees no difference
        "alter table {table} no force row level security",
        *("tables_rls", "drift"),
    ),
    mutant(
        "BYPASSRLS",
        "bypassrls",
        "alter role rowlock_api bypassrls",
        *("matrix", "role_bypass", "drift"),
    ),
    mutant(
        "BYPASSRLS",
        "member of a role with bypassrls",
        "create role landlord bypassrls; grant landlord to rowlock_api",
        *("role_bypass", "role_membership", "drift"),
    ),
    mutant(
        "BYPASSRLS",
        "member of a member of a role with bypassrls",
        "create role landlord bypassrls; create role agent;"
        "grant landlord to agent; grant agent to rowlock_api",
        *("role_bypass", "role_membership", "drift"),
    ),
    mutant(
        "another policy",
        "a second policy for select",
        "create policy extra on {table} for select to rowlock_api using (true)",
        *("matrix", "tables_policies", "drift"),
    ),
    mutant(
        "another policy",
        "one policy for all commands",
        "create policy extra on {table} to rowlock_api using (true)",
        *("matrix", "tables_policies", "drift"),
    ),
    mutant(
        "a policy for everyone",
        "policy to public",
        "alter policy {select} on {table} to public",
        *("tables_policies", "drift"),
    ),
    mutant(
        "a trespassing key",
        "unique key without user_id",
        "alter table {table} add column serial_number integer unique -- {insert} lets it do harm",
        *("tables_keys",),
    ),
    mutant(
        "a trespassing key",
        "unique key with user_id last",
        "alter table {table} add column serial_number integer, add unique (serial_number, user_id)"
        " -- {insert} lets it do harm",
        *("tables_keys",),
    ),
    mutant(
        "a trespassing key",
        "foreign key without user_id",
        "create table rowlock.colours (id integer primary key);"
        "alter table {table} add column colour integer references rowlock.colours"
        " -- {insert} lets it do harm",
        *("tables_keys",),
    ),
    mutant(
        "a role with more rights",
        "rowlock_api owns the table",
        "grant rowlock_api to current_user; grant create on schema app to rowlock_api;"
        "alter table {table} owner to rowlock_api -- {update} lets it do harm",
        *("matrix", "outside", "ownership", "privileges", "drift"),
    ),
    mutant(
        "a role with more rights",
        "rowlock_api may make databases",
        "alter role rowlock_api createdb",
        *("role_attributes", "drift"),
    ),
    mutant(
        "a role with more rights",
        "rowlock_api reads all data",
        "grant pg_read_all_data to rowlock_api",
        *("role_membership", "drift", "outside"),
    ),
    mutant(
        "a wrong identity",
        "the empty setting is a user",
        "create or replace function app.current_user_id() returns text"
        " language sql stable parallel safe return current_setting('app.user_id', true)",
        *("matrix", "drift"),
    ),
    mutant(
        "a wrong identity",
        "nobody is alice",
        "create or replace function app.current_user_id() returns text language sql stable"
        " parallel safe return coalesce(nullif(current_setting('app.user_id', true), ''), 'alice')",
        *("matrix", "drift"),
    ),
    mutant(
        "a wrong identity",
        "user_id does not default to the caller",
        "alter table {table} alter column user_id drop default -- {insert} lets it do harm",
        *("matrix", "tables_user_id"),
    ),
    mutant(
        "a wrong identity",
        "user_id may be empty",
        "alter table {table} drop constraint {user_id_check} -- {insert} lets it do harm",
        *("tables_user_id",),
    ),
)

# Committed, because only a new connection shows them; to a database of the test's own.
SETTINGS = (
    mutant(
        "a session-wide setting",
        "the role's setting",
        "alter role rowlock_api in database {database} set app.user_id = {user}",
        *("drift", "sequence", "settings", "unbound"),
    ),
    mutant(
        "a session-wide setting",
        "the database's setting",
        "alter database {database} set app.user_id = {user}",
        *("sequence", "unbound"),
    ),
)


async def _without_opening(pool: Pool, *queries: Query, **_: Any) -> Row | None:
    return await FETCH_ONE(pool, queries[-1])


FETCH_ONE = Pool.fetch_one

# What the mutants of the code put into api/database/identity.py.
PATCHES: dict[str, Any] = {
    "OPENING": bound_connection.OPENING.replace("true", "false"),
    "BIND": bound_connection.BIND.replace("true", "false"),
    "Pool.fetch_one": _without_opening,
    "BoundConnection.bind": lambda _connection, *_: None,
    "_unbind": lambda connection, _record, _state: connection.rollback(),
}
CODE = (
    mutant(
        "a session-wide setting",
        "a statement binds its session",
        "OPENING",
        *("sequence",),
    ),
    mutant(
        "a session-wide setting",
        "a unit of work binds its session",
        "BIND",
        *("sequence",),
    ),
    mutant(
        "an unbound session",
        "a statement is sent without its opening",
        "Pool.fetch_one",
        *("sequence",),
    ),
    mutant(
        "an unbound session",
        "a unit of work is sent without its opening",
        "BoundConnection.bind",
        *("sequence",),
    ),
    mutant(
        "an unbound session",
        "the opening outlives its request",
        "_unbind",
        *("sequence",),
    ),
)

ALL = CATALOGUE + SETTINGS + CODE
