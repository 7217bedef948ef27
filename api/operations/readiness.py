"""Readiness: whether the database can serve, answered in time even if it does not respond."""

import asyncio
import logging

import psycopg2
from anyio.to_thread import run_sync
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.database.identity import Database
from api.operations.schema_version import standing
from api.operations.startup_checks import foreign_settings

ANSWER_SECONDS = 0.8  # by default, a probe of Kubernetes times out after one second

NO_ANSWER = "The database does not answer."
OTHER_SETTINGS = "A setting of the database or of the API's role differs from Rowlock's."
NO_SCHEMA = "This version does not work on the schema of the database."
TOO_LATE = NO_ANSWER, f"the database does not answer within {ANSWER_SECONDS} s"

logger = logging.getLogger(__name__)


class Readiness:
    """Runs one query at a time, however many probes arrive.

    A query that takes longer is not cancelled, so it can resume a suspended database. Probes that
    arrive meanwhile wait for the same query, so that an unresponsive database occupies only one
    thread.
    """

    def __init__(self, database: Database, head: str | None) -> None:
        self._database = database
        self._head = head
        self._question: asyncio.Task[tuple[str, str] | None] | None = None
        self._last: tuple[str, str] | None = None

    async def ask(self) -> str | None:
        """Return None if the database answers in time and its schema fits; else the reason.

        The details are not sent to clients. They are logged once each time the reason changes.
        """
        if self._question is None or self._question.done():
            self._question = asyncio.create_task(run_sync(self._wrong, abandon_on_cancel=True))
        answered, _ = await asyncio.wait({self._question}, timeout=ANSWER_SECONDS)
        wrong = self._question.result() if answered else TOO_LATE
        if wrong is not None and wrong != self._last:
            logger.warning("Not ready: %s", wrong[1])
        self._last = wrong
        return wrong and wrong[0]

    def _wrong(self) -> tuple[str, str] | None:
        """The reason for clients, and the one for the log; None if nothing is wrong."""
        try:
            found = standing(self._database.fetch_without_user, self._head)
            settings = [] if found.problem else foreign_settings(self._database)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, PoolTimeoutError) as error:
            return NO_ANSWER, _first_line(error)
        except psycopg2.Error as error:
            return NO_SCHEMA, f"the schema cannot be read: {_first_line(error)}"
        if found.problem is not None:
            return NO_SCHEMA, f"the schema {found.problem} ({found.remedy})"
        if settings:
            told = (f"{one.object} {one.detail} ({one.remedy})" for one in settings)
            return OTHER_SETTINGS, "; ".join(told)
        return None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
