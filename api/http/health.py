"""Whether the process lives, and whether it can serve."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.http.bodies import example
from api.http.dependencies import Services, services
from api.http.problems import HEADERS, RETRY_AFTER, header, problems

router = APIRouter(prefix="/health", tags=["health"], responses=problems())


class Live(BaseModel):
    """The process answers."""

    model_config = example(status="live")

    status: str = "live"


class Ready(BaseModel):
    """What must hold to serve."""

    model_config = example(status="ready", database=True, keys=True, issuer=True)

    status: str
    database: bool
    """The database answers in time, and this version works on its schema."""
    keys: bool
    """The issuer's keys are held."""
    issuer: bool
    """The last fetch of the issuer's keys succeeded. While it fails, the keys that are held go on
    working, so this alone is no reason to send no requests."""
    reason: str | None = None
    """Why no request can be served."""


@router.get("/live")
async def live() -> Live:
    """Answer; restart the process when this does not."""
    return Live()


@router.get(
    "/ready",
    responses={503: {"model": Ready, "headers": header(*HEADERS[503])}},
    response_model_exclude_none=True,
)
async def ready(response: Response, found: Annotated[Services, Depends(services)]) -> Ready:
    """Tell within a second whether requests can be served; send none while this is 503."""
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
