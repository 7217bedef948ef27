"""The task endpoints. The same routes are mounted under /api and under /api/{user_id}."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from api.http.dependencies import UserDep
from api.http.problems import header, problems
from api.http.responses import LINKED, PageQuery, found, json, next_page, path, without_query
from api.http.user_route import UserRoute
from api.tables.tasks import queries
from api.tables.tasks.cursor import PATTERN, TASK, Cursor, CursorError, behind, split
from api.tables.tasks.schemas import TaskComplete, TaskCreate, TaskRead, TaskReplace


class TaskQuery(PageQuery):
    """Which page of the list."""

    status: queries.Status = "all"
    sort: queries.Sort = "created"
    cursor: str | None = Field(
        None,
        max_length=2000,
        description="From the `Link` of the page before, in the same order.",
        json_schema_extra={"pattern": PATTERN},
    )


NoQuery = Depends(without_query)
router = APIRouter(
    route_class=UserRoute,
    prefix="/tasks",
    tags=["tasks"],
    responses=problems(400, 401, 403, 422, 503, 504),
)


@router.get(
    "",
    response_model=list[TaskRead],
    response_description='A page of tasks; `Link: <…>; rel="next"` leads to the next one.',
    responses=LINKED,
    openapi_extra=TaskQuery.described(),
)
async def list_tasks(request: Request, user: UserDep) -> Response:
    """Return a page of the caller's tasks: newest first, or by title from A to Z."""
    query = TaskQuery.of(request)
    start = _start(query)
    values: dict[str, Any] = {"key": start.key, "id": start.id} if start else {}
    values["limit"] = query.limit + 1
    kind = query.sort, query.status, start is not None
    page, count = found(await user.fetch_one(queries.LIST[kind], **values))
    if page.count(TASK) == count:
        page, following = split(page, query.sort, query.limit)
    else:  # one is so long that the page may be too
        page, more = found(await user.fetch_one(queries.LIST_LONG[kind], **values))
        following = behind(page, query.sort) if more else None
    response = json(page)
    if following is not None:
        # None of these holds a sign that would have to be escaped in a URL.
        same = f"status={query.status}&sort={query.sort}&limit={query.limit}"
        next_page(response, request, f"{same}&cursor={following}")
    return response


@router.post(
    "",
    status_code=201,
    response_model=TaskRead,
    responses=problems(409, 415) | {201: {"headers": header("Location", "The path of the task.")}},
    dependencies=[NoQuery],
    response_description="The task; `Location` leads to it.",
)
async def create_task(request: Request, user: UserDep, task: TaskCreate) -> Response:
    """Create a task. An id that the caller has used before is 409."""
    body, task_id = found(
        await user.fetch_one(
            queries.CREATE, id=task.id, title=task.title, description=task.description
        )
    )
    response = json(body, 201)
    response.headers["Location"] = f"{path(request)}/{task_id}"
    return response


@router.get("/{task_id}", response_model=TaskRead, responses=problems(404), dependencies=[NoQuery])
async def read_task(user: UserDep, task_id: UUID) -> Response:
    """Return one task of the caller's; a foreign or missing id is 404 alike."""
    return json(found(await user.fetch_one(queries.READ, id=task_id))[0])


@router.put(
    "/{task_id}", response_model=TaskRead, responses=problems(404, 415), dependencies=[NoQuery]
)
async def replace_task(user: UserDep, task_id: UUID, task: TaskReplace) -> Response:
    """Replace title and description. Completion changes through …/complete alone."""
    row = await user.fetch_one(
        queries.REPLACE, id=task_id, title=task.title, description=task.description
    )
    return json(found(row)[0])


@router.delete(
    "/{task_id}",
    status_code=204,
    response_class=Response,
    responses=problems(404),
    dependencies=[NoQuery],
)
async def delete_task(user: UserDep, task_id: UUID) -> Response:
    """Delete one task of the caller's."""
    found(await user.fetch_one(queries.DELETE, id=task_id))
    return Response(status_code=204)


@router.patch(
    "/{task_id}/complete",
    response_model=TaskRead,
    responses=problems(404, 415),
    dependencies=[NoQuery],
    openapi_extra={"requestBody": {"required": False}},
)
async def toggle_task(
    user: UserDep,
    task_id: UUID,
    # Without a default in its type: a body may be left out, and null is none.
    wanted: Annotated[TaskComplete, Body()] = None,  # type: ignore[assignment]
) -> Response:
    """Complete a pending task, or make a completed one pending again; a body says which.

    With a body, a task that is so already is returned as it is: its version and times stay.
    """
    if not wanted:
        return json(found(await user.fetch_one(queries.TOGGLE, id=task_id))[0])
    row = await user.fetch_one(queries.COMPLETE, id=task_id, completed=wanted.completed)
    return json(found(row)[0])


def _start(query: TaskQuery) -> Cursor | None:
    if query.cursor is None:
        return None
    try:
        return Cursor.parse(query.cursor, query.sort)
    except CursorError as error:
        wrong = {"type": "cursor", "loc": ("query", "cursor"), "msg": str(error)}
        raise RequestValidationError([wrong]) from None
