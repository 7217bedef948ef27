"""The fast route: it calls handlers whose signatures FastAPI has read, without FastAPI's overhead.

For every request, FastAPI looks up the route twice, opens two exit stacks and inspects each
parameter again. The signature does not change, so this module inspects it once, at the start.
Values, errors and their order are the same as FastAPI's. Routes that need more stay with FastAPI.

It reads `Dependant`, which FastAPI does not document. FAST_ROUTE=false switches it off.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from inspect import iscoroutinefunction, isfunction
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_typed_return_annotation
from fastapi.exceptions import RequestValidationError
from fastapi.params import Body
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.convertors import StringConvertor
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.http.bad_body_delay import BadBodies
from api.http.json_body import ABSENT, JsonBody, surplus
from api.http.user_route import UserRoute

type Found = dict[int, Any]  # the key is id() of the dependency's callable

KNOWN = (APIRoute, UserRoute)
MISSING = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}
KEY = "rowlock.endpoint"  # in the scope of a request


class FastRoute(BaseRoute):
    """The first route of the application. It calls a handler directly if it can.

    It can if the handler and its dependencies are coroutine functions; if their only parameters are
    the request, path parameters, one JSON body (possibly optional) and such dependencies; and if
    the handler returns a Response. Other routes take the remaining requests.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._bad_bodies = BadBodies()
        self._routes: dict[str, list[tuple[re.Pattern[str], Scope | None]]] = {}
        for context in iter_route_contexts(app.routes):
            route, endpoint = context.original_route, Endpoint.of(context)
            known: Scope | None = None
            if endpoint is not None:
                known = {KEY: endpoint, "endpoint": endpoint.call, "route": route}
            # A route without a path pattern may match every path, so FastAPI serves the routes
            # after it.
            path = getattr(context, "path_regex", None) or re.compile("")
            for method in context.methods or METHODS:
                self._routes.setdefault(method, []).append((path, known))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the first route with a request's method and path, if it can be called directly."""
        if scope["type"] == "http":
            path = scope["path"]
            if (root := scope.get("root_path")) and path.startswith(f"{root}/"):
                path = path.removeprefix(root)  # as Starlette does
            for pattern, known in self._routes.get(scope["method"], ()):
                if found := pattern.match(path):
                    if known is None or self._app.dependency_overrides:
                        break
                    return Match.FULL, {**known, "path_params": found.groupdict()}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the handler that was found, and send its response."""
        request = Request(scope, receive, send)
        endpoint: Endpoint = scope[KEY]
        response = await endpoint.answer(request, JsonBody(request, self._bad_bodies))
        await response(scope, receive, send)


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler or a dependency, with its parameters."""

    call: Callable[..., Awaitable[Any]]
    request: str | None
    path: list[Any]
    body: list[Any]
    needs: list[tuple[str | None, Endpoint]]

    @classmethod
    def of(cls, context: RouteContext) -> Endpoint | None:
        """Inspect a route. Returns None if it needs more than this class can do."""
        if type(context.original_route) not in KNOWN or context.max_body_size is not None:
            return None  # a route of another class may do more than call the handler
        path: dict[str, Any] = context.param_convertors
        dependant: Dependant = context.dependant
        plain = (
            all(isinstance(convertor, StringConvertor) for convertor in path.values())
            and all(field.alias in path for field in dependant.path_params)
            and all(_is_json(field) for field in dependant.body_params)
            # Several body parameters, or those of dependencies, are parts of one larger body.
            and context.body_field in (None, *dependant.body_params)
            and _returns_response(dependant)
        )
        return cls._inspected(dependant) if plain else None

    @classmethod
    def _inspected(cls, dependant: Dependant) -> Endpoint | None:
        call = dependant.call
        unknown = (
            dependant.query_params,
            dependant.header_params,
            dependant.cookie_params,
            dependant.websocket_param_name,
            dependant.http_connection_param_name,
            dependant.response_param_name,
            dependant.background_tasks_param_name,
            dependant.security_scopes_param_name,
            dependant.own_oauth_scopes,
            dependant.concurrency,
            not dependant.use_cache,
        )
        if call is None or any(unknown):
            return None
        # If it is not a function, check `__call__` of its class, or of the metaclass of a class.
        if not iscoroutinefunction(call if isfunction(call) else type(call).__call__):
            return None
        needs: list[tuple[str | None, Endpoint]] = []
        for one in dependant.dependencies:
            needed = cls._inspected(one)
            if needed is None:
                return None
            needs.append((one.name, needed))
        return cls(
            call, dependant.request_param_name, dependant.path_params, dependant.body_params, needs
        )

    async def answer(self, request: Request, body: JsonBody) -> Response:
        """Call the handler, after its dependencies.

        Raises:
            RequestValidationError: the body is not JSON, or a value is invalid.
        """
        wrong: list[Any] = []
        try:
            response: Response = await self.run(request, body, {}, wrong)
        except (RequestValidationError, HTTPException):
            body.refused()
            raise
        if wrong:
            body.refused()
            raise RequestValidationError(wrong, body=body.value)
        return response

    async def run(self, request: Request, body: JsonBody, found: Found, wrong: list[Any]) -> Any:
        """Call this function after its dependencies, unless one of their values is invalid.

        `found` holds the results of dependencies for this request; errors are added to `wrong`.
        """
        values: dict[str, Any] = {}
        before = len(wrong)
        for name, needed in self.needs:
            key = id(needed.call)
            if key not in found:
                known = len(wrong)
                result = await needed.run(request, body, found, wrong)
                if len(wrong) > known:
                    continue
                found[key] = result
            if name is not None:
                values[name] = found[key]
        for field in self.path:
            given = request.scope["path_params"][field.alias]
            values[field.name], errors = field.validate(given, loc=("path", field.alias))
            wrong += errors
        for field in self.body:
            values[field.name], errors = _read(field, await body.read())
            wrong += errors
        if len(wrong) > before:
            return None
        if self.request is not None:
            values[self.request] = request
        return await self.call(**values)


def _is_json(field: Any) -> bool:
    return type(field.field_info) is Body and not field.field_info.validate_default


def _read(field: Any, body: Any) -> tuple[Any, list[Any]]:
    """The value of a body, or its default if there is no body, and its errors."""
    if body is not ABSENT:
        if errors := surplus(field.field_info.annotation, body):
            return None, errors
        value, errors = field.validate(body, loc=("body",))
        return value, errors
    if field.field_info.is_required():
        return None, [MISSING]
    return deepcopy(field.default), []  # a copy: the handler may change it


def _returns_response(dependant: Dependant) -> bool:
    assert dependant.call is not None  # noqa: S101 - a route has a handler
    returned = get_typed_return_annotation(dependant.call)
    return isinstance(returned, type) and issubclass(returned, Response)
