"""Keyset pages: the rows of a list that come after a given row, in any order.

Every page is read with an index, also a page far from the start of the list. So each condition must
be one range of the index: Postgres can use a row comparison, an equality or IS NULL as an index
condition, but not conditions joined by OR. If the keys of an order differ in direction, or may be
null, there are several ranges.
https://www.postgresql.org/docs/current/functions-comparisons.html#ROW-WISE-COMPARISON
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, bindparam, tuple_

type Condition = list[ColumnElement[bool]]  # joined by AND
type Nulls = tuple[bool, ...]  # for each key, whether its value in the given row is null


def _unchanged(value: BindParameter[Any]) -> ColumnElement[Any]:
    return value


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order. By default, nulls are last, or first if the key is descending.

    A cursor contains the value of the response field that has the column's name. If the column is
    computed from another field, `field` names that one, and `convert` applies the SQL function
    that computes the column.
    """

    column: Column[Any]
    descending: bool = False
    nulls_first: bool | None = None
    field: str = ""
    convert: Callable[[BindParameter[Any]], ColumnElement[Any]] = _unchanged

    @property
    def name(self) -> str:
        """The response field whose value a cursor contains."""
        return self.field or self.column.name

    @property
    def parameter(self) -> str:
        """The name of the statement's parameter for the value in the given row."""
        return f"last_{self.name}"

    @property
    def nullable(self) -> bool:
        """Whether the column may be null."""
        return bool(self.column.nullable)

    @property
    def value(self) -> ColumnElement[Any]:
        """The value in the given row."""
        return self.convert(bindparam(self.parameter))

    @property
    def has_nulls_first(self) -> bool:
        """Whether nulls come before all other values."""
        return self.descending if self.nulls_first is None else self.nulls_first

    def order(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The expression for ORDER BY, with this column."""
        order = column.desc() if self.descending else column
        if not self.nullable or self.has_nulls_first == self.descending:
            return order  # as Postgres sorts nulls by default
        return order.nulls_first() if self.has_nulls_first else order.nulls_last()


def null_patterns(keys: Sequence[SortKey]) -> Iterator[Nulls]:
    """Every combination of null keys: each one needs a separate statement."""
    patterns: list[Nulls] = [()]
    for key in keys:
        choices = (False, True) if key.nullable else (False,)
        patterns = [(*pattern, null) for pattern in patterns for null in choices]
    yield from patterns


def ranges_after(keys: Sequence[SortKey], nulls: Nulls) -> list[Condition]:
    """The ranges that contain all rows after the given one. Each row is in exactly one range.

    The last key is unique and not null, so there is at least one range.
    """
    ranges: list[Condition] = []
    start = 0
    while start < len(keys):
        before = [_equal(key, null=null) for key, null in zip(keys[:start], nulls, strict=False)]
        run = _run(keys[start:], nulls[start:])
        if not run:  # the value is null: other values come after it if nulls are first
            if keys[start].has_nulls_first:
                ranges.append([*before, keys[start].column.is_not(None)])
            start += 1
            continue
        ranges.append([*before, _after(run)])
        for number, key in enumerate(run):
            if key.nullable and not key.has_nulls_first:
                same = [_equal(other, null=False) for other in run[:number]]
                ranges.append([*before, *same, key.column.is_(None)])
        start += len(run)
    return ranges


def _run(keys: Sequence[SortKey], nulls: Nulls) -> list[SortKey]:
    """The first keys that one row comparison can cover: not null, and of the same direction."""
    known = takewhile(lambda item: not item[1], zip(keys, nulls, strict=True))
    return [
        key for key, _ in takewhile(lambda item: item[0].descending == keys[0].descending, known)
    ]


def _after(run: Sequence[SortKey]) -> ColumnElement[bool]:
    """Whether a row comes after the given one; null if a value of the row is null."""
    here: Any
    there: Any
    if len(run) == 1:
        here, there = run[0].column, run[0].value
    else:
        here, there = tuple_(*(key.column for key in run)), tuple_(*(key.value for key in run))
    after: ColumnElement[bool] = here < there if run[0].descending else here > there
    return after


def _equal(key: SortKey, *, null: bool) -> ColumnElement[bool]:
    return key.column.is_(None) if null else key.column == key.value
