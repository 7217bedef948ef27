"""Opens the database as the API's role, from the settings."""

from api.database.identity import Database
from api.settings import Settings, SettingsError


def open_database(settings: Settings) -> Database:
    """The pool of connections as the API's role."""
    if settings.database_url is None:
        raise SettingsError("DATABASE_URL is not set: `rowlock serve` starts the embedded one.")
    return Database(
        settings.database_url, pool_size=settings.pool_size, pool_timeout=settings.pool_timeout
    )
