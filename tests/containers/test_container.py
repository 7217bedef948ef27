"""The isolation suite on Postgres in a container, over TCP with a password.

`make test-container` runs these tests and tests/policies on it.
"""

from contextlib import closing

import psycopg2
import pytest

from tests.support.server import Server, connect


def test_server_is_a_container(server: Server) -> None:
    """The server is reached over TCP at an address that is not this machine's own."""
    with closing(connect(server.owner_url("postgres"))) as connection:
        cursor = connection.cursor()
        cursor.execute("select host(inet_server_addr()) <> host(inet_client_addr())")
        row = cursor.fetchone()

    assert server.kind.startswith("container of ")
    assert row == (True,)


def test_api_role_logs_in_with_its_password_alone(server: Server, database: str) -> None:
    """The API's role can log in with the password that `rowlock migrate` set, and with no other."""
    url = server.api_url(database)

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(url.set(password="wrong"))
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("rowlock_api",)


def test_password_is_stored_as_a_verifier(server: Server) -> None:
    """The server stores a verifier of the API role's password, not its plain text."""
    with closing(connect(server.owner_url("postgres"))) as connection:
        cursor = connection.cursor()
        cursor.execute("select rolpassword from pg_authid where rolname = 'rowlock_api'")
        row = cursor.fetchone()

    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")
