"""Connecting: temporary errors are retried, and permanent ones are not."""

import re
import socket
from pathlib import Path

import psycopg2
import pytest

from api.database.retry import UnreachableError, connect_in_thread_with_retry
from tests.neon.refusing_server import CANNOT_FORK, Refusing, refusing_server

FROM_SERVERS = (
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
    "must be superuser to connect during database shutdown",
    "terminating connection due to administrator command",
    "terminating connection due to immediate shutdown command",
    "terminating connection due to unexpected postmaster exit",
    "terminating connection because of crash of another server process",
    "terminating connection because of unexpected SIGQUIT signal",
    "remaining connection slots are reserved for roles with the SUPERUSER attribute",
    'remaining connection slots are reserved for roles with privileges of the "a" role',
    "sorry, too many clients already",
    'too many connections for role "rowlock_api"',
    'too many connections for database "rowlock"',
    "pgbouncer cannot connect to server",
    "server login has been failing, try again later (server_login_retry)",
    "server login has been failing, cached error: connect failed (server_login_retry)",
    "server login has been failing, cached error: the database system is starting up",
    "no more connections allowed (max_client_conn)",
    "client connections exceeded (max_db_client_connections)",
    "client connections exceeded (max_user_client_connections)",
    "query_wait_timeout",
    "query_timeout",
    "suspend_timeout",
    "client_login_timeout",
    "client_login_timeout (server down)",
    "server shutting down",
    "Control plane request failed",
    "Control plane request failed: endpoint is in transition",
    "endpoint is in transition",
    "Couldn't connect to compute node",
    "error communicating with the server: unexpected end of file",
    "error connecting to server: deadline has elapsed",
    "timeout waiting for server",
    "connection closed",
    "Failed to acquire permit to connect to the database. Too many database connection attempts",
    "Too many connections attempts",
    "Too many connections to this endpoint. Please try again later.",
    "Authentication timed out",
)
FROM_LIBPQ = (
    "Connection refused",
    "Resource temporarily unavailable",
    "Broken pipe",
    "Connection reset by peer",
    "Software caused connection abort",
    "Host is down",
    "No route to host",
    "Network is down",
    "Network dropped connection on reset",
    "Network is unreachable",
    "Connection timed out",
    "timeout expired",
    (
        "No such file or directory\n"
        "\tIs the server running locally and accepting connections on that socket?"
    ),
    "server closed the connection unexpectedly",
    "SSL connection has been closed unexpectedly",
    "SSL SYSCALL error: Success",
    "SSL SYSCALL error: EOF detected",
    "SSL error: unexpected eof while reading",
    "could not receive data from server: Cannot allocate memory",
    "could not send data to server: No buffer space available",
    "could not send startup packet: No buffer space available",
    "could not send SSL negotiation packet: No buffer space available",
    "could not send GSSAPI negotiation packet: No buffer space available",
    'could not translate host name "db" to address: Temporary failure in name resolution',
    "server sent an error response during GSS encryption exchange",
    "session is read-only",
    "server is in hot standby mode",
)
FOR_GOOD = (
    'password authentication failed for user "rowlock_api"',
    "password authentication failed for user 'rowlock_api'",
    "SASL authentication failed",
    'database "nothing" does not exist',
    'database "rowlock" is not currently accepting connections',
    'permission denied for database "rowlock"',
    'role "nobody" does not exist',
    'role "rowlock_api" is not permitted to log in',
    'no pg_hba.conf entry for host "127.0.0.1", user "rowlock_api", database "rowlock"',
    "no such database: nothing",
    "bouncer config error",
    "unsupported startup parameter: options",
    "connection is insecure (try using `sslmode=require`)",
    "Endpoint ID is not specified.",
    "This IP address 192.0.2.1 is not allowed to connect to this endpoint.",
    "Control plane request failed: endpoint is disabled",
    "Control plane request failed: endpoint cannot be found",
    "Control plane request failed: endpoint is temporarily unavailable. Check your quotas",
)
REPEATED = (
    'password authentication failed for user "rowlock_api"',
    '"trust" authentication failed for user "rowlock_api"',
    'no pg_hba.conf entry for host "127.0.0.1", user "rowlock_api", database "rowlock"',
    'pg_hba.conf rejects connection for host "127.0.0.1", user "rowlock_api", database "rowlock"',
    'role "rowlock_api" is not permitted to log in',
    'database "nothing" does not exist',
    'permission denied for database "rowlock"',
    'database "rowlock" is not currently accepting connections',
    'cannot connect to invalid database "rowlock"',
    "server refused SSL",
)
WRONG_FOR_GOOD_BY_LIBPQ = (
    "SSL error: certificate verify failed",
    "SSL error: tlsv1 alert protocol version",
    'server certificate for "a" does not match host name "b"',
    'root certificate file "/nothing" does not exist',
    'could not translate host name "nowhere" to address: Name or service not known',
    "server does not support SSL, but SSL was required",
    "fe_sendauth: no password supplied",
)


def connect(server: Refusing, sslmode: str = "disable") -> None:
    """Connect with the retries of the API, and close."""
    connect_in_thread_with_retry(
        lambda: psycopg2.connect(  # noqa: TID251 - a server that is none
            host="127.0.0.1", port=server.port, user="alice", dbname="rowlock", sslmode=sslmode
        )
    ).close()


@pytest.mark.parametrize("refusal", FROM_SERVERS)
def test_refusal_that_passes(refusal: str) -> None:
    """A temporary refusal is retried."""
    with refusing_server(refusal) as server:
        connect(server)

        assert server.answered == 2


@pytest.mark.parametrize("refusal", FOR_GOOD)
def test_refusal_for_good(refusal: str) -> None:
    """A permanent refusal is not retried."""
    with refusing_server(refusal) as server:
        with pytest.raises(UnreachableError, match=re.escape(refusal)):
            connect(server)

        assert server.answered == 1


@pytest.mark.parametrize("error", REPEATED)
def test_refusal_for_good_that_pgbouncer_repeats(error: str) -> None:
    """PgBouncer repeats the server's last error, which is not retried if it is permanent."""
    with refusing_server(
        f"server login has been failing, cached error: {error} (server_login_retry)"
    ) as server:
        with pytest.raises(UnreachableError, match=re.escape(error)):
            connect(server)

        assert server.answered == 1


@pytest.mark.parametrize("sslmode", ["disable", "prefer"])
def test_server_that_cannot_fork(sslmode: str) -> None:
    """A server that cannot start a process answers every request with that error, also for TLS."""
    with refusing_server(CANNOT_FORK, CANNOT_FORK) as server:
        connect(server, sslmode)

        assert server.answered == 3


def test_queue_of_a_unix_socket_is_full(tmp_path: Path) -> None:
    """A full accept queue of a slow server is retried."""
    address = f"{tmp_path}/.s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as first:
        listener.bind(address)
        listener.listen(0)
        first.connect(address)
        with pytest.raises(psycopg2.OperationalError) as refused:
            psycopg2.connect(host=str(tmp_path), dbname="a")  # noqa: TID251 - a server that is none

    assert attempts(str(refused.value)) == 2


def test_tls_is_cut_off() -> None:
    """A connection that ends after TLS was agreed is retried."""
    with refusing_server(None, "the next has no TLS either") as server:
        with pytest.raises(UnreachableError, match="does not support SSL"):
            connect(server, "require")

        assert server.answered == 2


def attempts(words: str) -> int:
    """The number of attempts if the first one fails with this message."""
    made = 0

    def fail_once() -> int:
        nonlocal made
        made += 1
        if made == 1:
            raise psycopg2.OperationalError(f'connection to server at "db" failed: {words}')
        return made

    try:
        return connect_in_thread_with_retry(fail_once)
    except UnreachableError:
        return made


@pytest.mark.parametrize("words", FROM_LIBPQ)
def test_network_that_recovers(words: str) -> None:
    """Messages of libpq about temporary network errors are retried."""
    assert attempts(words) == 2


@pytest.mark.parametrize("words", WRONG_FOR_GOOD_BY_LIBPQ)
def test_wrong_by_libpq(words: str) -> None:
    """Messages of libpq about a wrong name or certificate are not retried."""
    assert attempts(words) == 1
