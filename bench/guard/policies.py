"""How much longer a statement runs under row-level security than with the filter in its WHERE.

Both run in turns on databases with the same rows, so other work on the machine affects both.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median

from api.database.listing import Kind
from api.database.statements import Statement
from api.tables.tasks import queries
from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from tests.support.plans import LARGEST, Sides, two_sides

ROUNDS, PAIRS = 8, 40
LIMIT = Limit(1.05, "×")  # noqa: RUF001 - the multiplication sign
# Milliseconds that are subtracted. A statement on one row runs for 10 µs, and EXPLAIN reports
# whole µs. Setting up the plan node that reads the user id takes 1 to 3 µs in every statement.
FIXED = 0.004
STATEMENTS = {"read": queries.READ, "list": queries.LIST.ordinary[Kind("created", ("all",))]}
# A policy whose function needs a tenth of a millisecond to return the user id.
SLOW = """
create function app.slow_user() returns text language plpgsql stable
as 'begin perform pg_sleep(0.0001); return current_setting(''app.user_id'', true); end'
"""
SLOW_POLICY = (
    "alter policy tasks_select_own on app.tasks using (user_id = (select app.slow_user()))"
)


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """20,000 tasks of 200 users: with the policies and without them, and with a slow policy."""
    with two_sides(rig.server) as sides, two_sides(rig.server, SLOW, SLOW_POLICY) as slow:
        yield [
            Measure(
                f"policies: {name} with them, divided by without",
                LIMIT,
                partial(ratios, of, statement),
                control=of is slow,
            )
            for of in (sides, slow)
            for name, statement in STATEMENTS.items()
        ]


def ratios(sides: Sides, statement: Statement) -> Sequence[float]:
    """The ratio of the medians in each round."""
    values = sides.values(LARGEST)
    found = []
    for _ in range(ROUNDS):
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(PAIRS):
            for side, taken in zip((sides.secured, sides.by_hand), times, strict=True):
                plan = side.explain(LARGEST, statement, values, "timing off")
                taken.append(plan["Execution Time"])
        secured, by_hand = map(median, times)
        found.append((secured - FIXED) / by_hand)
    return found
