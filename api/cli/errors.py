"""The errors that a command reports in one sentence, because a person can correct their cause."""

import psycopg2
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from api import auth
from api.audit.errors import AuditError
from api.http.server.workers import WorkerError
from api.operations.embedded_postgres import EmbeddedError
from api.operations.new_table.names import NewTableError
from api.operations.startup_checks import GuardError
from api.settings import SettingsError

EXPECTED = (
    SettingsError,
    GuardError,
    AuditError,
    EmbeddedError,
    NewTableError,
    WorkerError,
    auth.DevelopmentKeyError,
    CommandError,
    psycopg2.Error,
    DBAPIError,
)


def sentence(error: Exception) -> str:
    """The message; for SQLAlchemy's errors, the driver's message."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip()
