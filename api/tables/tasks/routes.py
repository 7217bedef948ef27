"""The task endpoints. The same routes are mounted under /api and under /api/{user_id}."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from api.http.dependencies import UserDep
from api.http.pagination import Pages
from api.http.responses import created, no_content, ok
from api.http.routes import changes, creates, deletes, reads, user_router
from api.tables.tasks import queries
from api.tables.tasks.schemas import TaskComplete, TaskCreate, TaskRead, TaskReplace

router = user_router("tasks", "/tasks")
pages = Pages(queries.LIST)


@router.get("", **pages.described)
async def list_tasks(request: Request, user: UserDep) -> Response:
    """Return a page of the caller's tasks: newest first, or by title from A to Z."""
    return await pages.respond(request, user)


@router.post("", **creates(TaskRead, "task"))
async def create_task(request: Request, user: UserDep, task: TaskCreate) -> Response:
    """Create a task. An id that the caller has used before is 409."""
    return created(request, await user.fetch_one(queries.CREATE, **vars(task)))


@router.get("/{task_id}", **reads(TaskRead))
async def read_task(user: UserDep, task_id: UUID) -> Response:
    """Return one task of the caller's; a foreign or missing id is 404 alike."""
    return ok(await user.fetch_one(queries.READ, id=task_id))


@router.put("/{task_id}", **changes(TaskRead))
async def replace_task(user: UserDep, task_id: UUID, task: TaskReplace) -> Response:
    """Replace title and description. Only …/complete changes the completion."""
    return ok(await user.fetch_one(queries.REPLACE, id=task_id, **vars(task)))


@router.delete("/{task_id}", **deletes())
async def delete_task(user: UserDep, task_id: UUID) -> Response:
    """Delete one task of the caller's."""
    return no_content(await user.fetch_one(queries.DELETE, id=task_id))


@router.patch(
    "/{task_id}/complete",
    openapi_extra={"requestBody": {"required": False}},
    **changes(TaskRead),
)
async def toggle_task(
    user: UserDep,
    task_id: UUID,
    # The default is not part of the type: the body is optional, but null is not accepted.
    wanted: Annotated[TaskComplete, Body()] = None,  # type: ignore[assignment]
) -> Response:
    """Without a body, complete a pending task or make a completed one pending again.

    With a body, set `completed`. A task that has this value already is returned unchanged, with
    the same version and times.
    """
    if not wanted:
        return ok(await user.fetch_one(queries.TOGGLE, id=task_id))
    return ok(await user.fetch_one(queries.COMPLETE, id=task_id, **vars(wanted)))
