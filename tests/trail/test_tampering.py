"""trail.verify() reports the first broken link after a superuser's change without triggers."""

from typing import Any

import pytest

from tests.trail.conftest import Database

CONTENT = "its hash does not match its content"
DATED = "its time is in the future or infinite"
YOUNG = "the anchor of the chain is from a month that retention cannot drop"
PREVIOUS = "its previous hash is not the hash of the event before it"
EDIT = "update app.events set changes = '{}' where user_id = 'alice' and position = 3"
REHASH = """
update app.events as e
set hash = trail.digest(
    previous_hash, user_id, position, occurred_at, action, table_name, row_id, changes,
    request_id, session_role
)
where user_id = 'alice' and position = 3
"""
FORGE = """
insert into app.events
select
    user_id, position + {ahead}, occurred_at, action, table_name, row_id, changes, request_id,
    session_role, {previous}, hash
from app.events where user_id = 'alice' and position = {position}
"""


def missing(last: int) -> str:
    return f"follows position {last}: events are missing or forged"


def head(position: int, last: int) -> str:
    return f"the head of the chain is at position {position}, the last event at {last}"


@pytest.mark.parametrize(
    ("tampering", "position", "problem"),
    [
        (EDIT, 3, CONTENT),
        ("update app.events set row_id = 'x' where user_id = 'alice' and position = 5", 5, CONTENT),
        (
            (
                "update app.events set session_role = 'rowlock_api', request_id = 'x'"
                " where user_id = 'alice' and position = 1"
            ),
            1,
            CONTENT,
        ),
        (
            (
                "update app.events set occurred_at = occurred_at + interval '1 microsecond'"
                " where user_id = 'alice' and position = 2"
            ),
            2,
            CONTENT,
        ),
        ("update app.events set hash = '' where user_id = 'alice' and position = 3", 3, CONTENT),
        ("delete from app.events where user_id = 'alice' and position = 1", 2, missing(0)),
        ("delete from app.events where user_id = 'alice' and position = 3", 4, missing(2)),
        ("delete from app.events where user_id = 'alice' and position = 5", 5, head(5, 4)),
        ("delete from app.events where user_id = 'alice' and position > 2", 3, head(5, 2)),
        ("delete from app.events where user_id = 'alice'", 1, head(5, 0)),
        (
            (
                "update app.events as e set changes = o.changes from app.events as o"
                " where e.user_id = 'alice' and o.user_id = 'alice'"
                " and e.position in (1, 2) and o.position in (1, 2) and e.position <> o.position"
            ),
            1,
            CONTENT,
        ),
        (
            (
                "update app.events set position = case position when 2 then 3 else 2 end"
                " where user_id = 'alice' and position in (2, 3)"
            ),
            2,
            PREVIOUS,
        ),
        (
            EDIT + ";" + REHASH,
            4,
            PREVIOUS,
        ),
        (FORGE.format(ahead=1, previous="hash", position=5), 6, CONTENT),
        (
            FORGE.format(ahead=0, previous="previous_hash", position=2).replace(
                "occurred_at, action", "occurred_at + interval '1 microsecond', action"
            ),
            2,
            missing(2),
        ),
        ("update trail.heads set position = 6 where user_id = 'alice'", 6, head(6, 5)),
        ("update trail.heads set hash = '' where user_id = 'alice'", 6, head(5, 5)),
        (
            "delete from trail.heads where user_id = 'alice'",
            6,
            "the head of the chain is missing",
        ),
        ("insert into trail.anchors values ('alice', 1, '2001-01-01', 'x')", 1, missing(1)),
        ("insert into trail.anchors values ('alice', 5, now(), 'x')", 1, missing(5)),
    ],
)
def test_tampering_is_found(history: Database, tampering: str, position: int, problem: str) -> None:
    """The first broken link of Alice's chain is reported; Bob's chain has no problem."""
    history.silently(tampering)

    alice, bob = history.verify()

    assert (alice[0], *alice[2:]) == ("alice", position, problem)
    assert bob == ("bob", 2, None, None)


# Computes all hashes of Alice's chain again, as a forger could.
REFORGE = """
do $$
declare
    e record;
    before bytea := '';
begin
    for e in select * from app.events where user_id = 'alice' order by position loop
        update app.events as f set
            previous_hash = case when f.previous_hash is not null then before end,
            hash = trail.digest(
                before, f.user_id, f.position, f.occurred_at, f.action, f.table_name, f.row_id,
                f.changes, f.request_id, f.session_role
            )
        where user_id = 'alice' and position = e.position
        returning hash into before;
    end loop;
    update trail.heads set hash = before where user_id = 'alice';
end
$$
"""
NULLABLE = """
alter table app.events drop constraint events_pkey;
alter table app.events alter {column} drop not null;
"""
FORGET = "update app.events set changes = '{}', previous_hash = null where user_id = 'alice'"
EMPTY = "update app.events set {column} = null where user_id = 'alice' and position = 3;"
EMPTY_HEAD = """
alter table trail.heads alter {column} drop not null;
update trail.heads set {column} = null where user_id = 'alice'
"""
EMPTY_ANCHOR = """
alter table trail.anchors alter {column} drop not null;
insert into trail.anchors values ('carol', 1, '2001-01-01', '');
update trail.anchors set {column} = null
"""
DATE = "update app.events set occurred_at = {when} where user_id = 'alice' and position = 3;"
CUT = """
insert into trail.anchors
select user_id, position, {when}, hash from trail.heads where user_id = 'alice';
delete from app.events where user_id = 'alice'
"""
INCOMPLETE = "a required column is null"


def test_chain_without_hashes_is_found(history: Database) -> None:
    """A forged chain is reported, even if its previous hashes are null and comparisons are null."""
    history.silently(NULLABLE.format(column="previous_hash") + FORGET)

    assert history.verify() == [("alice", 5, 1, INCOMPLETE), ("bob", 2, None, None)]


@pytest.mark.parametrize(
    "column", ["action", "table_name", "row_id", "changes", "session_role", "previous_hash"]
)
def test_null_in_a_rewritten_chain_is_found(history: Database, column: str) -> None:
    """A null in a NOT NULL column is reported, even if all hashes are correct."""
    history.silently((NULLABLE + EMPTY).format(column=column) + REFORGE)

    assert history.verify() == [("alice", 5, 3, INCOMPLETE), ("bob", 2, None, None)]


@pytest.mark.parametrize(
    ("column", "alice"),
    [
        ("hash", (5, 3, INCOMPLETE)),
        ("occurred_at", (5, 3, INCOMPLETE)),
        ("position", (5, 1, INCOMPLETE)),
        ("user_id", (4, 4, missing(2))),
    ],
)
def test_null_in_what_places_an_event_is_found(
    history: Database, column: str, alice: tuple[int, int, str]
) -> None:
    """An event without a hash, a time, a position or a user is reported."""
    history.silently((NULLABLE + EMPTY).format(column=column))

    nobody = [("", 1, 3, INCOMPLETE)] if column == "user_id" else []
    assert history.verify() == [*nobody, ("alice", *alice), ("bob", 2, None, None)]


@pytest.mark.parametrize("column", ["position", "occurred_at", "previous_hash", "hash"])
def test_null_in_a_head_is_found(history: Database, column: str) -> None:
    """A head with a null is reported."""
    history.silently(EMPTY_HEAD.format(column=column))

    assert history.verify()[0] == ("alice", 5, 6, "the head of the chain has a null column")


@pytest.mark.parametrize("column", ["position", "occurred_at", "hash"])
def test_null_in_an_anchor_is_found(history: Database, column: str) -> None:
    """An anchor with a null is reported, even if its user has no event and no head."""
    history.silently(EMPTY_ANCHOR.format(column=column))

    (carol,) = [row for row in history.verify() if row[0] == "carol"]
    place = 0 if column == "position" else 1
    assert carol == ("carol", 0, place, "the anchor of the chain has a null column")


@pytest.mark.parametrize(
    "when",
    [
        "now() + interval '6 minutes'",
        "'infinity'",
        "'-infinity'",
        "'294276-12-31 23:59:59.999999+00'",
    ],
)
def test_impossible_time_is_found(history: Database, when: str) -> None:
    """An impossible time is reported, even if the hashes are correct."""
    history.silently(DATE.format(when=when))
    assert history.verify() == [("alice", 5, 3, CONTENT), ("bob", 2, None, None)]
    history.silently(REFORGE)
    assert history.verify() == [("alice", 5, 3, DATED), ("bob", 2, None, None)]

    # A clock may be slightly ahead.
    history.silently(DATE.format(when="now() + interval '4 minutes'") + REFORGE)
    assert history.verify()[0] == ("alice", 5, None, None)


def test_impossible_position_does_not_stop_the_verification(history: Database) -> None:
    """The greatest possible position is reported, and causes no SQL error."""
    history.silently(
        "update app.events set position = 9223372036854775807"
        " where user_id = 'alice' and position = 5"
    )

    alice, bob = history.verify()
    assert (alice[:3], bob) == (("alice", 5, 9223372036854775807), ("bob", 2, None, None))


@pytest.mark.parametrize(
    ("anchored", "place", "problem"),
    [
        ("date_trunc('month', now(), 'UTC') - interval '1 microsecond'", None, None),
        ("date_trunc('month', now(), 'UTC')", 5, YOUNG),
        ("'infinity'", 5, YOUNG),
        ("'-infinity'", 5, YOUNG),
    ],
)
def test_history_cannot_be_cut_at_the_present(
    history: Database, anchored: str, place: int | None, problem: str | None
) -> None:
    """If all events are deleted, an anchor hides this only if its time is in an earlier month.

    Retention can drop no other month.
    """
    history.silently(CUT.format(when=anchored))

    assert history.verify() == [("alice", 0, place, problem), ("bob", 2, None, None)]


def test_user_of_whom_only_a_head_is_left_is_found(history: Database) -> None:
    """A head at position 0 is reported, because its user has no event."""
    history.silently(
        "delete from app.events where user_id = 'alice';"
        "update trail.heads set position = 0, hash = '' where user_id = 'alice'"
    )

    assert history.verify()[0] == ("alice", 0, 1, head(0, 0))


def test_digest_is_computed_as_documented(history: Database) -> None:
    """The hashes can be computed in Python, from the events alone."""
    import hashlib  # noqa: PLC0415
    import json  # noqa: PLC0415

    events: list[Any] = history.run(
        "select user_id, position, (extract(epoch from occurred_at) * 1000000)::bigint, action,"
        " table_name, row_id, changes::text, request_id, session_role, hash"
        " from app.events where user_id = 'alice' order by position"
    )
    before = b""
    for *said, changes, request, role, digest in events:
        parts = [json.dumps(value, ensure_ascii=False) for value in (*said,)]
        parts += [changes, json.dumps(request), json.dumps(role)]
        before = hashlib.sha256(before + f"[{', '.join(parts)}]".encode()).digest()
        assert bytes(digest) == before
