"""The API's timeouts for a database server that does not answer, and a stop that does not wait."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import URL
from sqlmodel import text as statement
from tenacity import stop_after_attempt

from api.database import retry
from api.database.identity import Database
from api.database.retry import UnansweredError, UnreachableError
from api.database.statements import Statement
from tests.support.blocking import blocking
from tests.support.cluster import EMBEDDED, new_cluster
from tests.support.server import text

BACKEND = Statement("select pg_backend_pid()", {}, reads=True)


@pytest.fixture(scope="module")
def url() -> Iterator[URL]:
    """The URL, over TCP, of a server whose processes a test may suspend."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = f"listen_addresses = '127.0.0.1'\nport = {port}\n"
    with new_cluster(EMBEDDED, configuration) as cluster:
        cluster.start()
        yield URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Suspend a process, so that it does not answer."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_close_ends_what_waits_for_the_server(url: URL) -> None:
    """A statement without an answer ends when the pool is closed, and is not sent again."""
    with blocking(url) as database, ThreadPoolExecutor(1) as thread:
        user = database.as_user("alice")
        (pid,) = user.fetch_one(BACKEND) or (0,)
        with frozen(pid):
            waiting = thread.submit(user.fetch_one, BACKEND)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)

            database.close()

            with pytest.raises(psycopg2.OperationalError, match="The pool of connections is clos"):
                waiting.result(5)


def test_silent_server_is_given_up(url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement without an answer times out and is not repeated; the next one works."""
    monkeypatch.setattr("api.database.async_pool.ANSWER_SECONDS", 0.5)
    with blocking(url) as database:
        user = database.as_user("alice")
        (pid,) = user.fetch_one(BACKEND) or (0,)
        with frozen(pid):
            with pytest.raises(UnansweredError, match="No answer within"):
                user.fetch_one(BACKEND)

            (other,) = user.fetch_one(BACKEND) or (0,)

    assert other not in {0, pid}


@pytest.mark.parametrize(
    ("query", "milliseconds"), [({}, 15_000), ({"tcp_user_timeout": "7000"}, 7_000)]
)
def test_vanished_server_is_given_up(url: URL, query: dict[str, str], milliseconds: int) -> None:
    """TCP keepalives end a connection to a silent server in seconds; the URL may set them."""
    secret = SecretStr(text(url.set(query=query)))
    with (
        closing(Database(secret, pool_size=1, pool_timeout=1)) as database,
        database.as_user("alice").unit_of_work() as session,
    ):
        session.execute(statement("select 1"))
        lent = session.connection().connection.driver_connection
        assert lent is not None
        with socket.socket(fileno=os.dup(lent.fileno())) as shared:
            kept = [
                shared.getsockopt(level, option)
                for level, option in (
                    (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
                    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
                    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
                )
            ]

    assert kept == [1, 5, 5, 2, milliseconds]


def test_host_that_accepts_and_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that cannot be opened within connect_timeout raises UnreachableError."""
    monkeypatch.setitem(retry._CONNECTING, "stop", stop_after_attempt(1))  # noqa: SLF001 - one attempt is enough
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        with (
            blocking(url.set(query={"connect_timeout": "1"})) as database,
            pytest.raises(UnreachableError, match="timeout expired"),
        ):
            database.as_user("alice").fetch_one(BACKEND)


def test_statement_larger_than_the_socket_takes_is_sent_whole(url: URL) -> None:
    """A statement that is larger than the socket's buffer is sent in several parts."""
    size = 8 * 1024 * 1024
    length = Statement("select length(%(text)s)", {}, reads=True)
    with blocking(url) as database:
        assert database.as_user("alice").fetch_one(length, text="a" * size) == (size,)
