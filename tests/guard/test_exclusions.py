"""Harmless changes, which no check reports; and faults in almost correct policies and keys."""

import psycopg2
import pytest

from api.operations.startup_checks import CHECKS
from tests.guard.conftest import Check
from tests.guard.tables import TABLE

NOT_OWN = "is not limited to user_id = app.current_user_id()"

PEEK = "create function {}.peek() returns int language sql security definer return 1;"
PROBE = "create table public.probe (id int);"
VIEW = "create view app.mine with (security_invoker = {}) as table app.tasks;"
OWN = "user_id = app.current_user_id()"
ALL_COMMANDS = "create policy more on app.tasks to rowlock_api using ({0}) with check ({0})"

LEFT_ALONE = [
    # A function that returns event_trigger cannot be called.
    (
        "definer_rights",
        (
            "create function watch() returns event_trigger language plpgsql security definer"
            " as 'begin end'"
        ),
    ),
    # Postgres checks EXECUTE on functions in the default and the constraints of a domain.
    (
        "definer_rights",
        PEEK.format("public") + "revoke execute on function peek() from public;"
        "create domain word as int default peek() check (value > peek());"
        "create aggregate sum_of(int) (sfunc = int4pl, stype = int)",
    ),
    # A table of an extension has the grants of the extension's script, and no users' rows.
    (
        "outside",
        PROBE + "grant select on probe to rowlock_api; alter extension plpgsql add table probe",
    ),
    (
        "definer_rights",
        PROBE + "create function spy() returns trigger language plpgsql security definer"
        " as 'begin return new; end'; revoke execute on function spy() from public;"
        "create trigger spy before insert on probe for each row execute function spy()",
    ),
    # rowlock_api may not execute this function, and no trigger of app.tasks runs it.
    ("definer_rights", PEEK.format("app") + "revoke execute on function app.peek() from public"),
    # Other schemas contain no users' rows: the check `outside` covers them.
    ("tables_rules", PROBE + "create rule kept as on delete to probe do instead nothing"),
    (
        "tables_rules",
        PROBE + "create trigger same before update on probe for each row"
        " execute function suppress_redundant_updates_trigger();"
        "alter table probe disable trigger same",
    ),
    ("tables_rules", "create sequence public.counted"),
    ("tables_rules", "create table public.probe (id int generated always as identity)"),
    (
        "tables_rules",
        (
            "alter table app.tasks add column number int generated always as identity;"
            "alter table app.tasks drop column number"
        ),
    ),
    ("tables_rules", "alter table app.tasks enable always trigger tasks_touch"),
    ("ownership", "alter database template1 owner to rowlock_api"),
    ("ownership", PROBE + "alter table probe owner to rowlock_api"),
    (
        "ownership",
        (
            "create function one() returns int language sql return 1;"
            "alter function one() owner to rowlock_api"
        ),
    ),
    ("ownership", "alter role rowlock_api superuser"),
    # A restrictive policy, or a further condition, can only hide more rows.
    (
        "tables_policies",
        "create policy less on app.tasks as restrictive for select using (completed)",
    ),
    (
        "tables_policies",
        f"alter policy tasks_select_own on app.tasks using ({OWN} and completed)",
    ),
    ("unbound", "select set_config('app.user_id', '', true)"),
]


# Views with their caller's rights (security_invoker), which exist since Postgres 15.
INVOKER_VIEWS = [
    *(
        ("definer_rights", VIEW.format(value) + "grant select on app.mine to rowlock_api")
        for value in ("true", "on")
    ),
    ("tables_rules", VIEW.format("true")),
    ("tables_rls", VIEW.format("true")),
]


def run(owner: psycopg2.extensions.connection, sql: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute("set local search_path = public;" + sql)


@pytest.mark.parametrize(("name", "change"), LEFT_ALONE)
def test_excluded_change_is_left_alone(
    owner: psycopg2.extensions.connection, check: Check, name: str, change: str
) -> None:
    """The check passes, because the change shows no user another user's rows."""
    run(owner, change)

    assert check(name) == []


@pytest.mark.parametrize(("name", "change"), INVOKER_VIEWS)
def test_view_with_its_callers_rights_is_left_alone(
    owner: psycopg2.extensions.connection, check: Check, name: str, change: str
) -> None:
    """A view with security_invoker is no finding; before Postgres 15 it cannot be created."""
    if owner.server_version < 150000:
        with pytest.raises(psycopg2.errors.InvalidParameterValue, match="security_invoker"):
            run(owner, change)
        return
    run(owner, change)

    assert check(name) == []


@pytest.mark.parametrize(
    ("change", "policy", "detail"),
    [
        (ALL_COMMANDS.format(OWN), "more", "is for all commands at once"),
        (
            (
                "drop policy tasks_select_own on app.tasks;"
                "create policy bare on app.tasks for select to rowlock_api"
            ),
            "bare",
            "lacks an explicit USING or WITH CHECK expression",
        ),
        (
            (
                "alter policy tasks_select_own on app.tasks using"
                f" (not completed or ({OWN} and completed))"
            ),
            "tasks_select_own",
            NOT_OWN,
        ),
        (
            f"alter policy tasks_update_own on app.tasks using ({OWN}) with check (true)",
            "tasks_update_own",
            NOT_OWN,
        ),
    ],
)
def test_policy_that_almost_fits_is_found(
    owner: psycopg2.extensions.connection, check: Check, change: str, policy: str, detail: str
) -> None:
    """A policy with a single fault has one finding, which states the fault."""
    run(owner, change)

    found = [(f.object, f.detail) for f in check("tables_policies")]
    assert found == [(f"{policy} on app.tasks", detail)]


def test_restrictive_policy_replaces_none(
    owner: psycopg2.extensions.connection, check: Check
) -> None:
    """A restrictive policy permits nothing: a granted command needs a permissive policy too."""
    run(
        owner,
        "drop policy tasks_select_own on app.tasks; create policy tasks_select_own on app.tasks"
        f" as restrictive for select to rowlock_api using ({OWN})",
    )

    (finding,) = check("tables_policies")
    assert finding.detail == "grants select, but has 0 policies for it"


def test_role_that_can_change_is_found(owner: psycopg2.extensions.connection, check: Check) -> None:
    """A session that logged in as rowlock_api and then became another role is reported."""
    run(owner, "create role guise; grant guise to rowlock_api")
    assert check("role_name") == []

    run(owner, "set local session authorization rowlock_api; set local role guise")
    with owner.cursor() as cursor:
        cursor.execute((CHECKS / "role_name.sql").read_text())
        assert [row[0] for row in cursor] == ["guise"]


def test_trigger_behind_a_key_is_found(owner: psycopg2.extensions.connection, check: Check) -> None:
    """`disable trigger all` also disables those of foreign keys; the remedies enable them all."""
    run(
        owner,
        TABLE + "alter table app.probe add foreign key (user_id, id) references app.tasks;"
        "alter table app.probe disable trigger all",
    )

    found = check("tables_rules")
    assert {f.detail for f in found} == {"is a trigger that does not fire"}
    assert all(f.object.endswith('" on app.probe') for f in found)
    for finding in found:
        run(owner, finding.remedy)
    assert check("tables_rules") == []


def test_keys_without_user_id_are_found(
    owner: psycopg2.extensions.connection, check: Check
) -> None:
    """In a table without user_id, no key can begin with it, so each key is a finding."""
    run(owner, "create table app.probe (id int primary key, next int references app.probe)")

    found = {finding.object for finding in check("tables_keys")}
    assert found == {"app.probe_pkey", "probe_next_fkey on app.probe", "app.probe"}


def test_execute_is_checked_on_the_aggregate_only(
    owner: psycopg2.extensions.connection,
) -> None:
    """Postgres checks EXECUTE on the function of a cast, but not on that of an aggregate."""
    run(
        owner,
        "create function peek(text, text) returns text language plpgsql security definer"
        " as 'begin return current_user; end';"
        "create aggregate peeked(text) (sfunc = peek, stype = text);"
        "create type word as (body text);"
        "create function to_word(text) returns word language plpgsql security definer"
        " as 'begin return row($1); end'; create cast (text as word) with function to_word(text);"
        "revoke execute on function peek(text, text), to_word(text) from public;"
        "grant usage on schema public to rowlock_api; grant usage on type word to rowlock_api",
    )
    with owner.cursor() as cursor:
        cursor.execute("select current_user")
        superuser = cursor.fetchall()
        cursor.execute("set local role rowlock_api; select public.peeked('a')")
        assert cursor.fetchall() == superuser

        for call in ("public.peek('a', 'b')", "'a'::text::public.word"):
            cursor.execute("savepoint refused")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"select {call}")
            cursor.execute("rollback to savepoint refused")
