"""Health checks: whether the process runs, and whether it can serve requests."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.http.bodies import example
from api.http.dependencies import Services, services
from api.http.problems import HEADERS, RETRY_AFTER, header, problems

router = APIRouter(prefix="/health", tags=["health"], responses=problems())


class Live(BaseModel):
    """The process runs."""

    model_config = example(status="live")

    status: str = "live"


class Ready(BaseModel):
    """Whether the API can serve requests."""

    model_config = example(status="ready", database=True, keys=True, issuer=True)

    status: str
    database: bool
    """The database answers in time, and this version works on its schema."""
    keys: bool
    """The issuer's keys are loaded."""
    issuer: bool
    """The last fetch of the issuer's keys succeeded. While fetches fail, the loaded keys still
    work, so a false value alone is no reason to stop sending requests."""
    reason: str | None = None
    """Why no request can be served."""


@router.get("/live")
async def live() -> Live:
    """Answer at once. If this fails, restart the process."""
    return Live()


@router.get(
    "/ready",
    responses={503: {"model": Ready, "headers": header(*HEADERS[503])}},
    response_model_exclude_none=True,
)
async def ready(response: Response, found: Annotated[Services, Depends(services)]) -> Ready:
    """Say within a second whether requests can be served. While this is 503, send none."""
    reason = await found.readiness.ask()
    database = reason is None
    keys = found.authenticator.ready
    serving = database and keys
    if not serving:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return Ready(
        status="ready" if serving else "unavailable",
        database=database,
        keys=keys,
        issuer=found.authenticator.current,
        reason=reason or found.authenticator.problem,
    )
