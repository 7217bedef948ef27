"""A route for signed-in users that FastAPI runs: it checks the token, then the body strictly.

FastAPI parses a body before it runs dependencies. This class checks the token and then parses the
body, before FastAPI does either. One difference to the fast route (`api/http/fast_route.py`) stays:
if the body and also the path or the query are wrong, this route reports the body.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.http.bad_body_delay import BadBodies
from api.http.dependencies import BEARER
from api.http.json_body import JsonBody

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class UserRoute(APIRoute):
    """A route whose handler depends on the caller: `APIRouter(route_class=UserRoute)`."""

    _bad_bodies = BadBodies()

    def get_route_handler(self) -> Handler:
        """Return FastAPI's handler, with the checks before it."""
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler
        model = self.body_field.field_info.annotation

        async def checked(request: Request) -> Response:
            await BEARER(request)
            parsed = _ParsedRequest(request.scope, request.receive)
            body = JsonBody(parsed, self._bad_bodies)
            try:
                parsed.value = await body.read_for(model)
                return await handler(parsed)
            except (RequestValidationError, HTTPException):
                body.refused()
                raise

        return checked


class _ParsedRequest(Request):
    """A request whose JSON was parsed before FastAPI asks for it."""

    value: Any

    async def json(self) -> Any:
        """Return what was parsed."""
        return self.value
