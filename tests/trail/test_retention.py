"""Retention drops whole old months, and the rest of each chain can still be verified."""

import re

import psycopg2
import pytest

from tests.trail.conftest import Database

RETAIN = "select partition, events from trail.retain({})"
PARTITIONS = """
select relname from pg_class
where relnamespace = 'trail'::regnamespace and relispartition and relkind = 'r' order by 1
"""
POSITIONS = "select user_id, position from app.events order by 1, 2"

# Gives the first events an earlier time, and computes the hashes of the chain again.
AGE = """
set local session_replication_role = replica;
create temporary table aged on commit drop as
select e.*, occurred_at - make_interval(months => {months}) as at from app.events as e
where user_id = 'alice' and position <= {last};
delete from app.events where user_id = 'alice' and position <= {last};
do $$
declare
    e record;
    before bytea := '';
begin
    for e in select * from pg_temp.aged order by position loop
        insert into app.events select
            e.user_id, e.position, e.at, e.action, e.table_name, e.row_id, e.changes, e.request_id,
            e.session_role, before, trail.digest(
                before, e.user_id, e.position, e.at, e.action, e.table_name, e.row_id, e.changes,
                e.request_id, e.session_role
            )
        returning hash into before;
    end loop;
    for e in
        select * from app.events where user_id = 'alice' and position > {last} order by position
    loop
        update app.events set previous_hash = before, hash = trail.digest(
            before, e.user_id, e.position, e.occurred_at, e.action, e.table_name, e.row_id,
            e.changes, e.request_id, e.session_role
        )
        where user_id = 'alice' and position = e.position
        returning hash into before;
    end loop;
    update trail.heads set hash = before where user_id = 'alice';
end
$$;
"""
PARTITION_THEN = """
do $$
declare
    month timestamptz := date_trunc('month', now() at time zone 'UTC' - interval '{0} months')
        at time zone 'UTC';
begin
    execute format(
        'create table trail.%I partition of app.events for values from (%L) to (%L)',
        to_char(month at time zone 'UTC', '"events_"YYYY_MM'), month,
        (month at time zone 'UTC' + interval '1 month') at time zone 'UTC'
    );
end
$$
"""


@pytest.fixture
def aged(history: Database) -> Database:
    """Three of Alice's five events are three months old, in a partition of that month."""
    history.run(PARTITION_THEN.format(3))
    history.run(AGE.format(months=3, last=3))
    assert history.verify() == [("alice", 5, None, None), ("bob", 2, None, None)]
    return history


def test_migration_makes_the_months_ahead(own: Database) -> None:
    """There are partitions for 13 months and a default partition, all without grants.

    A second run of trail.prepare() adds none.
    """
    names = [name for (name,) in own.run(PARTITIONS)]

    assert len(names) == 14
    assert [name for name in names if not re.fullmatch(r"events_\d{4}_\d\d", name)] == [
        "events_default"
    ]
    assert own.run("select * from trail.prepare()") == []
    assert own.run(
        "select distinct relrowsecurity, relforcerowsecurity, relacl is null from pg_class"
        " where relnamespace = 'trail'::regnamespace and relispartition and relkind = 'r'"
    ) == [(True, True, True)]


def test_new_event_is_in_the_partition_of_its_month(history: Database) -> None:
    """Events are in the partition of their month, and none is in the default partition."""
    assert history.run(
        "select distinct tableoid::regclass::text ="
        " to_char(occurred_at at time zone 'UTC', '\"trail.events_\"YYYY_MM') from app.events"
    ) == [(True,)]


def test_event_without_a_month_is_written(own: Database) -> None:
    """An event whose month has no partition is written to the default partition and stays there."""
    for (name,) in own.run(PARTITIONS):
        if name != "events_default":
            own.run(f"drop table trail.{name}")

    own.as_user("alice", "insert into app.tasks (title) values ('kept')")

    assert own.run("select tableoid::regclass::text from app.events") == [("trail.events_default",)]
    assert len(own.run("select * from trail.prepare()")) == 12  # every month except this one
    assert own.verify() == [("alice", 1, None, None)]


def test_old_month_is_dropped_and_the_chain_continues(aged: Database) -> None:
    """An old partition is dropped, and the chain is verified from the anchor to new events."""
    before = len(aged.run(PARTITIONS))
    ((partition, events),) = aged.run(RETAIN.format(2))

    assert (re.fullmatch(r"events_\d{4}_\d\d", partition) is not None, events) == (True, 3)
    assert len(aged.run(PARTITIONS)) == before - 1
    assert aged.run(POSITIONS) == [("alice", 4), ("alice", 5), ("bob", 1), ("bob", 2)]
    assert aged.run("select user_id, position from trail.anchors") == [("alice", 3)]
    assert aged.verify() == [("alice", 2, None, None), ("bob", 2, None, None)]
    aged.as_user("alice", "insert into app.tasks (title) values ('new')")
    assert aged.verify()[0] == ("alice", 3, None, None)


@pytest.mark.parametrize(
    ("tampering", "position", "problem"),
    [
        (
            "delete from app.events where user_id = 'alice' and position = 4",
            5,
            "follows position 3: events are missing or forged",
        ),
        (
            "update trail.anchors set position = 2",
            4,
            "follows position 2: events are missing or forged",
        ),
        (
            "update trail.anchors set hash = ''",
            4,
            "its previous hash is not the hash of the event before it",
        ),
        ("delete from trail.anchors", 4, "follows position 0: events are missing or forged"),
    ],
)
def test_tampering_behind_an_anchor_is_found(
    aged: Database, tampering: str, position: int, problem: str
) -> None:
    """A changed anchor is reported, and so is a missing first event after an anchor."""
    aged.run(RETAIN.format(2))
    aged.silently(tampering)

    assert aged.verify()[0][2:] == (position, problem)


def test_chain_that_is_old_as_a_whole_still_verifies(aged: Database) -> None:
    """A chain without events is verified if its anchor equals its head."""
    aged.run(AGE.format(months=3, last=5))
    # The first three events are now six months old; that month has no partition.
    assert [events for _, events in aged.run(RETAIN.format(2))] == [2, 3]

    assert aged.verify() == [("alice", 0, None, None), ("bob", 2, None, None)]
    aged.silently("update trail.anchors set hash = 'x'")
    assert aged.verify()[0] == (
        "alice",
        0,
        6,
        "the head of the chain is at position 5, the last event at 5",
    )


def test_young_month_is_not_dropped(aged: Database) -> None:
    """A month is dropped only if it ended at least this many months ago; the minimum is one."""
    assert aged.run(RETAIN.format(3)) == []
    assert aged.run("select count(*) from app.events") == [(7,)]
    for months in (0, -1):
        with pytest.raises(psycopg2.errors.InvalidParameterValue, match="at least one month"):
            aged.run(RETAIN.format(months))


def test_old_events_of_the_default_partition_are_deleted(history: Database) -> None:
    """Old events in the default partition are deleted, and the result contains their number."""
    history.run(AGE.format(months=3, last=3))

    assert history.run(RETAIN.format(2)) == [("events_default", 3)]
    assert history.verify()[0] == ("alice", 2, None, None)


def test_retention_cannot_touch_what_is_not_old(aged: Database) -> None:
    """rowlock_retention cannot read, change or write events; it deletes only old ones."""
    for attempt in (
        "select changes from app.events",
        "update app.events set changes = '{}'",
        "insert into app.events (position) values (1)",
        "select from trail.heads",
        "drop table app.events",
        "select from app.tasks",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            aged.run(f"set local role rowlock_retention; {attempt}")
    aged.run("set local role rowlock_retention; select trail.drop_before('infinity')")
    seen = "set local role rowlock_retention; select count(position) from app.events"
    assert aged.run(seen) == [(4,)]  # the three old events
    aged.run("set local role rowlock_retention; delete from app.events")
    assert aged.run(seen) == [(4,)]
    anchor = "set local role rowlock_retention; insert into trail.anchors values ('x', 1, {}, '')"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
        aged.run(anchor.format("now()"))
    aged.run(anchor.format("'2001-01-01'"))


def test_partition_is_dropped_for_what_it_may_hold(aged: Database) -> None:
    """The age of a partition is read from its bounds, not from its name."""
    ((old,),) = aged.run(
        "select distinct tableoid::regclass::text from app.events"
        " where occurred_at < now() - interval '1 month'"
    )
    ((young,),) = aged.run(
        "select distinct tableoid::regclass::text from app.events"
        " where occurred_at > now() - interval '1 hour'"
    )
    aged.run(f"alter table {old} rename to events_9999_01")
    aged.run(f"alter table {young} rename to events_2001_01")

    assert aged.run(RETAIN.format(2)) == [("events_9999_01", 3)]
    assert aged.verify() == [("alice", 2, None, None), ("bob", 2, None, None)]
