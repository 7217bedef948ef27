"""The documentation of each problem type, at the path of its `type` (RFC 9457, 3.1.1)."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.http.bodies import example
from api.http.problems import KINDS, Kind, ProblemError, problems

router = APIRouter(prefix="/problems", tags=["problems"], responses=problems())


class ProblemKind(BaseModel):
    """A kind of problem."""

    model_config = example(
        type="/problems/not-found",
        status=404,
        title="Not found",
        detail="There is nothing here that the caller can see.",
    )

    type: str
    status: int
    title: str
    detail: str


@router.get("")
async def list_problems(request: Request) -> list[ProblemKind]:
    """Return every kind of problem."""
    return [_described(request, kind) for kind in KINDS.values()]


@router.get("/{slug}", responses=problems(404))
async def read_problem(request: Request, slug: str) -> ProblemKind:
    """Return one kind of problem."""
    if slug not in KINDS:
        raise ProblemError("not-found")
    return _described(request, KINDS[slug])


def _described(request: Request, kind: Kind) -> ProblemKind:
    path = f"{request.scope['root_path']}{kind.type}"
    return ProblemKind(type=path, status=kind.status, title=kind.title, detail=kind.detail)
