"""The connection over which an audit asks, and what the database says of it."""

from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in all but its name
from psycopg2.extensions import parse_dsn
from pydantic import SecretStr

from api.audit.errors import AuditError
from api.database_urls import libpq_url


def connect(url: SecretStr, name: str, command: str) -> Connection:
    """Connect over the URL that the setting `name` holds, as an auditor or the owner, for no user.

    Raises:
        AuditError: the database does not answer, within 10 seconds if the URL does not say.
    """
    parameters: dict[str, Any] = {
        "connect_timeout": 10,
        "fallback_application_name": command,
        **parse_dsn(libpq_url(url)),
        "client_encoding": "utf8",
    }
    try:
        connection: Connection = psycopg2.connect(**parameters)  # noqa: TID251 - for no user
    except psycopg2.Error as error:
        raise AuditError(f"{name} cannot be used: {said(error)}") from None
    return connection


def said(error: Exception) -> str:
    """What the database said, as a sentence of one line."""
    return " ".join(str(error).split()).rstrip(".") + "."
