"""Which cursors are accepted; no cursor shows another user's rows."""

import base64

import pytest

from tests.support.api import Client
from tests.support.paging import cursor, following
from tests.support.problems import wrong_values

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FOREIGN = "It is not a cursor of this API."
TOO_LONG = "String should have at most 2000 characters"
OTHER_ORDER = "It belongs to a list in another order."
OTHER_FILTER = "It belongs to a list with another filter."


def test_cursor_shows_no_row_of_another_user(alice: Client, bob: Client) -> None:
    """A cursor is only a position: if Bob sends Alice's cursor, he reads his own list."""
    his = [bob.create_task(title="his") for _ in range(2)]
    for _ in range(2):
        alice.create_task(title="hers")
    address = following(alice.get("/api/tasks", params={"limit": 1}))
    assert address is not None

    assert bob.get(address).json() == his[:0:-1]
    assert [task["title"] for task in alice.get(address).json()] == ["hers"]


@pytest.mark.parametrize(
    ("sort", "given", "detail"),
    [
        ("created", "", FOREIGN),
        ("created", "rubbish", FOREIGN),
        ("created", "%00", FOREIGN),
        ("created", "a\x00b", FOREIGN),
        ("created", "\ud7ff\U0001f600", FOREIGN),
        ("created", "====", FOREIGN),
        ("created", base64.urlsafe_b64encode(b"\xff\xfe\x00garbage").decode(), FOREIGN),
        pytest.param("created", base64.b64encode(b"[" * 1400).decode(), FOREIGN, id="deep"),
        pytest.param("created", base64.b64encode(b"9" * 1400).decode(), FOREIGN, id="huge number"),
        ("created", cursor(), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01"), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", ID, ID), FOREIGN),
        ("created", cursor("tasks created all", "infinity", ID), FOREIGN),
        ("created", cursor("tasks created all", float("inf"), ID), FOREIGN),
        ("created", cursor("tasks created all", None, ID), FOREIGN),
        ("created", cursor("tasks created all", "now", ID), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01\x00", ID), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", "x"), FOREIGN),
        ("created", cursor("tasks created all", "2026-01-01", 7), FOREIGN),
        ("created", cursor(float("inf"), "2026-01-01", ID), FOREIGN),
        ("created", cursor({}, "2026-01-01", ID), FOREIGN),
        ("created", cursor("tasks title all", "a", ID), OTHER_ORDER),
        ("title", cursor("tasks created all", "2026-01-01", ID), OTHER_ORDER),
        ("title", cursor("tasks title pending", "a", ID), OTHER_FILTER),
        ("title", cursor("notes title all", "a", ID), FOREIGN),
        ("title", cursor("title", "a", ID), FOREIGN),
        ("title", cursor("tasks title all", 7, ID), FOREIGN),
        ("title", cursor("tasks title all", ["a"], ID), FOREIGN),
        ("title", cursor("tasks title all", "\x00", ID), FOREIGN),
        ("title", cursor("tasks title all", "\ud800", ID), FOREIGN),
        pytest.param("created", "a" * 2001, TOO_LONG, id="long"),
        pytest.param("created", "a" * 8_000, TOO_LONG, id="longer"),
    ],
)
def test_wrong_cursor_is_refused(alice: Client, sort: str, given: str, detail: str) -> None:
    """A cursor that this API did not make for this list, order and filter is 422."""
    response = alice.get("/api/tasks", params={"sort": sort, "cursor": given})

    assert wrong_values(response) == [("query", "cursor", detail)]


@pytest.mark.parametrize(
    ("key", "status"),
    [("2026-W01-1", 422), ("0001-01-01T00:00:00+23:59", 422), ("2026-01-01", 200)],
)
def test_date_that_only_python_reads_is_refused(alice: Client, key: str, status: int) -> None:
    """A cursor with a date that Postgres cannot parse is 422; a valid date is accepted."""
    response = alice.get("/api/tasks", params={"cursor": cursor("tasks created all", key, ID)})

    assert response.status_code == status
