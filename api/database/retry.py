"""Retries of connecting to a suspended database, and of statements that changed nothing.

A serverless database is suspended while it is not used. Its connections end with 57P01, or without
any message. The next attempt to connect starts it again. Attempts may be refused until it runs.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import psycopg2
from psycopg2 import errors
from tenacity import (
    AsyncRetrying,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random,
    wait_random_exponential,
)

from api.database.connect_errors import is_transient

RESUME_SECONDS = 5.0  # after this time the API answers 503, and the client may retry


class UnreachableError(psycopg2.OperationalError):
    """No connection could be opened."""


class UnansweredError(psycopg2.OperationalError):
    """A statement was sent, and no answer came in time."""


async def connect_with_retry[T](connect: Callable[[], Awaitable[T]]) -> T:
    """Connect; retry for RESUME_SECONDS while the error is a transient one.

    Raises:
        UnreachableError: every attempt failed, or the error is not transient.
    """
    try:
        return await AsyncRetrying(**_CONNECTING)(connect)
    except psycopg2.OperationalError as error:
        raise UnreachableError(*error.args) from error


def connect_in_thread_with_retry[T](connect: Callable[[], T]) -> T:
    """Do the same in a thread."""
    try:
        return Retrying(**_CONNECTING)(connect)
    except psycopg2.OperationalError as error:
        raise UnreachableError(*error.args) from error


async def run_with_retry[T](run: Callable[[], Awaitable[T]], *, reads: bool) -> T:
    """Run a statement; retry up to twice if it certainly changed nothing.

    Raises:
        psycopg2.Error: as the database reports it, at the last attempt.
    """
    try:
        return await run()  # tenacity takes longer than a statement, so the first attempt avoids it
    except psycopg2.Error as error:
        if not _may_retry(error, reads=reads):
            raise
    transient = retry_if_exception(lambda error: _may_retry(error, reads=reads))
    return await AsyncRetrying(
        retry=transient,
        stop=stop_after_attempt(2),
        wait=wait_random_exponential(multiplier=0.01, max=0.1),
        reraise=True,
    )(run)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, psycopg2.OperationalError) and is_transient(str(error))


def _may_retry(error: BaseException, *, reads: bool) -> bool:
    """Whether a statement was rolled back by a conflict, or lost its connection but only reads."""
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return True
    if not reads or isinstance(error, UnreachableError | UnansweredError):
        return False
    if isinstance(error, psycopg2.Error) and error.pgcode is not None:
        return error.pgcode.startswith(("08", "57P"))
    return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)


_CONNECTING: dict[str, Any] = {
    "retry": retry_if_exception(_is_transient),
    "stop": stop_after_delay(RESUME_SECONDS),
    "wait": wait_random(0.05, 0.4),
    "reraise": True,
}
