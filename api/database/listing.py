"""The statements of a list: pages of rows as one JSON array, in each order, with each filter.

The parameters of a statement are `limit` and, except for the first page, the sort keys of the last
row before the page. `limit` is one more than the size of the page, so that the caller sees whether
another page follows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import add
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from api.database.byte_limit import BOUND, ONE, ZERO, constant, walked
from api.database.column_types import SHORT, python_type
from api.database.keyset import Condition, Nulls, SortKey, null_patterns, ranges_after
from api.database.row_json import json_object
from api.database.statements import CATALOG, Statement, compiled

type Orders = Mapping[str, Sequence[SortKey]]
type Filters = Mapping[str, Mapping[str, Condition]]  # by parameter, and by its value

LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
ESCAPED = 6  # bytes of JSON for one byte of text, at most
FIELD = 80  # bytes of a field with its name, at most, except for text of unlimited length


class Kind(NamedTuple):
    """Identifies a statement of a list: its order, the value of each filter, and its start.

    `nulls` says which sort keys of the last row before the page are null; it is None for the first
    page.
    """

    order: str
    choices: tuple[str, ...] = ()
    nulls: Nulls | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The statements of a list. The first order, and the first value of a filter, is the default.

    An ordinary statement omits rows that are longer than their share of a page. Its second column
    is the number of rows including these. If rows are omitted, the long statement returns as many
    rows as fit into a page, and whether more follow (`api/database/byte_limit.py`).
    """

    name: str
    read: type[BaseModel]
    orders: Orders
    filters: Filters
    ordinary: dict[Kind, Statement]
    long: dict[Kind, Statement]


def listing(table: Table, read: type[BaseModel], orders: Orders, filters: Filters) -> Listing:
    """Compile the statements of a list of a table's rows, with the fields of a response model.

    Raises:
        TypeError: rows could not be separated in the JSON array (`api/http/pagination.py`).
    """
    columns = [table.c[name] for name in read.model_fields]
    if columns[0].name != "id":
        raise TypeError(f"{read.__name__}: the first field must be id.")
    if wrong := [c.name for c in columns if isinstance(c.type, JSON) and type(c.type) is not JSONB]:
        raise TypeError(f"{read.__name__}: {wrong[0]} must be of type jsonb, not json.")
    ordinary, long = {}, {}
    for order, (choices, conditions) in product(orders, _choices(filters)):
        for nulls in (None, *null_patterns(orders[order])):
            rows = _rows(columns, orders[order], conditions, nulls)
            kind = Kind(order, choices, nulls)
            ordinary[kind] = compiled(_ordinary(rows, columns), f"list_{table.name}")
            long[kind] = compiled(_long(rows, read), f"list_{table.name}")
    return Listing(table.name, read, orders, filters, ordinary, long)


def _choices(filters: Filters) -> Iterator[tuple[tuple[str, ...], Condition]]:
    """Each combination of the filters' values, with its conditions."""
    for each in product(*(choices.items() for choices in filters.values())):
        yield tuple(value for value, _ in each), [one for _, many in each for one in many]


def _rows(
    columns: Sequence[Column[Any]],
    keys: Sequence[SortKey],
    conditions: Condition,
    nulls: Nulls | None,
) -> Subquery:
    """The first `limit` rows, in their order."""
    order = [key.order(key.column) for key in keys]
    ranges = [[]] if nulls is None else ranges_after(keys, nulls)
    if len(ranges) == 1:
        page = select(*columns).where(*conditions, *ranges[0])
        return page.order_by(*order).limit(LIMIT).subquery("item")
    # Each range is read from an index in its order, at most one page of it.
    page = select(*columns, *(key.column.label(f"key_{n}") for n, key in enumerate(keys)))
    page = page.where(*conditions).order_by(*order).limit(LIMIT)
    joined = union_all(*(select(page.where(*one).subquery()) for one in ranges)).subquery("joined")
    again = [key.order(joined.c[f"key_{n}"]) for n, key in enumerate(keys)]
    fields = (joined.c[column.name] for column in columns)
    return select(*fields).order_by(*again).limit(LIMIT).subquery("item")


def _ordinary(rows: Subquery, columns: Sequence[Column[Any]]) -> Select[str, int]:
    """The rows as one JSON array without those that are too long, and the number of all rows."""
    # An aggregate receives rows in the order of its sorted subquery (PostgreSQL manual, 9.21).
    listed: ColumnElement[Any] = CATALOG.json_agg(rows.table_valued())
    if lengths := [_length(column, rows) for column in columns if python_type(column) not in SHORT]:
        share = (BOUND // LIMIT - constant(FIELD * len(columns))) // constant(ESCAPED)
        listed = listed.filter(reduce(add, lengths) <= share)
    body = cast(func.coalesce(listed, literal_column("'[]'")), Text)
    return select(body, CATALOG.count(literal_column("*")))


def _length(column: Column[Any], rows: Subquery) -> ColumnElement[int]:
    """Bytes of a value. For stored text, Postgres knows the length without reading the text."""
    value = rows.c[column.name]
    text = value if python_type(column) is str else cast(value, Text)
    length: ColumnElement[int] = CATALOG.octet_length(text, type_=Integer)
    return func.coalesce(length, ZERO) if column.nullable else length


def _long(rows: Subquery, read: type[BaseModel]) -> Select[str, bool]:
    """As many of the first `limit - 1` rows as fit into a page, and whether more follow."""
    page = select(CATALOG.row_number().over().label("number"), *rows.c).cte("page")
    fitting = walked(page.c.number, json_object(read, dict(page.c)), LIMIT - ONE)
    listed = CATALOG.json_agg(aggregate_order_by(fitting.c.item, fitting.c.number))
    body = cast(func.coalesce(listed, literal_column("'[]'")), Text)
    count = select(CATALOG.count(literal_column("*"))).select_from(page).scalar_subquery()
    return select(body, count > CATALOG.count(fitting.c.number))
