"""While connecting, what passes is tried again, and what is wrong for good is not."""

import psycopg2
import pytest

from api.waking import UnreachableError, wait_in_thread_until_awake
from tests.neon.refusing_server import Refusing, refusing_server

FROM_SERVERS = (
    "the database system is starting up",
    "the database system is not yet accepting connections",
    "terminating connection due to administrator command",
    "terminating connection because of crash of another server process",
    "remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "sorry, too many clients already",
    'too many connections for role "rowlock_api"',
    "could not fork new process for connection: Cannot allocate memory",
    "pgbouncer cannot connect to server",
    "server login has been failing, try again later (server_login_retry)",
    "no more connections allowed (max_client_conn)",
    "client connections exceeded (max_db_client_connections)",
    "query_wait_timeout",
    "client_login_timeout (server down)",
    "Control plane request failed",
    "Couldn't connect to compute node",
    "Control plane request failed: endpoint is in transition",
    "Failed to acquire permit to connect to the database.",
    "Too many connections attempts",
)
FROM_LIBPQ = (
    "SSL connection has been closed unexpectedly",
    "SSL SYSCALL error: Success",
    "SSL SYSCALL error: EOF detected",
    "SSL error: unexpected eof while reading",
    "could not receive data from server: Connection timed out",
    "could not send startup packet: Broken pipe",
    'could not translate host name "db" to address: Temporary failure in name resolution',
    "No route to host",
    "Network is unreachable",
)
FOR_GOOD = (
    'password authentication failed for user "rowlock_api"',
    "server login has been failing, cached error: password authentication failed",
    'database "nothing" does not exist',
    'role "nobody" does not exist',
    'role "rowlock_api" is not permitted to log in',
    'no pg_hba.conf entry for host "127.0.0.1", user "rowlock_api", database "rowlock"',
    "Control plane request failed: endpoint is disabled",
    "Control plane request failed: endpoint cannot be found",
    "unsupported startup parameter: options",
)
WRONG_FOR_GOOD_BY_LIBPQ = (
    "SSL error: certificate verify failed",
    'server certificate for "a" does not match host name "b"',
    'root certificate file "/nothing" does not exist',
    'could not translate host name "nowhere" to address: Name or service not known',
    "server does not support SSL, but SSL was required",
)


def connect(server: Refusing, sslmode: str = "disable") -> None:
    """Connect, by the retries of the API, and leave."""
    wait_in_thread_until_awake(
        lambda: psycopg2.connect(  # noqa: TID251 - a server that is none
            host="127.0.0.1", port=server.port, user="alice", dbname="rowlock", sslmode=sslmode
        )
    ).close()


@pytest.mark.parametrize("refusal", FROM_SERVERS)
def test_refusal_that_passes(refusal: str) -> None:
    """A connection that is refused for now is tried again."""
    with refusing_server(refusal) as server:
        connect(server)

        assert server.answered == 2


@pytest.mark.parametrize("refusal", FOR_GOOD)
def test_refusal_for_good(refusal: str) -> None:
    """A connection that will always be refused is not tried again."""
    with refusing_server(refusal) as server:
        with pytest.raises(UnreachableError, match=refusal.split("(", maxsplit=1)[0]):
            connect(server)

        assert server.answered == 1


def test_tls_is_cut_off() -> None:
    """TLS that is agreed on and cut off is tried again: the next answer is without TLS."""
    with refusing_server(None, "the next has no TLS either") as server:
        with pytest.raises(UnreachableError, match="does not support SSL"):
            connect(server, "require")

        assert server.answered == 2


def attempts(words: str) -> int:
    """How often an attempt is made that fails with these words once."""
    made = 0

    def fail_once() -> int:
        nonlocal made
        made += 1
        if made == 1:
            raise psycopg2.OperationalError(f'connection to server at "db" failed: {words}')
        return made

    try:
        return wait_in_thread_until_awake(fail_once)
    except UnreachableError:
        return made


@pytest.mark.parametrize("words", FROM_LIBPQ)
def test_network_that_recovers(words: str) -> None:
    """What libpq says of a network that fails for now is tried again."""
    assert attempts(words) == 2


@pytest.mark.parametrize("words", WRONG_FOR_GOOD_BY_LIBPQ)
def test_wrong_by_libpq(words: str) -> None:
    """What libpq says of a wrong name or certificate is not."""
    assert attempts(words) == 1
