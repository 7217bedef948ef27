"""What each problem type means: the page behind a problem's `type` (RFC 9457, 3.1.1)."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.errors import KINDS, ProblemError, problems

router = APIRouter(prefix="/problems", tags=["problems"], responses=problems())


class ProblemKind(BaseModel):
    """A kind of problem."""

    type: str
    status: int
    title: str
    detail: str


@router.get("")
async def list_problems() -> list[ProblemKind]:
    """Return every kind of problem."""
    return [ProblemKind.model_validate(kind, from_attributes=True) for kind in KINDS.values()]


@router.get("/{slug}", responses=problems(404))
async def read_problem(slug: str) -> ProblemKind:
    """Return one kind of problem."""
    if slug not in KINDS:
        raise ProblemError("not-found")
    return ProblemKind.model_validate(KINDS[slug], from_attributes=True)
