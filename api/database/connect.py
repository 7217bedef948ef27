"""The one place that connects to Postgres.

Everything else receives a connection from here. `ruff` refuses `psycopg2.connect` and
`create_engine` in every other module (pyproject.toml).
"""

from collections.abc import Callable
from typing import Any

import psycopg2
import psycopg2.extras
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import parse_dsn
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy import create_engine as sqlalchemy_engine

from api.database.urls import libpq_url

CONNECT_TIMEOUT = 10  # seconds; a suspended database may have to start first

# A server that disappeared with its machine or its network is given up after about 15 seconds;
# the operating system's own defaults are minutes to hours.
KEEPALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,  # milliseconds
}

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call] # the stub lacks a type


def connection_parameters(url: SecretStr, application_name: str) -> dict[str, Any]:
    """The libpq parameters of a URL, with timeouts where the URL has none.

    The name is what pg_stat_activity shows, unless the URL or the environment gives another one.
    """
    return {
        "connect_timeout": CONNECT_TIMEOUT,
        **KEEPALIVE,
        "fallback_application_name": application_name,
        **parse_dsn(libpq_url(url)),
        "client_encoding": "utf8",
    }


def connect(parameters: dict[str, Any], **options: Any) -> Any:
    """Open a connection. `options` are psycopg2's own, such as `connection_factory`.

    Raises:
        psycopg2.OperationalError: as libpq reports it.
    """
    return psycopg2.connect(**parameters, **options)


def connect_to(url: SecretStr, application_name: str) -> Connection:
    """Open an ordinary connection to a URL, which has no user's identity.

    Raises:
        psycopg2.OperationalError: as libpq reports it.
    """
    connection: Connection = connect(connection_parameters(url, application_name))
    return connection


def create_engine(creator: Callable[[], Any], **options: Any) -> Engine:
    """Make an engine of SQLAlchemy's that opens its connections with `creator`."""
    return sqlalchemy_engine("postgresql+psycopg2://", creator=creator, **options)
