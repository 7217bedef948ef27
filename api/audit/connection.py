"""The connection over which an audit asks, and what the database says of it."""

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in all but its name
from pydantic import SecretStr

from api.audit.errors import AuditError
from api.database.connect import connect_to


def connect(url: SecretStr, name: str, command: str) -> Connection:
    """Connect over the URL that the setting `name` holds, as an auditor or the owner, for no user.

    Raises:
        AuditError: the database does not answer, within 10 seconds if the URL does not say.
    """
    try:
        return connect_to(url, command)
    except psycopg2.Error as error:
        raise AuditError(f"{name} cannot be used: {said(error)}") from None


def said(error: Exception) -> str:
    """What the database said, as a sentence of one line."""
    return " ".join(str(error).split()).rstrip(".") + "."
