"""Each function that trail.verify() calls reports one kind of problem, and no other kind."""

import pytest

from tests.trail.conftest import Database

PARTS = ("broken_links", "broken_anchors", "chains")
AS_RECORDER = "set local role rowlock_recorder; "
LINKS = """
select place, is_incomplete, digest = hash, last_place,
    previous_hash = last_hash, last_hash = ''
from trail.links('alice') order by place
"""
ASK = "select * from trail.{}({}) order by user_id, place"


def ask(database: Database, part: str, only_user: str = "null") -> list[tuple[object, ...]]:
    """The result of one function, called by its owner rowlock_recorder."""
    return database.run(AS_RECORDER + ASK.format(part, only_user))


def test_links_have_the_hash_of_the_event_before(history: Database) -> None:
    """Each event has position and hash of its predecessor; the first has 0 and an empty hash."""
    assert history.run(AS_RECORDER + LINKS) == [
        (1, False, True, 0, True, True),
        *((place, False, True, place - 1, True, False) for place in range(2, 6)),
    ]


def test_links_continue_from_the_anchor(history: Database) -> None:
    """After retention dropped the first events, the first remaining event follows the anchor."""
    history.silently(
        "insert into trail.anchors select user_id, position, '2001-01-01', hash from app.events"
        " where user_id = 'alice' and position = 2;"
        "delete from app.events where user_id = 'alice' and position <= 2"
    )

    assert history.run(AS_RECORDER + LINKS) == [
        (place, False, True, place - 1, True, False) for place in range(3, 6)
    ]


def test_sound_trail_breaks_no_part(history: Database) -> None:
    """In an unchanged trail, no function reports a problem."""
    assert ask(history, "broken_links") == []
    assert ask(history, "broken_anchors") == []
    assert ask(history, "chains") == [("alice", 6, None), ("bob", 3, None)]


@pytest.mark.parametrize(
    ("tampering", "part", "found"),
    [
        (
            "update app.events set row_id = 'x' where user_id = 'alice' and position in (2, 4)",
            "broken_links",
            [
                ("alice", 2, "its hash does not match its content"),
                ("alice", 4, "its hash does not match its content"),
            ],
        ),
        (
            "insert into trail.anchors values ('carol', 1, 'infinity', '')",
            "broken_anchors",
            [("carol", 1, "the anchor of the chain is from a month that retention cannot drop")],
        ),
        (
            "update trail.heads set hash = 'x' where user_id = 'alice'",
            "chains",
            [("alice", 6, "the head of the chain is at position 5, the last event at 5")],
        ),
        (
            "delete from trail.heads where user_id = 'alice'",
            "chains",
            [("alice", 6, "the head of the chain is missing")],
        ),
        (
            "insert into trail.heads values ('carol')",
            "chains",
            [("carol", 1, "the head of the chain is at position 0, the last event at 0")],
        ),
        (
            "insert into trail.anchors values ('carol', 3, '2001-01-01', '')",
            "chains",
            [("carol", 4, "the head of the chain is missing")],
        ),
    ],
)
def test_part_finds_its_own_fault(
    history: Database, tampering: str, part: str, found: list[tuple[object, ...]]
) -> None:
    """The function reports each problem of its kind, and only those of the given user."""
    history.silently(tampering)

    assert [row for row in ask(history, part) if row[-1] is not None] == found
    assert [row for row in ask(history, part, "'bob'") if row[-1] is not None] == []
    user = f"'{found[0][0]}'"
    assert [row for row in ask(history, part, user) if row[-1] is not None] == found


def test_fault_of_a_link_is_reported_by_one_function(history: Database) -> None:
    """An edited event is a broken link; the functions for anchors and heads do not report it."""
    history.silently("update app.events set row_id = 'x' where position = 1")

    assert len(ask(history, "broken_links")) == 2
    assert ask(history, "broken_anchors") == []
    assert {row[-1] for row in ask(history, "chains")} == {None}


@pytest.mark.parametrize("part", ["links", *PARTS])
@pytest.mark.parametrize("role", ["rowlock_api", "rowlock_auditor", "rowlock_retention"])
def test_parts_are_for_verify_alone(history: Database, part: str, role: str) -> None:
    """Only rowlock_recorder may call these functions, because some of them return events' data.

    Auditors call trail.verify() instead.
    """
    may = "select has_function_privilege(%s, format('trail.%%s(text)', %s::text), 'execute')"

    assert history.run(may, role, part) == [(False,)]
    assert history.run(may, "rowlock_recorder", part) == [(True,)]
