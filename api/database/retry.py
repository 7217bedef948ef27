"""What is tried again: to reach a database that wakes up, and a statement that left no trace.

A serverless database stops while nobody uses it. Its connections end with 57P01 (or with nothing at
all), and the next attempt to connect wakes it, or is refused until it is awake.
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

from api.database.connect_errors import passes

WAKE_SECONDS = 5.0  # after which a request is answered 503, and the client tries again


class UnreachableError(psycopg2.OperationalError):
    """No connection could be opened."""


class UnansweredError(psycopg2.OperationalError):
    """A statement was sent, and nothing came back in time."""


async def connect_with_retry[T](connect: Callable[[], Awaitable[T]]) -> T:
    """Connect, and go on trying for a few seconds while the database wakes up.

    Raises:
        UnreachableError: it did not, or something else is wrong.
    """
    try:
        return await AsyncRetrying(**_WAKING)(connect)
    except psycopg2.OperationalError as error:
        raise UnreachableError(*error.args) from error


def connect_in_thread_with_retry[T](connect: Callable[[], T]) -> T:
    """Do the same where a thread waits."""
    try:
        return Retrying(**_WAKING)(connect)
    except psycopg2.OperationalError as error:
        raise UnreachableError(*error.args) from error


async def run_with_retry[T](run: Callable[[], Awaitable[T]], *, reads: bool) -> T:
    """Run a statement; up to twice again, if the database certainly kept nothing of it.

    Raises:
        psycopg2.Error: as the database reports it, at the last attempt.
    """
    try:
        return await run()  # tenacity itself costs more than many a statement
    except psycopg2.Error as error:
        if not _may_run_again(error, reads=reads):
            raise
    again = retry_if_exception(lambda error: _may_run_again(error, reads=reads))
    return await AsyncRetrying(
        retry=again,
        stop=stop_after_attempt(2),
        wait=wait_random_exponential(multiplier=0.01, max=0.1),
        reraise=True,
    )(run)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, psycopg2.OperationalError) and passes(str(error))


def _may_run_again(error: BaseException, *, reads: bool) -> bool:
    """Whether a statement lost a race, and so left nothing; or lost its connection, but reads."""
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return True
    if not reads or isinstance(error, UnreachableError | UnansweredError):
        return False
    if isinstance(error, psycopg2.Error) and error.pgcode is not None:
        return error.pgcode.startswith(("08", "57P"))
    return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)


_WAKING: dict[str, Any] = {
    "retry": retry_if_exception(_is_transient),
    "stop": stop_after_delay(WAKE_SECONDS),
    "wait": wait_random(0.05, 0.4),
    "reraise": True,
}
