"""The memo endpoints. The same routes are mounted under /api and under /api/{user_id}."""

from uuid import UUID

from fastapi import Request, Response

from api.http.dependencies import UserDep
from api.http.pagination import Pages
from api.http.responses import created, no_content, ok
from api.http.routes import changes, creates, deletes, reads, user_router
from tests.tables.memos import queries
from tests.tables.memos.schemas import MemoCreate, MemoRead, MemoReplace

router = user_router("memos", "/memos")
pages = Pages(queries.LIST)


@router.get("", **pages.described)
async def list_memos(request: Request, user: UserDep) -> Response:
    """Return a page of the caller's memos: newest first, or by title."""
    return await pages.respond(request, user)


@router.post("", **creates(MemoRead, "memo"))
async def create_memo(request: Request, user: UserDep, memo: MemoCreate) -> Response:
    """Create a memo. An id that the caller has used before is 409."""
    return created(request, await user.fetch_one(queries.CREATE, **vars(memo)))


@router.get("/{memo_id}", **reads(MemoRead))
async def read_memo(user: UserDep, memo_id: UUID) -> Response:
    """Return one memo of the caller. Another user's id and a missing id are both 404."""
    return ok(await user.fetch_one(queries.READ, id=memo_id))


@router.put("/{memo_id}", **changes(MemoRead))
async def replace_memo(user: UserDep, memo_id: UUID, memo: MemoReplace) -> Response:
    """Replace title and body."""
    return ok(await user.fetch_one(queries.REPLACE, id=memo_id, **vars(memo)))


@router.delete("/{memo_id}", **deletes())
async def delete_memo(user: UserDep, memo_id: UUID) -> Response:
    """Delete one memo of the caller."""
    return no_content(await user.fetch_one(queries.DELETE, id=memo_id))
