"""Pages with a limit on bytes: the first rows of a page whose JSON fits into MAX_BYTES.

For ordinary rows the limit costs almost nothing: the statement omits each row that is longer than
its share of the page, and the handler sees that rows are missing. Only then it runs the statement
that measures row by row and stops when the page is full.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, literal_column, or_, select

from api.database.statements import CATALOG

MAX_BYTES = 1_000_000  # of all rows of a page; a longer row is the only row of its page


def constant(number: int) -> ColumnElement[int]:
    """A number as a literal of the statement."""
    return literal_column(str(number), Integer)


BOUND, ONE, ZERO = (constant(number) for number in (MAX_BYTES, 1, 0))


def length(item: ColumnElement[Any]) -> ColumnElement[int]:
    """Bytes of a JSON value that the statement has built, plus up to 4."""
    return CATALOG.pg_column_size(item, type_=Integer)  # unlike octet_length, this makes no copy


def walked(number: ColumnElement[int], item: ColumnElement[Any], limit: ColumnElement[int]) -> CTE:
    """The first rows that fit into MAX_BYTES and `limit`: their `number`, from 1, and `item`.

    `number` is a column of a query in WITH, and `item` the JSON of one of its rows. No JSON is
    built after the first row that does not fit.
    """
    first = select(number.label("number"), ZERO.label("before"), item.label("item"))
    walk = first.where(number == ONE).cte("walk", recursive=True)
    end = walk.c.before + length(walk.c.item)
    step = select(number, end, item).where(number == walk.c.number + ONE, number <= limit)
    walk = walk.union_all(step.where(end < BOUND))
    fits = or_(walk.c.number == ONE, walk.c.before + length(walk.c.item) <= BOUND)
    return select(walk.c.number, walk.c.item).where(fits).cte("fitting")
