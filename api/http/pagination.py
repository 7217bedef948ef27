"""Lists in pages: the query parameters of a list, and the response to them.

The last row of a page is found in the JSON that Postgres built, without parsing the whole page.
"""

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, create_model

from api.database.identity import User
from api.database.keyset import Nulls
from api.database.listing import Listing
from api.database.statements import Statement
from api.http.cursors import PATTERN, CursorFormat
from api.http.problems import header
from api.http.query_parameters import PageQuery
from api.http.responses import found, json, next_page

# Each row of a page begins with this text, which occurs nowhere else: JSON escapes quotes inside a
# string, and jsonb is written with a space after each colon.
AGGREGATED, BUILT = '{"id":"', '{"id" : "'  # by json_agg, and by json_build_object

LINKED: dict[int | str, dict[str, Any]] = {
    200: {"headers": header("Link", 'The next page, if there is one: `<…>; rel="next"`.')}
}
FOREIGN = "It is not a cursor of this API."
OTHER_ORDER = "It belongs to a list in another order."
OTHER_FILTER = "It belongs to a list with another filter."


@dataclass(frozen=True, slots=True)
class _List:
    """A list in one order and with one choice of filters; `query` is for the Link header."""

    order: str
    query: str
    cursors: CursorFormat
    ordinary: dict[Nulls | None, Statement] = field(default_factory=dict)
    long: dict[Nulls | None, Statement] = field(default_factory=dict)


class Pages:
    """Answers requests for pages of a list."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._query = _query_model(listing)
        # Returns a tuple, or a single value if there is no filter.
        self._chosen = attrgetter("sort", *listing.filters)
        self._lists: dict[Any, _List] = {}
        for kind, statement in listing.ordinary.items():
            chosen = (kind.order, *kind.choices) if kind.choices else kind.order
            if chosen not in self._lists:
                self._lists[chosen] = _list(listing, kind.order, kind.choices)
            self._lists[chosen].ordinary[kind.nulls] = statement
            self._lists[chosen].long[kind.nulls] = listing.long[kind]

    @property
    def described(self) -> dict[str, Any]:
        """The options of the route."""
        return {
            "response_model": list[self._listing.read],  # type: ignore[name-defined]
            "response_description": f"A page of {self._listing.name};"
            ' `Link: <…>; rel="next"` leads to the next one.',
            "responses": LINKED,
            "openapi_extra": self._query.described(),
        }

    async def respond(self, request: Request, user: User) -> Response:
        """Return the page that a request's query describes.

        Raises:
            RequestValidationError: a parameter is wrong.
        """
        query: Any = self._query.of(request)
        wanted, limit = self._lists[self._chosen(query)], query.limit
        values = {} if query.cursor is None else self._start(query.cursor, wanted)
        nulls = tuple([value is None for value in values.values()]) if values else None
        values["limit"] = limit + 1
        page, count = found(await user.fetch_one(wanted.ordinary[nulls], **values))
        if page.count(AGGREGATED) == count:
            page, last = _split(page) if count > limit else (page, None)
        else:  # the statement has omitted a very long row
            page, more = found(await user.fetch_one(wanted.long[nulls], **values))
            last = page[page.rindex(BUILT) : -1] if more else None
        response = json(page)
        if last is not None:
            # None of these needs escaping in a URL.
            cursor = wanted.cursors.encode(last)
            next_page(response, request, f"{wanted.query}&limit={limit}&cursor={cursor}")
        return response

    def cursor(self, row: str, *chosen: str) -> str:
        """The cursor after a row, given as JSON, in an order and with filters."""
        return self._lists[chosen if len(chosen) > 1 else chosen[0]].cursors.encode(row)

    def _start(self, cursor: str, wanted: _List) -> dict[str, Any]:
        try:
            return wanted.cursors.decode(cursor)
        except ValueError:
            wrong = {"type": "cursor", "loc": ("query", "cursor"), "msg": self._why(cursor, wanted)}
            raise RequestValidationError([wrong]) from None

    def _why(self, cursor: str, wanted: _List) -> str:
        """Why a cursor does not belong to a list."""
        for other in self._lists.values():
            try:
                other.cursors.decode(cursor)
            except ValueError:
                continue
            return OTHER_FILTER if other.order == wanted.order else OTHER_ORDER
        return FOREIGN


def _list(listing: Listing, order: str, choices: tuple[str, ...]) -> _List:
    filters = [f"{name}={value}" for name, value in zip(listing.filters, choices, strict=True)]
    cursors = CursorFormat(" ".join((listing.name, order, *choices)), listing.orders[order])
    return _List(order, "&".join([*filters, f"sort={order}"]), cursors)


def _split(rows: str) -> tuple[str, str]:
    """Remove the last row from a JSON array, and return the row that is now the last one."""
    page = rows[: rows.rindex(AGGREGATED)].rstrip(", \n")
    return f"{page}]", page[page.rindex(AGGREGATED) :]


def _query_model(listing: Listing) -> type[PageQuery]:
    """The query parameters of a list: each filter, the order and the cursor."""
    choices = {name: tuple(values) for name, values in listing.filters.items()}
    choices["sort"] = tuple(listing.orders)
    fields: dict[str, Any] = {name: (Literal[*one], one[0]) for name, one in choices.items()}
    cursor = Field(
        None,
        max_length=2000,
        description="From the `Link` of the previous page, with the same filter and order.",
        json_schema_extra={"pattern": PATTERN},
    )
    model: type[PageQuery] = create_model(
        "ListQuery", __base__=PageQuery, **fields, cursor=(str | None, cursor)
    )
    return model
