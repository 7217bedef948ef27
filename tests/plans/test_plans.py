"""With row-level security, statements read as many pages as with a hand-written filter."""

from collections.abc import Iterator

import pytest

from api.database.listing import Kind
from api.database.statements import Statement
from api.tables.tasks import queries
from tests.support.plans import LARGEST, ORDINARY, Sides, askers, buffers, nodes, shape, two_sides
from tests.support.server import Server

WRITES = ("CREATE", "REPLACE", "TOGGLE", "COMPLETE", "DELETE")
SINGLE: dict[str, Statement] = {name: getattr(queries, name) for name in ("READ", *WRITES)}
LISTS = {
    f"{kind.order} {kind.choices[0]} {'further' if kind.nulls else 'first'}": kind
    for kind in queries.LIST.ordinary
}
DEEP = 1500

type Lists = dict[Kind, Statement]
INDEX = {"created": "tasks_created_idx", "title": "tasks_title_idx"}
NEW_ID = {"id": "00000000-0000-7000-8000-000000000000"}

# Policies that isolate users equally well, but are slower.
VOLATILE = """
create function app.asked_anew() returns text language plpgsql volatile
as 'begin return current_setting(''app.user_id'', true); end'
"""
DEARER = {
    "lower": "lower(user_id) = lower(app.current_user_id())",
    "volatile": "user_id = app.asked_anew()",
    "per row": "(select user_id = app.current_user_id())",
}


@pytest.fixture(scope="module")
def sides(server: Server) -> Iterator[Sides]:
    """Two databases with 20,000 tasks of 200 users: one with row-level security, one without."""
    with two_sides(server) as opened:
        yield opened


def test_every_statement_is_compared() -> None:
    """The tests below compare the plans of every statement of the API."""
    statements = {name for name, value in vars(queries).items() if isinstance(value, Statement)}

    assert statements == SINGLE.keys()
    assert len(LISTS) == len(queries.LIST.ordinary)
    assert queries.LIST.ordinary.keys() == queries.LIST.long.keys()


@pytest.mark.parametrize("user", [LARGEST, ORDINARY])
@pytest.mark.parametrize("name", SINGLE)
def test_statement_has_the_plan_of_the_filter(sides: Sides, name: str, user: str) -> None:
    """Both plans have the same nodes, indexes and conditions, and read equally many pages."""
    values = sides.values(user) | (NEW_ID if name == "CREATE" else {})

    secured = sides.secured.settled(user, SINGLE[name], values)
    by_hand = sides.by_hand.settled(user, SINGLE[name], values)

    assert shape(secured, user) == shape(by_hand, user)
    assert buffers(secured) == buffers(by_hand) > 0


@pytest.mark.parametrize(("user", "limit", "behind"), [(LARGEST, 51, DEEP), (ORDINARY, 11, 10)])
@pytest.mark.parametrize(
    "lists", [queries.LIST.ordinary, queries.LIST.long], ids=["ordinary", "long"]
)
@pytest.mark.parametrize("name", LISTS)
def test_list_has_the_plan_of_the_filter(
    sides: Sides, name: str, lists: Lists, user: str, limit: int, behind: int
) -> None:
    """Both plans of each list are equal, for the user with most tasks and an ordinary user."""
    kind = LISTS[name]
    statement = lists[kind]
    values = sides.values(user, sort=kind.order, behind=behind) | {"limit": limit}

    secured = sides.secured.settled(user, statement, values)
    by_hand = sides.by_hand.settled(user, statement, values)

    assert shape(secured, user) == shape(by_hand, user)
    assert buffers(secured) == buffers(by_hand) > 0


@pytest.mark.parametrize("name", SINGLE)
def test_asking_who_is_asking_touches_no_page(sides: Sides, name: str) -> None:
    """Row-level security adds one evaluation of the user id per statement, which reads no page."""
    values = sides.values(LARGEST) | (NEW_ID if name == "CREATE" else {})

    added = askers(sides.secured.settled(LARGEST, SINGLE[name], values))

    assert {node["Node Type"] for node in added} <= {"Result"}
    assert [node for node in added if node["Actual Loops"] > 1] == []
    assert sum(node["Shared Hit Blocks"] + node["Shared Read Blocks"] for node in added) == 0
    assert askers(sides.by_hand.settled(LARGEST, SINGLE[name], values)) == []


@pytest.mark.parametrize("policy", DEARER)
def test_dearer_policy_shows(server: Server, policy: str) -> None:
    """The control: with a slower policy, the plans differ and more pages are read."""
    change = f"alter policy tasks_select_own on app.tasks using ({DEARER[policy]})"
    with two_sides(server, VOLATILE, change) as sides:
        values = sides.values(LARGEST)
        secured = sides.secured.settled(LARGEST, queries.READ, values)
        by_hand = sides.by_hand.settled(LARGEST, queries.READ, values)

    assert [node["Actual Rows"] for node in (secured["Plan"], by_hand["Plan"])] == [1, 1]
    assert shape(secured, LARGEST) != shape(by_hand, LARGEST)
    assert buffers(secured) > 2 * buffers(by_hand)


@pytest.mark.parametrize("name", LISTS)
def test_page_stops_after_its_last_row(sides: Sides, name: str) -> None:
    """A page of a list of 2,000 tasks is read in index order, and the scan stops after the page.

    Every second task is completed, so a list of only completed or only open tasks skips about as
    many rows as it returns.
    """
    kind = LISTS[name]
    values = sides.values(LARGEST, sort=kind.order, behind=DEEP)

    plan = sides.secured.settled(LARGEST, queries.LIST.ordinary[kind], values)

    scan = nodes(plan)[-1]
    assert [node["Node Type"] for node in nodes(plan)] == [
        "Aggregate",
        "Subquery Scan",
        "Limit",
        "Index Scan",
    ]
    assert (scan["Index Name"], scan["Actual Rows"]) == (INDEX[kind.order], 51)
    assert scan.get("Rows Removed by Filter", 0) <= (0 if kind.choices == ("all",) else 75)


@pytest.mark.parametrize("sort", INDEX)
def test_deep_page_reads_what_the_first_one_does(sides: Sides, sort: str) -> None:
    """The page after 1,500 tasks reads at most 3 pages of the table more or less than the first."""
    values = sides.values(LARGEST, sort=sort, behind=DEEP)

    first, deep = (
        buffers(sides.secured.settled(LARGEST, queries.LIST.ordinary[kind], values))
        for kind in (Kind(sort, ("all",)), Kind(sort, ("all",), (False, False)))
    )

    assert abs(deep - first) <= 3
