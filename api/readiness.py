"""Whether the database can serve, answered in time for a probe, even by a database that is away."""

import asyncio

import psycopg2
from anyio.to_thread import run_sync
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api import guard
from api.identity import Database

ANSWER_SECONDS = 0.8  # a probe gives up after one second, in Kubernetes by default


class Readiness:
    """Asks the database one question at a time, however many probes come meanwhile.

    A question that takes longer goes on, and wakes a database that is suspended; the probes that
    come meanwhile wait for the same one, so that a silent database holds one thread.
    """

    def __init__(self, database: Database, head: str | None) -> None:
        self._database = database
        self._head = head
        self._question: asyncio.Task[bool] | None = None

    async def ask(self) -> bool:
        """Return whether the database answers, in time, and its schema is at head."""
        if self._question is None or self._question.done():
            self._question = asyncio.create_task(run_sync(self._at_head, abandon_on_cancel=True))
        answered, _ = await asyncio.wait({self._question}, timeout=ANSWER_SECONDS)
        return bool(answered) and self._question.result()

    def _at_head(self) -> bool:
        try:
            return guard.at_head(self._database, self._head)
        except (psycopg2.Error, PoolTimeoutError):
            return False
