"""The task endpoints. The same routes are mounted under /api and under /api/{user_id}."""

from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.cursor import Cursor, CursorError, split
from api.dependencies import UserDep
from api.errors import ProblemError, problems
from api.pool import Row
from api.queries import tasks as queries
from api.schemas import TaskCreate, TaskRead, TaskReplace

MAX_LIMIT = 200


class TaskQuery(BaseModel):
    """Which page of the list."""

    model_config = ConfigDict(extra="forbid")

    status: queries.Status = "all"
    sort: queries.Sort = "created"
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read a request's query at once: the framework takes it apart field by field.

        Raises:
            RequestValidationError: a parameter is wrong, or unknown.
        """
        try:
            return cls.model_validate(dict(request.query_params))
        except ValidationError as error:
            wrong = [{**item, "loc": ("query", *item["loc"])} for item in error.errors()]
            raise RequestValidationError(wrong) from None

    @classmethod
    def described(cls) -> dict[str, Any]:
        """The parameters, for the OpenAPI description of a route."""
        schema = cls.model_json_schema()["properties"]
        return {
            "parameters": [
                {"name": name, "in": "query", "required": False, "schema": field}
                for name, field in schema.items()
            ]
        }


router = APIRouter(
    prefix="/tasks", tags=["tasks"], responses=problems(400, 401, 403, 422, 503, 504)
)


@router.get(
    "",
    response_model=list[TaskRead],
    response_description='A page of tasks; `Link: <…>; rel="next"` leads to the next one.',
    openapi_extra=TaskQuery.described(),
)
async def list_tasks(request: Request, user: UserDep) -> Response:
    """Return a page of the caller's tasks: newest first, or by title from A to Z."""
    query = TaskQuery.of(request)
    start = _start(query)
    values = {"key": start.key, "id": start.id} if start else {}
    statement = queries.LIST[query.sort, query.status, start is not None]
    (tasks,) = _found(await user.fetch_one(statement, limit=query.limit + 1, **values))
    page, following = split(tasks, query.sort, query.limit)
    response = _json(page)
    if following is not None:
        # None of these holds a sign that would have to be escaped in a URL.
        same = f"status={query.status}&sort={query.sort}&limit={query.limit}"
        address = f"{_path(request)}?{same}&cursor={following}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@router.post(
    "",
    status_code=201,
    response_model=TaskRead,
    responses=problems(409, 415),
    response_description="The task; `Location` leads to it.",
)
async def create_task(request: Request, user: UserDep, task: TaskCreate) -> Response:
    """Create a task. An id that the caller has used before is 409."""
    body, task_id = _found(
        await user.fetch_one(
            queries.CREATE, id=task.id, title=task.title, description=task.description
        )
    )
    response = _json(body, 201)
    response.headers["Location"] = f"{_path(request)}/{task_id}"
    return response


@router.get("/{task_id}", response_model=TaskRead, responses=problems(404))
async def read_task(user: UserDep, task_id: UUID) -> Response:
    """Return one task of the caller's; a foreign or missing id is 404 alike."""
    return _json(_found(await user.fetch_one(queries.READ, id=task_id))[0])


@router.put("/{task_id}", response_model=TaskRead, responses=problems(404, 415))
async def replace_task(user: UserDep, task_id: UUID, task: TaskReplace) -> Response:
    """Replace title and description. Completion changes through …/complete alone."""
    row = await user.fetch_one(
        queries.REPLACE, id=task_id, title=task.title, description=task.description
    )
    return _json(_found(row)[0])


@router.delete("/{task_id}", status_code=204, response_class=Response, responses=problems(404))
async def delete_task(user: UserDep, task_id: UUID) -> Response:
    """Delete one task of the caller's."""
    _found(await user.fetch_one(queries.DELETE, id=task_id))
    return Response(status_code=204)


@router.patch("/{task_id}/complete", response_model=TaskRead, responses=problems(404, 415))
async def toggle_task(user: UserDep, task_id: UUID) -> Response:
    """Complete a pending task, or make a completed one pending again."""
    return _json(_found(await user.fetch_one(queries.TOGGLE, id=task_id))[0])


def _found(row: Row | None) -> Row:
    if row is None:
        raise ProblemError("not-found")
    return row


def _json(body: str, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


def _path(request: Request) -> str:
    """The path as the client wrote it, still percent-encoded."""
    path: bytes = request.scope["raw_path"]
    return path.partition(b"?")[0].decode()


def _start(query: TaskQuery) -> Cursor | None:
    if query.cursor is None:
        return None
    try:
        return Cursor.parse(query.cursor, query.sort)
    except CursorError as error:
        wrong = {"type": "cursor", "loc": ("query", "cursor"), "msg": str(error)}
        raise RequestValidationError([wrong]) from None
