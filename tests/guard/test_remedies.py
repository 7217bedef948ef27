"""A remedy repairs its finding, and changes nothing else."""

import psycopg2
import pytest

from api.operations.startup_checks import CHECKS, SEARCH_PATH, Finding
from tests.guard.conftest import Check
from tests.guard.tables import PARTITIONED, TABLE

Connection = psycopg2.extensions.connection
WRITE_FILE = "-- write its policy file (docs/tutorial/add-a-table.md), "
TAKE_OUT = "-- take app.user_id out of DATABASE_URL, PGOPTIONS or postgresql.conf"
IS_SET = "select set_config('app.user_id', 'alice', true)"


def run(owner: Connection, sql: str) -> list[tuple[object, ...]]:
    with owner.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def remedies(findings: list[Finding]) -> list[str]:
    return [finding.remedy for finding in findings]


@pytest.mark.parametrize(
    ("check_name", "change", "expected"),
    [
        ("drift", TABLE, WRITE_FILE + "or drop the table"),
        ("drift", "drop policy tasks_select_own on app.tasks", "-- run: rowlock migrate"),
        ("drift", "drop table app.tasks cascade", "-- run: rowlock migrate"),
        ("tables_policies", TABLE, WRITE_FILE + "then run: rowlock migrate"),
        (
            "tables_policies",
            PARTITIONED,
            WRITE_FILE + "then run: rowlock migrate",
        ),
        (
            "tables_keys",
            "alter table app.tasks add constraint twice unique (title, id, user_id)",
            "alter table app.tasks drop constraint twice, add unique (user_id, title, id);",
        ),
        (
            "tables_keys",
            TABLE + "alter table app.probe drop constraint probe_pkey;"
            "create index on app.probe (user_id)",
            "alter table app.probe add primary key (user_id, id);",
        ),
        (
            "ownership",
            (
                "create role lord; create role other;"
                "grant lord, other to rowlock_api; alter schema app owner to lord"
            ),
            "revoke lord from rowlock_api;",
        ),
        (
            "outside",
            "grant create on schema public to rowlock_api",
            "revoke create on schema public from rowlock_api, public;",
        ),
    ],
)
def test_remedy_says_what_to_run(
    owner: Connection, check: Check, check_name: str, change: str, expected: str
) -> None:
    """The change has one finding, with exactly this remedy."""
    run(owner, change)

    assert remedies(check(check_name)) == [expected]


def test_view_is_given_its_callers_rights_where_it_can_be(owner: Connection) -> None:
    """Since Postgres 15 the remedy sets security_invoker; on Postgres 14 it revokes all grants."""
    run(owner, "create view app.mine as table app.tasks; grant select on app.mine to rowlock_api")
    sql = SEARCH_PATH + (CHECKS / "definer_rights.sql").read_text()
    fixed = "alter view app.mine set (security_invoker = true);"
    closed = "revoke all on app.mine from rowlock_api, public;"

    newer = owner.server_version >= 150000
    assert [row[2] for row in run(owner, sql)] == [fixed if newer else closed]
    assert [row[2] for row in run(owner, sql.replace("150000", "990000"))] == [closed]


@pytest.mark.parametrize("privilege", ["insert", "update"])
def test_remedy_of_a_column_leaves_the_others(
    owner: Connection, check: Check, privilege: str
) -> None:
    """The remedy revokes the privilege on user_id, and the privilege on title remains."""
    run(owner, f"grant {privilege} (user_id) on app.tasks to rowlock_api")
    (finding,) = check("privileges")

    run(owner, finding.remedy)

    held = "select has_column_privilege('rowlock_api', 'app.tasks', '{}', '{}')"
    assert run(owner, held.format("user_id", privilege)) == [(False,)]
    assert run(owner, held.format("title", privilege)) == [(True,)]


@pytest.mark.parametrize("grantee", ["rowlock_api", "public"])
def test_what_cannot_be_covered_is_closed(owner: Connection, check: Check, grantee: str) -> None:
    """The remedy revokes all on a materialised view, and moves it out of schema app."""
    run(
        owner,
        "create materialized view app.copy as table app.tasks;"
        f"grant select on app.copy to {grantee}",
    )
    (finding,) = check("tables_rls")

    run(owner, finding.remedy)

    assert run(owner, "select to_regclass('public.copy')::text") == [("public.copy",)]
    assert check("tables_rls") + check("outside") + check("definer_rights") == []


@pytest.mark.parametrize("privilege", ["create", "temporary"])
@pytest.mark.parametrize("grantee", ["rowlock_api", "public"])
def test_privilege_on_the_database_is_found_and_revoked(
    owner: Connection, check: Check, database: str, privilege: str, grantee: str
) -> None:
    """A grant to create schemas or temporary tables is found, to rowlock_api or to public."""
    made = {"create": "schemas", "temporary": "temporary tables"}[privilege]
    run(owner, f"grant {privilege} on database {database} to {grantee}")

    (finding,) = check("outside")
    assert (finding.object, finding.detail) == (
        f"database {database}",
        f"lets rowlock_api create {made} in it",
    )

    run(owner, finding.remedy)
    assert check("outside") == []


def test_owner_of_the_database_is_found(owner: Connection, check: Check, database: str) -> None:
    """A database that rowlock_api owns is a finding; the remedy changes the owner."""
    run(owner, f"alter database {database} owner to rowlock_api")

    (finding,) = check("ownership")
    assert finding.object == f"database {database}"
    run(owner, finding.remedy)
    assert check("ownership") == []


def test_role_granted_twice_is_named_once(owner: Connection, check: Check) -> None:
    """A membership with two grantors is one finding, although Postgres 16 stores it twice."""
    run(
        owner,
        "create role lord; create role steward; grant lord to steward with admin option;"
        "grant lord to rowlock_api; alter schema app owner to lord;"
        "set local role steward; grant lord to rowlock_api; reset role",
    )

    assert remedies(check("role_membership")) == ["revoke lord from rowlock_api;"]
    assert remedies(check("ownership")) == ["revoke lord from rowlock_api;"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "alter role other set \"app.user_id\" = 'alice'",
        "alter database template1 set \"app.user_id\" = 'alice'",
        "alter role rowlock_api in database template1 set \"app.user_id\" = 'alice'",
        "alter role rowlock_api set \"my.app.user_id\" = 'alice'",
    ],
)
def test_setting_without_effect_here_is_not_a_remedy(
    owner: Connection, check: Check, elsewhere: str
) -> None:
    """The remedy resets no setting of another role, another database or another name."""
    run(owner, "create role other;" + elsewhere + ";" + IS_SET)

    assert remedies(check("unbound")) == [TAKE_OUT]


def test_remedy_quotes_the_current_role(owner: Connection) -> None:
    """The remedy quotes the name of the role that runs the check and has the setting."""
    run(owner, 'create role "We ird"; alter role "We ird" set "app.user_id" = \'alice\';' + IS_SET)
    run(owner, 'set local session authorization "We ird"')

    found = run(owner, SEARCH_PATH + (CHECKS / "unbound.sql").read_text())
    assert [row[2] for row in found] == ['alter role "We ird" reset "app.user_id";']
