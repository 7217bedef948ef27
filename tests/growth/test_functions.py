"""No function reads more rows if there are more users."""

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
# How each function is run, by its name.
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
PART_OF_VERIFY = "as trail.verify, which calls it"
# Functions about all users, and the reason: no request runs them.
WHOLE = {
    "trail.broken_anchors": PART_OF_VERIFY,
    "trail.broken_links": PART_OF_VERIFY,
    "trail.chains": PART_OF_VERIFY,
    "trail.links": PART_OF_VERIFY,
    "trail.heads_now": "without a user it is the auditor's, who keeps all heads elsewhere",
    "trail.verify": "without a user it follows every chain; the auditor's, from time to time",
    "trail.prepare": "it makes partitions of the months ahead, for which Postgres reads the "
    "default one; once a month, by the owner",
    "trail.retain": "it drops months of all users; once a month, by the owner",
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
# Not counted are calls that raise, and those of functions in SQL whose body took the call's place.
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
    """Run a statement, see that it called the function, and undo all."""
    with closing(many.owner()) as connection, connection.cursor() as cursor:
        cursor.execute("set local track_functions = 'all'")
        cursor.execute(statement)
        cursor.execute("reset role")
        cursor.execute(CALLED, {"name": name})
        assert cursor.fetchall() == [(True,)], f"{name} was not called"


def test_every_function_is_exercised_or_has_a_reason(many: Crowd) -> None:
    """Each function of the schemas, by a name of its own, is run below or has its reason above."""
    found = sorted(name for (name,) in many.ask(OURS, list(SCHEMAS)))

    assert found == sorted(EXERCISES.keys() | WHOLE.keys())


@pytest.mark.parametrize("name", EXERCISES)
def test_function_reads_no_other_users_rows(many: Crowd, name: str) -> None:
    """It makes no full scan of a growing table, and reads few rows and pages."""
    found = many.reads(lambda: run(many, name, EXERCISES[name]))

    assert grown(found) == {}


@pytest.mark.parametrize("name", ["app.current_user_id", "app.new_id"])
def test_function_that_reads_nothing_was_measured(many: Crowd, name: str) -> None:
    """The control: the counters distinguish no read from an index lookup."""
    nothing = many.reads(lambda: run(many, name, EXERCISES[name]))
    one = many.reads(lambda: run(many, "trail.heads_now", HEADS_NOW))

    assert sum(read.pages for read in nothing.values()) == 0
    assert one["trail.heads"].rows > 0 < one["trail.heads"].pages


@pytest.mark.parametrize(
    ("condition", "setting", "scans"),
    [
        # As trail.append() was before it named the collation that the heads have.
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
