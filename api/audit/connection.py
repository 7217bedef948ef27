"""The connection of an audit, and the database's errors as sentences."""

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from pydantic import SecretStr

from api.audit.errors import AuditError
from api.database.connect import connect_to


def connect(url: SecretStr, name: str, command: str) -> Connection:
    """Connect to the URL of the setting `name`, as an auditor or the owner, without a user.

    Raises:
        AuditError: the database does not answer in time: 10 seconds, unless the URL sets
            connect_timeout.
    """
    try:
        return connect_to(url, command)
    except psycopg2.Error as error:
        raise AuditError(f"{name} cannot be used: {said(error)}") from None


def said(error: Exception) -> str:
    """The database's message as a sentence of one line."""
    return " ".join(str(error).split()).rstrip(".") + "."
