"""Additions to FastAPI's OpenAPI document: text, problems, operation ids."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from api.http.bodies import example

DESCRIPTION = """A task list per user, kept apart by Postgres row-level security.

Requests under `/api` need a token, `Authorization: Bearer <token>`:

- in development, `.venv/bin/rowlock token alice` prints one for the user `alice`;
- with Better Auth, its plugin `jwt` returns one to a signed-in user, at `/api/auth/token` of the
  issuer (docs/how-to/better-auth.md).

The routes under `/api` also exist under `/api/{user_id}`. If that id is not the token's user, the
answer is 403.
"""


class FieldProblem(BaseModel):
    """One wrong value."""

    place: str = Field(description="Where the value is: body, query or path.")
    field: str
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = example(
        type="/problems/not-found",
        title="Not found",
        status=404,
        detail="There is nothing here that the caller can see.",
        request_id="e502c704333b4c4429b379ba3e97913a",
    )

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] | None = Field(None, description="Which values are wrong, if any.")


def operation_id(route: APIRoute) -> str:
    """The handler's name in camelCase, for generated clients."""
    first, *others = route.name.split("_")
    return first + "".join(word.title() for word in others)


def complete(app: FastAPI) -> None:
    """Replace FastAPI's schema of errors by the schema of problems."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            for path in document["paths"].values():
                for operation in path.values():
                    described = operation["responses"]
                    if "application/json" in described.get("422", {}).get("content", {}):
                        del described["422"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document["components"]["schemas"]
            schemas |= problem.pop("$defs") | {"Problem": problem}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        return original()

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI documents it
