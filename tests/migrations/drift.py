"""Changes of the catalogue that no policy file makes, as SQL. {name} is the database."""

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
    "a trigger was given away": "alter function app.set_completed_at() owner to rowlock_auditor",
    "a trigger was dropped": "drop trigger tasks_touch on app.tasks",
    "a trigger was disabled": "alter table app.tasks disable trigger tasks_touch",
    "a trigger was added": (
        "create trigger more before insert on app.tasks for each row"
        " execute function suppress_redundant_updates_trigger()"
    ),
    "a trigger's function was replaced": (
        "create or replace function app.set_completed_at() returns trigger language plpgsql"
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
    "touching was given away": "alter function app.touch() owner to rowlock_auditor",
    "touching was replaced": (
        "create or replace function app.touch() returns trigger language plpgsql"
        " as 'begin return new; end'"
    ),
    "touching may be called": "grant execute on function app.touch() to rowlock_api",
    "ids were replaced": (
        "create or replace function app.new_id() returns uuid language sql"
        " return '00000000-0000-0000-0000-000000000000'::uuid"
    ),
    "attaching may be called": (
        "grant execute on function trail.attach(regclass, text[]) to rowlock_api"
    ),
    "a chain is always in order": (
        "create or replace function trail.broken_links(only_user text default null)"
        " returns table (user_id text, place bigint, problem text) language sql stable"
        " as 'select null::text, null::bigint, null::text where false'"
    ),
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
