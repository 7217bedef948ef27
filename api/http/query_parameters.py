"""Query parameters: those of a page of a list, and routes without any."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import QueryParams

from api.http.dependencies import UserDep
from api.http.problems import ProblemError

MAX_LIMIT = 200
MAX_PARAMETERS = 100  # of a query: 7,500 unknown ones took 30 ms of the event loop


class PageQuery(BaseModel):
    """The length of a page; subclasses add where it begins."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MAX_LIMIT)

    @classmethod
    def of(cls, request: Request) -> Self:
        """Parse a request's query in one step; FastAPI would inspect it field by field.

        Raises:
            RequestValidationError: a parameter is invalid, unknown, or repeated.
            ProblemError: 422, there are more than MAX_PARAMETERS.
        """
        given = _parameters(request).multi_items()
        if repeated := [name for name, times in Counter(n for n, _ in given).items() if times > 1]:
            raise _wrong_query(repeated, "A parameter may be given once only")
        try:
            return cls.model_validate(dict(given))
        except ValidationError as error:
            wrong = [{**item, "loc": ("query", *item["loc"])} for item in error.errors()]
            raise RequestValidationError(wrong) from None

    @classmethod
    def described(cls) -> dict[str, Any]:
        """The parameters, for the OpenAPI document."""
        return {
            "parameters": [
                {"name": name, "in": "query", "required": False, "schema": _may_be_left_out(field)}
                for name, field in cls.model_json_schema()["properties"].items()
            ]
        }


async def without_query(request: Request, _: UserDep) -> None:
    """Refuse every parameter on a route without parameters: ignoring one would mislead clients.

    Raises:
        RequestValidationError: there is a query.
        ProblemError: 422, it has more than MAX_PARAMETERS.
    """
    if request.scope["query_string"]:
        raise _wrong_query(_parameters(request), "Extra inputs are not permitted")


def _parameters(request: Request) -> QueryParams:
    if request.scope["query_string"].count(b"&") >= MAX_PARAMETERS:
        raise ProblemError("invalid", f"The query has more than {MAX_PARAMETERS} parameters.")
    return request.query_params


def _wrong_query(names: Iterable[str], why: str) -> RequestValidationError:
    return RequestValidationError(
        [{"type": "query", "loc": ("query", name), "msg": why} for name in names]
    )


def _may_be_left_out(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter. One whose default is None may be omitted, but is never null."""
    if schema.get("default", ...) is not None:
        return schema
    kept = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    (given,) = (one for one in schema["anyOf"] if one != {"type": "null"})
    return {**kept, **given}
