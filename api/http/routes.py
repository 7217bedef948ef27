"""The options of routes to the rows of a table, for FastAPI's decorators."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.http.dependencies import BEARER
from api.http.problems import header, problems
from api.http.query_parameters import without_query
from api.http.user_route import UserRoute

type Options = dict[str, Any]

NoQuery = Depends(without_query)


def user_router(tag: str, prefix: str = "") -> APIRouter:
    """A router of a table. Every route requires a token, also one whose handler has no caller."""
    return APIRouter(
        route_class=UserRoute,
        dependencies=[Depends(BEARER)],
        prefix=prefix,
        tags=[tag],
        responses=problems(400, 401, 403, 422, 503, 504),
    )


def creates(read: type[BaseModel], row: str) -> Options:
    """A route that returns 201; `row` is the word for what it creates."""
    location = {201: {"headers": header("Location", f"The path of the {row}.")}}
    return {
        "status_code": 201,
        "response_model": read,
        "response_description": f"The {row}; `Location` leads to it.",
        "responses": problems(409, 415) | location,
        "dependencies": [NoQuery],
    }


def reads(read: type[BaseModel]) -> Options:
    """A route that returns one row."""
    return {"response_model": read, "responses": problems(404), "dependencies": [NoQuery]}


def changes(read: type[BaseModel]) -> Options:
    """A route that changes one row by a JSON body, and returns it."""
    return {"response_model": read, "responses": problems(404, 415), "dependencies": [NoQuery]}


def deletes() -> Options:
    """A route that returns 204."""
    return {
        "status_code": 204,
        "response_class": Response,
        "responses": problems(404),
        "dependencies": [NoQuery],
    }
