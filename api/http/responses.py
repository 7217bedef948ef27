"""The responses of handlers: JSON that Postgres built, a new row, no content, a next page."""

from fastapi import Request, Response

from api.database.async_pool import Row
from api.http.problems import ProblemError


def found(row: Row | None) -> Row:
    """Return the row. Raises ProblemError if there is none."""
    if row is None:
        raise ProblemError("not-found")
    return row


def json(body: str, status: int = 200) -> Response:
    """A response with JSON that Postgres built."""
    return Response(body, status, media_type="application/json")


def ok(row: Row | None) -> Response:
    """200 with the JSON that is the row's first column. Raises ProblemError if there is none."""
    return json(found(row)[0])


def created(request: Request, row: Row | None) -> Response:
    """201 with the JSON of a new row, and its path; the row's second column is its id."""
    body, row_id = found(row)
    response = json(body, 201)
    response.headers["Location"] = f"{path(request)}/{row_id}"
    return response


def no_content(row: Row | None) -> Response:
    """204 for a row that was deleted. Raises ProblemError if there was none."""
    found(row)
    return Response(status_code=204)


def path(request: Request) -> str:
    """The path as the client sent it, percent-encoded."""
    raw: bytes = request.scope["raw_path"]
    return raw.partition(b"?")[0].decode()


def next_page(response: Response, request: Request, query: str) -> None:
    """Add a link to the next page (RFC 8288)."""
    response.headers["Link"] = f'<{path(request)}?{query}>; rel="next"'
