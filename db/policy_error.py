"""Runs a policy file; an error names the file and the line of the statement that failed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from db import audit_schema, trail_schema

# Tokens that may contain a semicolon that does not end a statement, and the semicolon that does
# (PostgreSQL, "Lexical Structure").
TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/ | e'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "[^"]*"
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | \bbegin\s+atomic\b.*?;\s*end\b | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
LEADING = re.compile(r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL)

ROOT = f"{Path(__file__).parents[1]}/"
COMPOSED = {schema.NAME: schema for schema in (audit_schema, trail_schema)}


class PolicyFileError(CommandError):
    """A policy file cannot be applied. The message has the file, line and the database's error."""


def run_file(run: Callable[[str], None], name: str, sql: str) -> None:
    """Run a file as one packet; if it fails, run it again statement by statement to find the line.

    Raises:
        PolicyFileError: the file has an error. A lock timeout is raised unchanged, because the file
            did not cause it.
    """
    run("savepoint policy_file;")
    try:
        run(f"{sql}\n;release savepoint policy_file;")
    except DBAPIError as error:
        if _diagnosis(error, "sqlstate") in {"55P03", "57014"}:
            raise
        failed, offset = _find(run, sql) or (error, 0)
        file, line = _place(name, sql, offset)
        raise PolicyFileError(
            f"{file}, line {line}: {_diagnosis(failed, 'message_primary')}"
        ) from error


def _find(run: Callable[[str], None], sql: str) -> tuple[DBAPIError, int] | None:
    """The error of the first statement that fails, and its offset in the file."""
    run("rollback to savepoint policy_file;")
    for start, statement in _statements(sql):
        try:
            run(statement)
        except DBAPIError as error:
            position = int(_diagnosis(error, "statement_position") or 1)
            return error, start + position - 1
    return None


def _statements(sql: str) -> Iterator[tuple[int, str]]:
    start = 0
    for token in TOKEN.finditer(sql):
        if token["end"]:
            first = LEADING.match(sql, start)
            start = first.end() if first else start
            yield start, sql[start : token.end()]
            start = token.end()
    if (first := LEADING.match(sql, start)) and first.end() < len(sql):
        yield first.end(), sql[first.end() :]


def _place(name: str, sql: str, offset: int) -> tuple[str, int]:
    """The file and the line of an offset, also in a schema that is composed of several files."""
    path = f"db/policies/{name}"
    if schema := COMPOSED.get(name):
        path = f"schema {name.partition('/')[0]}"
        for source in schema.sources():
            text = source.read_text(encoding="utf-8").rstrip()
            begin = sql.find(text)
            if begin <= offset < begin + len(text):
                path, sql, offset = str(source).removeprefix(ROOT), text, offset - begin
                break
    return path, sql.count("\n", 0, offset) + 1


def _diagnosis(error: DBAPIError, field: str) -> str | None:
    """A field of the server's report (libpq, PQresultErrorField)."""
    return getattr(getattr(error.orig, "diag", None), field, None)
