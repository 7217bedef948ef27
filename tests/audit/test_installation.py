"""What an auditor may ask, where every answer is explained, and how long 500 tables take."""

import time
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from db import audit_schema
from tests.audit.conftest import Ask, Connection, run

VIEWS = sorted(path.stem for path in audit_schema.VIEWS.glob("*.sql"))

MANY = """
create role clerk;
do $do$
begin
    for i in 1..500 loop
        execute format($$
            create table app.t%1$s (
                user_id text not null default app.current_user_id() check (user_id <> ''),
                id uuid not null default app.new_id(), a text, b text, c text,
                primary key (user_id, id)
            );
            alter table app.t%1$s enable row level security, force row level security;
            create policy t%1$s_select_own on app.t%1$s
                for select to rowlock_api using (user_id = app.current_user_id());
            create policy t%1$s_insert_own on app.t%1$s
                for insert to rowlock_api with check (user_id = app.current_user_id());
            create policy t%1$s_update_own on app.t%1$s
                for update to rowlock_api using (user_id = app.current_user_id())
                with check (user_id = app.current_user_id());
            create policy t%1$s_delete_own on app.t%1$s
                for delete to rowlock_api using (user_id = app.current_user_id());
            grant select (user_id, id, a, b, c), insert (id, a, b, c), update (a, b, c), delete
                on app.t%1$s to rowlock_api;
            grant select on app.t%1$s to clerk
        $$, i);
    end loop;
end
$do$;
"""


def seconds(connection: Connection) -> float:
    """A clock: the time the server worked for a connection, or the time of day if it is elsewhere.

    What the machine does besides is not the views' time.
    """
    process = Path("/proc") / str(connection.info.backend_pid)
    with suppress(OSError):
        if (process / "cmdline").read_bytes().startswith(b"postgres:"):
            return int((process / "schedstat").read_text().split()[0]) / 1e9
    return time.perf_counter()


def test_every_view_answers_an_auditor(ask: Ask) -> None:
    """A member of rowlock_auditor, with no other right, may read every view."""
    for name in VIEWS:
        ask(f"select * from audit.{name}")  # noqa: S608 - names of our own files
    assert ask("select rolsuper from pg_roles where rolname = current_user") == [(False,)]


@pytest.mark.parametrize("name", VIEWS)
def test_nobody_else_is_answered(api_role: Connection, name: str) -> None:
    """The API's role may read none of them."""
    with api_role.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(f"select from audit.{name}")


def test_every_view_and_column_is_explained(ask: Ask) -> None:
    r"""Psql's \\d+ says what each column means."""
    silent = ask(
        "select c.relname, a.attname from pg_class as c inner join pg_attribute as a"
        " on c.oid = a.attrelid where c.relnamespace = 'audit'::regnamespace and a.attnum > 0"
        " and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
    )
    named = ask("select relname from pg_class where relnamespace = 'audit'::regnamespace")

    assert silent == []
    assert sorted(name for (name,) in named) == VIEWS


def test_five_hundred_tables_are_answered_at_once(owner: Connection, ask: Ask) -> None:
    """With 500 tables, which the planner knows nothing of yet, each view takes less than 200 ms."""
    run(owner, MANY)

    rows, taken = {}, {}
    for name in VIEWS:
        attempts = []
        for _ in range(3):
            began = seconds(owner)
            rows[name] = len(ask(f"select * from audit.{name}"))  # noqa: S608 - as above
            attempts.append(seconds(owner) - began)
        taken[name] = min(attempts)

    assert {name: spent for name, spent in taken.items() if spent >= 0.2} == {}
    assert (rows["tables"], rows["policies"]) == (501, 2004)
    assert rows["access"] >= 501 * 5 * 3
