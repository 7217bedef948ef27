"""Pages bounded by bytes: as many rows, from the first one on, as MAX_BYTES of JSON hold.

A page of ordinary rows pays nearly nothing for the bound: its statement leaves out each row that is
longer than its share, and the handler sees that some are missing. Then alone it runs the statement
that measures row by row, and stops where the page is full.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, literal_column, or_, select

from api.database.statements import CATALOG

MAX_BYTES = 1_000_000  # of the rows of a page; one that is longer comes alone


def constant(number: int) -> ColumnElement[int]:
    """A number that stands in the statement itself."""
    return literal_column(str(number), Integer)


BOUND, ONE, ZERO = (constant(number) for number in (MAX_BYTES, 1, 0))


def length(item: ColumnElement[Any]) -> ColumnElement[int]:
    """Bytes of a JSON value that the statement made, and up to 4 more."""
    return CATALOG.pg_column_size(item, type_=Integer)  # unlike octet_length, it copies none


def walked(number: ColumnElement[int], item: ColumnElement[Any], limit: ColumnElement[int]) -> CTE:
    """The first rows that are within MAX_BYTES and `limit`: their `number`, from 1, and `item`.

    `number` is a column of a query of WITH, and `item` the JSON of one of its rows. It is made of
    no row behind the first one that does not fit.
    """
    first = select(number.label("number"), ZERO.label("before"), item.label("item"))
    walk = first.where(number == ONE).cte("walk", recursive=True)
    end = walk.c.before + length(walk.c.item)
    step = select(number, end, item).where(number == walk.c.number + ONE, number <= limit)
    walk = walk.union_all(step.where(end < BOUND))
    fits = or_(walk.c.number == ONE, walk.c.before + length(walk.c.item) <= BOUND)
    return select(walk.c.number, walk.c.item).where(fits).cte("fitting")
