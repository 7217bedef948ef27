"""URLs of databases: which ones are accepted, how libpq reads them, and what they mean."""

import ipaddress
import os

from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn
from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

FORM = "must be a Postgres URL of the form postgresql://ROLE:PASSWORD@HOST/DATABASE"
ENCRYPTED = {"require", "verify-ca", "verify-full"}

# Without a host in the URL, libpq reads the host from these variables.
ENVIRONMENT = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "service": "PGSERVICE"}


def check_database_url(value: SecretStr) -> SecretStr:
    """Return the URL. Raises ValueError, which does not quote it, if libpq could not use it."""
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):
        raise ValueError(FORM) from None
    if url.drivername not in {"postgresql", "postgres", "postgresql+psycopg2"}:
        raise ValueError(FORM)
    if not url.username or not url.database:
        raise ValueError(f"{FORM}; the role or the database is missing")
    if "@" in (url.host or ""):  # libpq would take the end of the password for the host
        raise ValueError(f"{FORM}; in a password, @ is written %40")
    try:
        parse_dsn(libpq_url(value))
    except ProgrammingError:
        raise ValueError(f"{FORM}; libpq does not know one of its parameters") from None
    return value


def parse_url(url: SecretStr) -> URL:
    """The parts of a checked database URL."""
    return make_url(url.get_secret_value())


def libpq_url(url: SecretStr) -> str:
    """The URL as libpq reads it: without SQLAlchemy's driver name."""
    parts = parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    address, mark, query = parts.partition("?")
    return address + mark + query.replace("+", "%20")  # libpq does not read + as a space


def may_be_plain_text(url: SecretStr) -> bool:
    """Whether libpq may send passwords and rows over a network without encryption.

    Without `sslmode`, libpq accepts an unencrypted connection if the server, or an attacker on the
    way to it, offers no other.
    """
    parameters = parse_dsn(libpq_url(url))
    if parameters.get("sslmode") in ENCRYPTED:
        return False
    host, hostaddr, service = (
        parameters.get(name, os.environ.get(variable, "")) for name, variable in ENVIRONMENT.items()
    )
    # A service is defined in a file of libpq, which may name any host.
    return bool(service) or not all(map(is_local, [*host.split(","), *hostaddr.split(",")]))


def is_pooled(url: SecretStr) -> bool:
    """Whether the URL names Neon's pooled host, which is PgBouncer in transaction mode."""
    hosts = parse_dsn(libpq_url(url)).get("host", "").split(",")
    return any(host.partition(".")[0].endswith("-pooler") for host in hosts)


def is_local(host: str) -> bool:
    """Whether a host is this machine, or the folder of a Unix socket."""
    if host in {"", "localhost"} or host[0] in "/@":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
