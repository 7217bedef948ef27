"""The direct way to an endpoint: FastAPI reads and describes its signature, and this runs it.

FastAPI looks for a route twice, opens two exit stacks and takes each parameter apart anew for every
request; a signature does not change between two. So it is taken apart once. The values, the errors
and their order are FastAPI's own, and so is every request that needs more than stands here.
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

type Found = dict[int, Any]  # by the identity of the dependency's callable

KNOWN = (APIRoute, UserRoute)
MISSING = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}
KEY = "rowlock.endpoint"  # in the scope of a request


class FastRoute(BaseRoute):
    """A route that stands before all others, and runs those it can.

    A handler is run directly if it and what it depends on are coroutines that ask for the request,
    values of the path, one JSON body (which may be left out) and one another, and if it returns a
    response.
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
            # What is not known to end somewhere hides all that come after it.
            path = getattr(context, "path_regex", None) or re.compile("")
            for method in context.methods or METHODS:
                self._routes.setdefault(method, []).append((path, known))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the first route of a request's method and path, if it can be run directly."""
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
        """Run the handler that was found, and send its response."""
        request = Request(scope, receive, send)
        endpoint: Endpoint = scope[KEY]
        response = await endpoint.answer(request, JsonBody(request, self._bad_bodies))
        await response(scope, receive, send)


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler, or what it depends on, with what it asks for."""

    call: Callable[..., Awaitable[Any]]
    request: str | None
    path: list[Any]
    body: list[Any]
    needs: list[tuple[str | None, Endpoint]]

    @classmethod
    def of(cls, context: RouteContext) -> Endpoint | None:
        """Take a route apart. Returns None if it asks for more."""
        if type(context.original_route) not in KNOWN or context.max_body_size is not None:
            return None  # a route of another class runs more than the handler
        path: dict[str, Any] = context.param_convertors
        dependant: Dependant = context.dependant
        plain = (
            all(isinstance(convertor, StringConvertor) for convertor in path.values())
            and all(field.alias in path for field in dependant.path_params)
            and all(_is_json(field) for field in dependant.body_params)
            # Several bodies, or those of dependencies, are parts of a larger one.
            and context.body_field in (None, *dependant.body_params)
            and _returns_response(dependant)
        )
        return cls._taken_apart(dependant) if plain else None

    @classmethod
    def _taken_apart(cls, dependant: Dependant) -> Endpoint | None:
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
        # An instance's own method; of a class, that of its metaclass.
        if not iscoroutinefunction(call if isfunction(call) else type(call).__call__):
            return None
        needs: list[tuple[str | None, Endpoint]] = []
        for one in dependant.dependencies:
            needed = cls._taken_apart(one)
            if needed is None:
                return None
            needs.append((one.name, needed))
        return cls(
            call, dependant.request_param_name, dependant.path_params, dependant.body_params, needs
        )

    async def answer(self, request: Request, body: JsonBody) -> Response:
        """Run the handler.

        Raises:
            RequestValidationError: the body is no JSON, or a value is wrong.
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
        """Call what this stands for, after all it needs; but not if a value of theirs is wrong.

        `found` is what ran already for this request; `wrong` takes what FastAPI says of a value.
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
    """The value of a body, or its default where there is none, and what is wrong with it."""
    if body is not ABSENT:
        if errors := surplus(field.field_info.annotation, body):
            return None, errors
        value, errors = field.validate(body, loc=("body",))
        return value, errors
    if field.field_info.is_required():
        return None, [MISSING]
    return deepcopy(field.default), []  # a copy, which the handler may change


def _returns_response(dependant: Dependant) -> bool:
    assert dependant.call is not None  # noqa: S101 - a route's is its handler
    returned = get_typed_return_annotation(dependant.call)
    return isinstance(returned, type) and issubclass(returned, Response)
