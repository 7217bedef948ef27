"""Objects of another role that refer to our tables, but that our tables do not use."""

import pytest

from tests.audit.conftest import Connection, Find, run
from tests.guard.tables import TABLE

MALLORY = """
create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
"""
NOT_OURS = {
    "an extension of a superuser's": "alter table app.probe add check"
    " (public.f(user_id) is not null);alter extension plpgsql add function public.f(text)",
    "a view over our table": "create view public.read as select user_id from app.probe;"
    "alter view public.read owner to mallory",
    "a rule over our table": "create table public.read (one text);"
    "alter table public.read owner to mallory; create rule r as on insert to public.read"
    " where exists (select from app.probe where public.f(user_id) > '') do instead nothing",
    "a policy that reads our table": "create table public.read (one text);"
    "alter table public.read owner to mallory; create policy p on public.read"
    " using (exists (select from app.probe where public.f(user_id) > ''))",
    "a foreign key to our table": "create table public.read (u text, i uuid,"
    " foreign key (u, i) references app.probe); alter table public.read owner to mallory",
    "a column of our table's type": "create table public.read (one app.probe);"
    "alter table public.read owner to mallory",
    "a function that reads our table": "create function public.reads() returns bigint language"
    " sql begin atomic select count(*) from app.probe; end; alter function public.reads() owner to"
    " mallory",
}


@pytest.mark.parametrize("change", NOT_OURS.values(), ids=NOT_OURS)
def test_what_our_tables_do_not_use_passes(owner: Connection, find: Find, change: str) -> None:
    """The rule foreign_code does not report an object that our tables do not use."""
    run(owner, MALLORY + TABLE + change)

    assert find("foreign_code") == []
