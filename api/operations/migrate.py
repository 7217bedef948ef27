"""Runs Alembic from code, for `rowlock migrate`, the embedded database and the tests."""

from contextlib import closing
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg2 import errors, extensions, sql
from pydantic import SecretStr
from tenacity import (
    retry,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from api.database.connect import connect_to
from api.database.urls import parse_url
from api.settings import Settings

ROOT = Path(__file__).parents[2]
PLAIN_TEXT_ONLY = "only supports being given plaintext passwords"  # Neon's error at the commit


def alembic_config(owner_url: SecretStr | None = None) -> Config:
    """Alembic's configuration. Without a URL, alembic/env.py reads the settings."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["owner_url"] = owner_url
    return config


def newest_revision() -> str | None:
    """The newest revision in alembic/versions."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def migrate(settings: Settings) -> str:
    """Migrate the database, then give the API's role the password of DATABASE_URL.

    If a newer version migrated the database, its schema and policies are left unchanged.

    Returns:
        what was done, as a sentence.

    Raises:
        SettingsError: no owner's URL is set.
        PolicyFileError: a policy file cannot be applied; it names the file and the line.
        psycopg2.Error or sqlalchemy.exc.DBAPIError: as the database reports it.
    """
    owner_url = settings.owner_url()
    config = alembic_config(owner_url)
    command.upgrade(config, "head")
    if settings.database_url is not None:
        _set_password(owner_url, settings.database_url)
    return str(config.attributes["outcome"])


def _set_password(owner_url: SecretStr, api_url: SecretStr) -> None:
    """Set the password as a SCRAM verifier: the server neither sees nor logs the plain text.

    Neon's control plane also stores roles, and accepts only plain text.
    """
    api = parse_url(api_url)
    if not isinstance(api.password, str) or api.username != "rowlock_api":
        return
    with closing(connect_to(owner_url, "rowlock migrate")) as connection:
        verifier = extensions.encrypt_password(
            api.password, api.username, connection, "scram-sha-256"
        )
        try:
            _alter_password(connection, verifier)
        except psycopg2.Error as error:
            if PLAIN_TEXT_ONLY not in str(error):
                raise
            _alter_password(connection, api.password)


@retry(
    # Roles belong to the cluster: a migration of another database may change this role now.
    retry=retry_if_exception(
        lambda error: isinstance(error, errors.InternalError_) and PLAIN_TEXT_ONLY not in str(error)
    ),
    stop=stop_after_attempt(10),
    wait=wait_random_exponential(multiplier=0.01, max=0.5),
    reraise=True,
)
def _alter_password(connection: extensions.connection, password: str) -> None:
    statement = sql.SQL("alter role rowlock_api password {}").format(sql.Literal(password))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
