"""The database for code without an event loop. A thread runs the event loop."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy import URL
from sqlmodel import Session

from api.database.async_pool import Row
from api.database.identity import Database, User
from api.database.statements import Statement
from tests.support.server import text


@dataclass(frozen=True)
class BlockingUser:
    """A user whose statements block the caller."""

    user: User
    loop: asyncio.AbstractEventLoop

    @property
    def id(self) -> str:
        """The user's id."""
        return self.user.id

    def fetch_one(self, statement: Statement, **values: Any) -> Row | None:
        """Run one statement."""
        return _wait(self.loop, self.user.fetch_one(statement, **values))

    def unit_of_work(self) -> AbstractContextManager[Session]:
        """Run several statements."""
        return self.user.unit_of_work()


@dataclass(frozen=True)
class BlockingDatabase:
    """A database whose statements block the caller."""

    database: Database
    loop: asyncio.AbstractEventLoop

    def as_user(self, user_id: str) -> BlockingUser:
        """The database of one user."""
        return BlockingUser(self.database.as_user(user_id), self.loop)

    def fetch_without_user(self, query: str) -> list[Row]:
        """Run a query without an identity."""
        return self.database.fetch_without_user(query)

    def fetch_plain(self, query: str) -> Row | None:
        """Run a statement without clearing the session first."""
        return _wait(self.loop, self.database._pool.fetch_one((query, None)))  # noqa: SLF001 - below

    def close(self) -> None:
        """End every connection."""
        _wait(self.loop, _close(self.database))


@contextmanager
def blocking(
    url: URL | str, *, pool_size: int = 1, pool_timeout: float = 5
) -> Iterator[BlockingDatabase]:
    """Open a database, and close it."""
    secret = SecretStr(text(url) if isinstance(url, URL) else url)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened = BlockingDatabase(
        Database(secret, pool_size=pool_size, pool_timeout=pool_timeout), loop
    )
    try:
        yield opened
    finally:
        opened.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _wait[T](loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(60)


async def _close(database: Database) -> None:
    database.close()
