"""Pitfalls of roles, of what they own, and of settings that are stored with them."""

from tests.audit.pitfalls import on_table, pitfall

ROLES = [
    pitfall(
        "the API's role is a member of one with BYPASSRLS",
        "create role api_lord bypassrls; grant api_lord to rowlock_api;",
        "role_bypass",
        "role_membership",
    ),
    pitfall(
        "the API's role may create roles",
        "alter role rowlock_api createrole;",
        "role_attributes",
    ),
    pitfall(
        "the API's role reads all data",
        "grant pg_read_all_data to rowlock_api;",
        "role_membership",
        "outside",
    ),
    on_table(
        "the API's role owns a table",
        "owned",
        "alter table app.{0} owner to rowlock_api;",
        "ownership",
        "privileges",
    ),
    pitfall(
        "a login role with BYPASSRLS",
        "create role backup login bypassrls;",
        "bypass_rls",
    ),
    pitfall(
        "a login role that can become a superuser",
        "create role root superuser; create role admin noinherit; grant root to admin;"
        "create role clerk login noinherit; grant admin to clerk;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that reads the server's files",
        "create role loader login; grant pg_read_server_files to loader;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that reads all data",
        "create role analyst login; grant pg_read_all_data to analyst;",
        "reachable_roles",
    ),
    pitfall(
        "a login role that can speak for any user",
        "create role developer login; grant rowlock_api to developer;",
        "reachable_roles",
    ),
    pitfall(
        "an identity stored with a role",
        "create role bound; alter role bound set app.user_id = 'alice';",
        "stored_settings",
    ),
    pitfall(
        "triggers that a stored setting silences",
        "create role silent; alter role silent set session_replication_role = replica;",
        "stored_settings",
    ),
]

# One of the server's own roles each, and since which version it is there.
PREDEFINED = (
    ("pg_monitor", "watches other users' statements", 0),
    ("pg_read_all_stats", "reads other users' statements", 0),
    ("pg_signal_backend", "ends other users' sessions", 0),
    ("pg_checkpoint", "makes the server write", 150000),
    ("pg_create_subscription", "subscribes to another server", 160000),
    ("pg_maintain", "locks every table", 170000),
)

SERVER = [
    pitfall(
        "a login role that copies the whole server",
        "create role copier login replication;",
        "replication_roles",
    ),
    pitfall(
        "a login role that can become one that copies the server",
        "create role streamer replication; create role follower login noinherit;"
        "grant streamer to follower;",
        "reachable_roles",
    ),
    *(
        pitfall(
            f"a login role that {what}, by {role}",
            f"create role in_{role} login; grant {role} to in_{role};",
            "reachable_roles",
            since=since,
        )
        for role, what, since in PREDEFINED
    ),
]

OWNERS = [
    pitfall(
        "another role owns the database",
        "create role landlord; do $$ begin"
        " execute format('alter database %I owner to landlord', current_database()); end $$;",
        "owners",
    ),
    pitfall(
        "another role owns schema public",
        "create role housekeeper; alter schema public owner to housekeeper;",
        "owners",
    ),
]

# Of the two roles of the trail nobody is a member: they write it, and thin it out.
ROLES_OF_THE_TRAIL = [
    pitfall(
        "a role that can write history",
        "create role forger; grant rowlock_recorder to forger;",
        "foreign_code",
        "trail_roles",
    ),
    pitfall(
        "a login role that can thin history out",
        "create role forgetful login noinherit; grant rowlock_retention to forgetful;",
        "trail_roles",
    ),
]

SETTINGS = [
    pitfall(
        "a search path stored for the API's role",
        "alter role rowlock_api set search_path = public;",
        "stored_settings",
        "settings",
    ),
    pitfall(
        "another role stored for the API's",
        "create role disguise; alter role rowlock_api set role = disguise;",
        "stored_settings",
        "settings",
    ),
    pitfall(
        "large objects without privileges, for everybody",
        "alter role all set lo_compat_privileges = on;",
        "stored_settings",
    ),
    pitfall(
        "an identity stored in capitals",
        "create role loud; alter role loud set \"APP.USER_ID\" = 'alice';",
        "stored_settings",
    ),
]

DATABASE = "do $$ begin execute format('alter database %I set {}', current_database()); end $$;"

SETTINGS_OF_THE_DATABASE = [
    pitfall(
        "read only, stored for the database",
        DATABASE.format("default_transaction_read_only = on"),
        "stored_settings",
        "settings",
    ),
    pitfall(
        "row-level security that fails queries, stored for the database",
        DATABASE.format("row_security = off"),
        "stored_settings",
        "settings",
    ),
    pitfall(
        "a search path, stored for the database",
        DATABASE.format("search_path = public"),
        "stored_settings",
    ),
]

CATALOGUE = [
    pitfall(
        "samples of every user's words, in the catalogue's statistics",
        "grant select on pg_statistic to public;",
        "catalogue_privileges",
    ),
    pitfall(
        "the server's files, by a function of the catalogue",
        "grant execute on function pg_read_file(text) to rowlock_api;",
        "catalogue_privileges",
    ),
    pitfall(
        "a parameter that silences triggers",
        "grant set on parameter session_replication_role to rowlock_api;",
        "parameter_grants",
        since=150000,
    ),
]

ALL = ROLES + SERVER + OWNERS + SETTINGS + SETTINGS_OF_THE_DATABASE + ROLES_OF_THE_TRAIL + CATALOGUE
