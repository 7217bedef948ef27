"""The cost of an event does not grow with the number of users."""

import pytest

from tests.trail.conftest import Database, run

USERS = 100_000
HEADS = """
set session_replication_role = replica;
insert into trail.heads (user_id, position)
select 'user-' || n, 1 from generate_series(1, %s) as n;
analyze trail.heads
"""
SCANS = """
select coalesce(sum(seq_scan), 0), coalesce(sum(idx_scan), 0), coalesce(sum(seq_tup_read), 0)
from pg_stat_xact_user_tables where relid = 'trail.heads'::regclass
"""
ACT = """
set local role rowlock_api;
select set_config('app.user_id', 'alice', true);
insert into app.tasks (title) values ('one');
update app.tasks set completed = true;
delete from app.tasks
"""
# A lookup with another collation than the index, as in an earlier trail.append().
LOOK = "select count(*) from trail.heads where user_id = 'alice' collate \"C\""


@pytest.fixture
def crowded(own: Database) -> Database:
    """A database with many users, each with a head."""
    own.run(HEADS, USERS)
    return own


def scans(database: Database, statement: str) -> tuple[int, ...]:
    """Sequential scans and index scans of trail.heads, and rows that sequential scans read."""
    connection = database.owner()
    try:
        run(connection, statement)
        run(connection, "reset role")
        (found,) = run(connection, SCANS)
        return tuple(map(int, found))
    finally:
        connection.close()


def test_write_looks_up_one_head(crowded: Database) -> None:
    """A create, an update and a delete find the user's head by its index."""
    whole, looked_up, read = scans(crowded, ACT)

    assert (whole, read) == (0, 0)
    assert looked_up > 0


def test_other_collation_shows(crowded: Database) -> None:
    """The control: a comparison with another collation than the index reads all heads."""
    assert scans(crowded, LOOK)[::2] == (1, USERS)


@pytest.mark.parametrize("collation", ["default", "C"])
@pytest.mark.parametrize(
    "ask",
    [
        "select * from trail.verify('user-5' collate {})",
        "select * from trail.heads_now('user-5' collate {})",
    ],
)
def test_question_about_one_user_reads_no_other(
    crowded: Database, ask: str, collation: str
) -> None:
    """For one user, the auditor's functions find the head by its index."""
    asked = "set local role rowlock_auditor; " + ask.format(f'"{collation}"')

    whole, looked_up, read = scans(crowded, asked)

    assert (whole, read) == (0, 0)
    assert looked_up > 0
