"""What is tried again: to reach a database that wakes up, and a statement that left no trace.

A serverless database stops while nobody uses it. Its connections end with 57P01 (or with nothing at
all), and the next attempt to connect wakes it, or is refused until it is awake.
"""

import re
from collections.abc import Callable

import psycopg2
from psycopg2 import errors
from tenacity import (
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random,
    wait_random_exponential,
)

WAKE_SECONDS = 5.0  # after which a request is answered 503, and the client tries again

# The driver reports no SQLSTATE for an attempt to connect; libpq and servers word these so.
# What is wrong for good (a password, a certificate, a name) is not among them.
ASLEEP = re.compile(
    "Connection refused|Connection reset|Connection timed out|timeout expired"
    "|No such file or directory.*on that socket"  # of the socket of a server that stopped
    "|server closed the connection unexpectedly"
    "|the database system is "  # starting up, shutting down, not yet accepting connections
    "|terminating connection due to administrator command"
    "|pgbouncer cannot connect to server|server login has been failing",
    re.DOTALL,
)


class UnreachableError(psycopg2.OperationalError):
    """No connection could be opened."""


def wait_until_awake[T](connect: Callable[[], T]) -> T:
    """Connect, and go on trying for a few seconds while the database wakes up.

    Raises:
        UnreachableError: it did not, or something else is wrong.
    """
    try:
        return _waking(connect)
    except psycopg2.OperationalError as error:
        raise UnreachableError(*error.args) from error


def run_again[T](run: Callable[[], T], *, reads: bool) -> T:
    """Run a statement; up to twice again, if the database certainly kept nothing of it.

    Raises:
        psycopg2.Error: as the database reports it, at the last attempt.
    """
    return (_reading if reads else _writing)(run)


def _is_asleep(error: BaseException) -> bool:
    return isinstance(error, psycopg2.OperationalError) and bool(ASLEEP.search(str(error)))


def _is_lost(error: BaseException) -> bool:
    """Whether the connection broke under a statement, which may have been committed or not."""
    if isinstance(error, UnreachableError) or not isinstance(error, psycopg2.Error):
        return False
    if error.pgcode is None:
        return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    return error.pgcode.startswith(("08", "57P"))


_waking = Retrying(
    retry=retry_if_exception(_is_asleep),
    stop=stop_after_delay(WAKE_SECONDS),
    wait=wait_random(0.05, 0.4),
    reraise=True,
)
_lost_race = retry_if_exception_type((errors.SerializationFailure, errors.DeadlockDetected))
_writing = Retrying(
    retry=_lost_race,
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.01, max=0.1),
    reraise=True,
)
_reading = _writing.copy(retry=_lost_race | retry_if_exception(_is_lost))
