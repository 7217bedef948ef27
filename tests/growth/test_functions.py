"""A function does not read more rows when the number of users grows."""

from contextlib import closing

import pytest

from tests.support.crowd import SCHEMAS, USERS, Crowd, grown

API = "set local role rowlock_api; select set_config('app.user_id', 'user-5', true); "
HEADS_NOW = "set local role rowlock_auditor; select * from trail.heads_now('user-5')"
VERIFY = "set local role rowlock_auditor; select * from trail.verify('user-5')"
PART = "set local role rowlock_recorder; select * from trail.{}('user-5')"
WRITE = """
insert into app.tasks (title) values ('one');
update app.tasks set completed = not completed;
delete from app.tasks where title = 'one'
"""
REFUSED = """
do $$
begin
    update trail.heads set position = 9 where user_id = 'user-5';
    raise 'it was not refused';
exception when object_not_in_prerequisite_state then null;
end
$$
"""
# For each function, statements that run it for one user.
EXERCISES = {
    "app.current_user_id": API + "select app.current_user_id()",
    "app.new_id": "select app.new_id()",
    "app.set_completed_at": API + WRITE,
    "app.touch": API + WRITE,
    "rowlock.close": "select rowlock.close('app.tasks')",
    "rowlock.reclaim": "select rowlock.close('app.tasks')",
    "rowlock.revoke_all": "select rowlock.close('app.tasks')",
    "rowlock.take_back": "select rowlock.close('app.tasks')",
    "trail.append": API + WRITE,
    "trail.attach": "select trail.attach('app.tasks')",
    "trail.broken_anchors": PART.format("broken_anchors"),
    "trail.broken_links": PART.format("broken_links"),
    "trail.chains": PART.format("chains"),
    "trail.digest": API + WRITE,
    "trail.drop_before": "select trail.drop_before('2000-01-01')",
    "trail.heads_now": HEADS_NOW,
    "trail.links": PART.format("links"),
    "trail.record": API + WRITE,
    "trail.refuse": REFUSED,
    "trail.verify": VERIFY,
}
PART_OF_VERIFY = "it is a part of trail.verify"
# Functions that may read rows of all users, and the reason why. No request runs them.
WHOLE = {
    "trail.broken_anchors": PART_OF_VERIFY,
    "trail.broken_links": PART_OF_VERIFY,
    "trail.chains": PART_OF_VERIFY,
    "trail.links": PART_OF_VERIFY,
    "trail.heads_now": "without a user it returns all heads, which an auditor stores elsewhere",
    "trail.verify": "without a user it verifies every chain; an auditor runs it occasionally",
    "trail.prepare": "it creates partitions of future months, and Postgres then reads the default "
    "partition; the owner runs it once a month",
    "trail.retain": "it drops months of all users; the owner runs it once a month",
}
PLANT = """
create function trail.planted() returns void language plpgsql
as $$ begin perform count(*) from trail.heads where {}; end $$;
set local enable_seqscan = {};
select trail.planted()
"""
OURS = """
select pronamespace::regnamespace || '.' || proname from pg_proc
where pronamespace::regnamespace::text = any(%s)
"""
# Postgres does not count calls that raise an error, nor calls of SQL functions that it inlines.
CALLED = """
select
    exists (
        select from pg_stat_xact_user_functions
        where schemaname || '.' || funcname = %(name)s and calls > 0
    )
    or %(name)s = 'trail.refuse'
    or 'sql' = all(
        select l.lanname from pg_proc as p inner join pg_language as l on p.prolang = l.oid
        where p.pronamespace::regnamespace || '.' || p.proname = %(name)s
    )
"""


def run(many: Crowd, name: str, statement: str) -> None:
    """Run a statement, assert that it called the function, and roll back."""
    with closing(many.owner()) as connection, connection.cursor() as cursor:
        cursor.execute("set local track_functions = 'all'")
        cursor.execute(statement)
        cursor.execute("reset role")
        cursor.execute(CALLED, {"name": name})
        assert cursor.fetchall() == [(True,)], f"{name} was not called"


def test_every_function_is_exercised_or_has_a_reason(many: Crowd) -> None:
    """Each function of the three schemas is in EXERCISES or in WHOLE; no two have the same name."""
    found = sorted(name for (name,) in many.ask(OURS, list(SCHEMAS)))

    assert found == sorted(EXERCISES.keys() | WHOLE.keys())


@pytest.mark.parametrize("name", EXERCISES)
def test_function_reads_no_other_users_rows(many: Crowd, name: str) -> None:
    """The function makes no full scan of a growing table, and reads few rows and pages."""
    found = many.reads(lambda: run(many, name, EXERCISES[name]))

    assert grown(found) == {}


@pytest.mark.parametrize("name", ["app.current_user_id", "app.new_id"])
def test_function_that_reads_nothing_was_measured(many: Crowd, name: str) -> None:
    """The control: the counters are 0 for a function without reads, and not 0 for an index scan."""
    nothing = many.reads(lambda: run(many, name, EXERCISES[name]))
    one = many.reads(lambda: run(many, "trail.heads_now", HEADS_NOW))

    assert sum(read.pages for read in nothing.values()) == 0
    assert one["trail.heads"].rows > 0 < one["trail.heads"].pages


@pytest.mark.parametrize(
    ("condition", "setting", "scans"),
    [
        # An earlier trail.append() had this mistake: a collation that differs from the column's.
        ("user_id = 'user-5' collate \"C\"", "on", 1),
        ("user_id > ''", "off", 0),
    ],
)
def test_planted_function_shows(many: Crowd, condition: str, setting: str, scans: int) -> None:
    """The control: a function that reads all heads is found, by its scan or index reads."""
    statement = PLANT.format(condition, setting)

    found = grown(many.reads(lambda: run(many, "trail.planted", statement)))

    assert found.keys() == {"trail.heads"}
    assert found["trail.heads"].scans == scans
    assert found["trail.heads"].rows >= USERS
