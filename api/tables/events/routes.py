"""The event endpoints: the events of the caller's rows, in the order of their positions.

A client keeps the cursor of the last page and continues with it later. Positions have no gap, and
an event is committed after all events with lower positions, so a client reads each event exactly
once. If that is no longer possible, the answer is 410: retention has dropped events after the
cursor, or the cursor is beyond the last event, for example after a restore of the database.
"""

from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from api.database.async_pool import Row
from api.http.dependencies import UserDep
from api.http.pagination import LINKED
from api.http.problems import ProblemError, problems
from api.http.query_parameters import PageQuery
from api.http.responses import found, json, next_page
from api.http.routes import user_router
from api.tables.events import queries
from api.tables.events.schemas import EventPage


class EventQuery(PageQuery):
    """The query parameters of a page of events."""

    cursor: int | None = Field(
        None,
        ge=0,
        lt=2**63,
        description="The `cursor` of the previous page. Without it, the oldest events.",
    )

    @property
    def position(self) -> int:
        """The position of the last event that was seen, or 0."""
        return self.cursor or 0


# The places of these columns of a page.
FIRST, LONG, KNOWN = 3, 4, 5
router = user_router("events")
AGAIN = "read again without a cursor."
BEYOND = f"The cursor is beyond the last event that is kept: {AGAIN}"
DROPPED = f"Events that follow this cursor are no longer kept: {AGAIN}"
UNKNOWN = f"The event of this cursor is not in the task's history, or no longer kept: {AGAIN}"
DESCRIPTION = 'A page of events; `Link: <…>; rel="next"` leads to the next one.'


@router.get(
    "/events",
    response_model=EventPage,
    response_description=DESCRIPTION,
    responses=problems(410) | LINKED,
    openapi_extra=EventQuery.described(),
)
async def list_events(request: Request, user: UserDep) -> Response:
    """Return a page of the events of the caller's rows, the oldest first."""
    query = EventQuery.of(request)
    values = {"cursor": query.position, "limit": query.limit}
    row = found(await user.fetch_one(queries.LIST, **values))
    if row[LONG]:
        row = found(await user.fetch_one(queries.LIST_LONG, **values))
    first = row[FIRST]
    if first is None and query.position:
        raise ProblemError("gone", BEYOND)
    if first is not None and query.cursor is not None and first > query.cursor + 1:
        raise ProblemError("gone", DROPPED)
    return _page(request, query, row)


@router.get(
    "/tasks/{task_id}/history",
    response_model=EventPage,
    response_description=DESCRIPTION,
    responses=problems(404, 410) | LINKED,
    openapi_extra=EventQuery.described(),
)
async def list_task_events(request: Request, user: UserDep, task_id: UUID) -> Response:
    """Return a page of the events of one task of the caller's, also of a deleted one."""
    query = EventQuery.of(request)
    values = {"cursor": query.position, "limit": query.limit, "id": task_id}
    row = found(await user.fetch_one(queries.HISTORY, **values))
    if row[LONG]:
        row = found(await user.fetch_one(queries.HISTORY_LONG, **values))
    first = row[FIRST]
    if not row[KNOWN]:
        raise ProblemError("not-found")
    # The positions of one task have gaps, so only the cursor's own event shows that none is
    # missing.
    if query.position and first != query.position:
        raise ProblemError("gone", UNKNOWN)
    return _page(request, query, row)


def _page(request: Request, query: EventQuery, row: Row) -> Response:
    page, cursor, more = row[:FIRST]
    response = json(page)
    if more:
        next_page(response, request, f"limit={query.limit}&cursor={cursor}")
    return response
