"""Lists in pages: the query parameters of a list, and the response to them.

The row where a page ends is found in the JSON that Postgres built, without parsing the whole page.
"""

from typing import Any, Literal

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, create_model

from api.database.identity import User
from api.database.listing import Kind, Listing
from api.http.cursors import PATTERN, CursorFormat
from api.http.problems import header
from api.http.query_parameters import PageQuery
from api.http.responses import found, json, next_page

# How each row of a page begins. Nothing else begins so: JSON escapes the quotes inside a string,
# and jsonb is written with a blank after each colon.
AGGREGATED, BUILT = '{"id":"', '{"id" : "'  # by json_agg, and by json_build_object

LINKED: dict[int | str, dict[str, Any]] = {
    200: {"headers": header("Link", 'The next page, if there is one: `<…>; rel="next"`.')}
}
FOREIGN = "It is not a cursor of this API."
OTHER_ORDER = "It belongs to a list in another order."
OTHER_FILTER = "It belongs to a list with another filter."


class Pages:
    """Answers requests for pages of a list."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._query = _query_model(listing)
        self.cursors = {
            kind[:2]: CursorFormat(
                " ".join((listing.name, kind.order, *kind.choices)), listing.orders[kind.order]
            )
            for kind in listing.ordinary
        }

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
        listing, limit = self._listing, query.limit
        choices = tuple([getattr(query, name) for name in listing.filters])
        place = query.sort, choices
        values = {} if query.cursor is None else self._start(query.cursor, *place)
        nulls = tuple([value is None for value in values.values()]) if values else None
        kind = Kind(*place, nulls)
        values["limit"] = limit + 1
        page, count = found(await user.fetch_one(listing.ordinary[kind], **values))
        if page.count(AGGREGATED) == count:
            page, last = _split(page, limit)
        else:  # a row is so long that the page may be too long
            page, more = found(await user.fetch_one(listing.long[kind], **values))
            last = page[page.rindex(BUILT) : -1] if more else None
        response = json(page)
        if last is not None:
            # None of these has a character that would have to be escaped in a URL.
            filters = "".join(
                f"{name}={value}&" for name, value in zip(listing.filters, choices, strict=True)
            )
            cursor = self.cursors[place].encode(last)
            same = f"{filters}sort={query.sort}&limit={limit}"
            next_page(response, request, f"{same}&cursor={cursor}")
        return response

    def _start(self, cursor: str, order: str, choices: tuple[str, ...]) -> dict[str, Any]:
        try:
            return self.cursors[order, choices].decode(cursor)
        except ValueError:
            wrong = {"type": "cursor", "loc": ("query", "cursor"), "msg": self._why(cursor, order)}
            raise RequestValidationError([wrong]) from None

    def _why(self, cursor: str, order: str) -> str:
        """Why a cursor is none of the list that is asked for."""
        for (made_for, _), format_ in self.cursors.items():
            try:
                format_.decode(cursor)
            except ValueError:
                continue
            return OTHER_FILTER if made_for == order else OTHER_ORDER
        return FOREIGN


def _split(rows: str, limit: int) -> tuple[str, str | None]:
    """Shorten a JSON array of one row more than `limit`, and return the last row that it keeps.

    None instead of the row: the array has no more than `limit` rows.
    """
    if rows.count(AGGREGATED) <= limit:
        return rows, None
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
        description="From the `Link` of the page before, in the same order.",
        json_schema_extra={"pattern": PATTERN},
    )
    model: type[PageQuery] = create_model(
        "ListQuery", __base__=PageQuery, **fields, cursor=(str | None, cursor)
    )
    return model
