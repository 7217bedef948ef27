"""The event endpoints: what happened to the caller's rows, by the position of each event.

A reader keeps the cursor of the last page and comes back with it. Positions have no gap, and an
event is committed after all with lower positions, so none is missed and none is seen twice.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.dependencies import UserDep
from api.errors import ProblemError, problems
from api.pool import Row
from api.queries import events as queries
from api.routes.common import PageQuery, found, json, next_page
from api.schemas import EventPage


class EventQuery(PageQuery):
    """Which page of the events."""

    cursor: int = Field(0, ge=0, lt=2**63, description="The position to go on from; 0 begins.")


router = APIRouter(tags=["events"], responses=problems(400, 401, 403, 422, 503, 504))
DESCRIPTION = 'A page of events; `Link: <…>; rel="next"` leads to the next one.'


@router.get(
    "/events",
    response_model=EventPage,
    response_description=DESCRIPTION,
    openapi_extra=EventQuery.described(),
)
async def list_events(request: Request, user: UserDep) -> Response:
    """Return a page of what happened to the caller's rows, the oldest first."""
    query = EventQuery.of(request)
    row = await user.fetch_one(queries.LIST, cursor=query.cursor, limit=query.limit)
    return _page(request, query, found(row))


@router.get(
    "/tasks/{task_id}/history",
    response_model=EventPage,
    response_description=DESCRIPTION,
    responses=problems(404),
    openapi_extra=EventQuery.described(),
)
async def list_task_events(request: Request, user: UserDep, task_id: UUID) -> Response:
    """Return a page of what happened to one task of the caller's, also to one that is deleted."""
    query = EventQuery.of(request)
    row = found(
        await user.fetch_one(queries.HISTORY, cursor=query.cursor, limit=query.limit, id=task_id)
    )
    if not row[3]:
        raise ProblemError("not-found")
    return _page(request, query, row)


def _page(request: Request, query: EventQuery, row: Row) -> Response:
    page, cursor, more = row[:3]
    response = json(page)
    if more:
        next_page(response, request, f"limit={query.limit}&cursor={cursor}")
    return response
