"""What a superuser does behind everybody's back is found, at the first link that does not hold."""

from typing import Any

import pytest

from tests.trail.conftest import Database

CONTENT = "its hash is not that of what it says"
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
        ("insert into trail.anchors values ('alice', 1, 'x')", 1, missing(1)),
    ],
)
def test_tampering_is_found(told: Database, tampering: str, position: int, problem: str) -> None:
    """The first link of Alice's chain that does not hold is named; Bob's chain holds."""
    told.silently(tampering)

    alice, bob = told.verify()

    assert (alice[0], *alice[2:]) == ("alice", position, problem)
    assert bob == ("bob", 2, None, None)


def test_digest_is_computed_as_documented(told: Database) -> None:
    """Whoever knows the events can compute the chain without the database's own functions."""
    import hashlib  # noqa: PLC0415
    import json  # noqa: PLC0415

    events: list[Any] = told.run(
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
