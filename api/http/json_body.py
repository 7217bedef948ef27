"""The JSON body of a request: parsed once, when a handler needs it, with bounded cost."""

import json
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.auth.encoding import RefusedJsonError, parse_json
from api.http.bad_body_delay import BadBodies
from api.http.problems import MAX_FIELDS, BadBodyError, ProblemError

ABSENT = object()  # there is no body
FRAMING = (b"content-length", b"transfer-encoding")
UNREAD = object()


class JsonBody:
    """Parses a body after the dependencies have run, so never for a caller without a token."""

    def __init__(self, request: Request, bad_bodies: BadBodies) -> None:
        self._request = request
        self._bad_bodies = bad_bodies
        self._value: Any = UNREAD
        self._size = 0

    @property
    def value(self) -> Any:
        """The parsed value, or None."""
        return None if self._value in (UNREAD, ABSENT) else self._value

    async def read(self) -> Any:
        """The value, or ABSENT; the middleware has checked that its type is JSON.

        Raises:
            RequestValidationError: it is not JSON.
            BadBodyError: `parse_json` refuses it.
            HTTPException: 400, the client disconnected; 413, it is too long.
            ProblemError: 503, too many bodies of its sender wait already.
        """
        if self._value is UNREAD:
            self._value = await self._parsed()
        return self._value

    async def read_for(self, model: Any) -> Any:
        """Return the value of `read`, unless it has many more members than the model.

        Raises:
            RequestValidationError: it has; and what `read` raises.
        """
        value = await self.read()
        if value is not ABSENT and (errors := surplus(model, value)):
            raise RequestValidationError(errors, body=value)
        return value

    def refused(self) -> None:
        """Charge the sender for a body that was refused, if one was read."""
        if self._size:
            self._bad_bodies.charge(self._request.scope, self._size)

    async def _parsed(self) -> Any:
        # Without one of these headers there is no body (RFC 9112, 6.3).
        if not any(name in FRAMING for name, _ in self._request.scope["headers"]):
            return ABSENT
        try:
            content = await self._request.body()
            self._size = len(content)
            if content:
                await self._bad_bodies.wait(self._request.scope)
            return parse_json(content) if content else ABSENT
        except json.JSONDecodeError as error:
            wrong = {
                "type": "json_invalid",
                "loc": ("body", error.pos),
                "msg": "JSON decode error",
                "input": {},
                "ctx": {"error": error.msg},
            }
            raise RequestValidationError([wrong], body=error.doc) from error
        except (HTTPException, ProblemError):
            raise
        except RefusedJsonError as error:
            raise BadBodyError(f"The body {error}.") from error
        except Exception as error:  # the client disconnected
            raise HTTPException(400, "There was an error parsing the body") from error


def surplus(model: Any, body: Any) -> list[dict[str, Any]]:
    """The errors of an object with many more members than its model, without validation.

    Pydantic creates an error for each unknown member: 24 ms for 7,200, which block the event loop.
    """
    if not isinstance(body, dict) or getattr(model, "model_config", {}).get("extra") != "forbid":
        return []
    known = model.model_fields
    if len(body) <= len(known) + MAX_FIELDS:
        return []  # few enough: validation names each wrong value
    unknown = (name for name in body if name not in known)
    return [
        {
            "type": "extra_forbidden",
            "loc": ("body", name),
            "msg": "Extra inputs are not permitted",
            "input": None,
        }
        for name, _ in zip(unknown, range(MAX_FIELDS), strict=False)
    ]
