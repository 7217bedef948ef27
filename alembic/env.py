"""Runs revisions, then installs the policy files, in one transaction.

The policy files are installed at head (db/install.py). At every older revision all tables are
closed: a database that is not at head denies every request.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.util import CommandError
from psycopg2 import errors
from pydantic import SecretStr
from sqlalchemy import Connection, pool
from sqlalchemy.exc import DBAPIError
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception,
    stop_after_delay,
    wait_random_exponential,
)

from api.database.connect import connect_to, create_engine
from api.operations.embedded_postgres import EmbeddedError, embedded_postgres, settings_for
from api.operations.schema_version import VERSION, standing
from api.settings import SettingsError, load_settings
from api.tables.discovery import metadata
from db import audit_schema, autogenerate, bookkeeping_schema, install, revisions

# One migration at a time: a second one waits here until the first has finished.
ONE_AT_A_TIME = """
set local lock_timeout = '60s';
select pg_advisory_xact_lock(hashtextextended('rowlock migrations', 0));
"""
FREE = "select pg_try_advisory_xact_lock(hashtextextended('rowlock migrations', 0))"

# Checked first, because the driver cannot send every file in another encoding.
ENCODING = audit_schema.CHECKS / "encoding.sql"

# The lock timeout limits how long requests wait behind a migration that waits for a lock. With this
# search path, names are always printed with their schema, so that fingerprints can be compared.
PREAMBLE = f"""
set local lock_timeout = '{install.LOCK_TIMEOUT}';
set local search_path = pg_catalog;
"""

# For how many seconds a migration retries after a lock timeout.
LOCK_SECONDS = context.config.attributes.get("lock_seconds", 60)

logger = logging.getLogger("rowlock.migrate")

# The heads after each printed revision. Offline there is no database to read them from, and the
# requested revision may be relative ("heads", "+1").
printed: list[set[object]] = []


def note(*, heads: set[object], **_: object) -> None:
    """Record the heads after a revision; Alembic calls this after each."""
    printed.append(heads)


def at_head() -> bool:
    """Whether this run ends at the newest revision."""
    head = context.get_head_revision()
    if context.is_offline_mode():
        return [{context.get_starting_revision_argument()}, *printed][-1] == {head}
    return context.get_context().get_current_heads() == (head,)


def migrate(run: install.Run, connection: Connection | None) -> None:
    """Migrate the schema to the requested revision, and install or remove the policies."""
    with context.begin_transaction():
        options = context.get_context().opts
        # `alembic current`, `check` and `revision --autogenerate` change nothing.
        if options.get("dont_mutate") or "revision_context" in options:
            context.run_migrations()
            return
        if connection is not None:
            refuse_encoding(connection)
            if not connection.exec_driver_sql(FREE).scalar():
                logger.warning("Another migration of this database runs: waiting for it to end.")
        run(ONE_AT_A_TIME)
        run(PREAMBLE)
        if connection is not None and is_newer(connection):
            return
        before = () if connection is None else context.get_context().get_current_heads()
        run(bookkeeping_schema.compose())
        context.run_migrations()
        if at_head():
            changed = install.changed_files(connection)
            install.install(run, changed)
            run(revisions.record(context.script, VERSION))
            tell(before, changed)
        else:
            install.close_tables(run)
            run(revisions.FORGET)


def refuse_encoding(connection: Connection) -> None:
    """Refuse a database that does not store UTF-8.

    Raises:
        CommandError: with the remedy.
    """
    check = ENCODING.read_text(encoding="utf-8")
    found = connection.exec_driver_sql(check, execution_options={"no_parameters": True}).first()
    if found is not None:
        raise CommandError(f"The database cannot be used: {found.detail}. {found.remedy}")


def is_newer(connection: Connection) -> bool:
    """Whether a newer version has migrated the database, so that an upgrade has nothing to do.

    Raises:
        CommandError: a command other than an upgrade to head, or a revision of another branch.
    """
    if not connection.exec_driver_sql(revisions.KNOWN).scalar():
        return False

    def fetch(query: str, values: tuple[object, ...]) -> list[Any]:
        return list(connection.exec_driver_sql(query, values))

    found = standing(fetch, context.get_head_revision())  # type: ignore[arg-type] # there is one
    if found.newer:
        if context.get_context().opts.get("destination_rev") not in {"head", "heads"}:
            raise CommandError(f"{found.sentence} Only that version can change its schema.")
        context.config.attributes["outcome"] = f"{found.sentence} There is nothing to do."
        return True
    known = {script.revision for script in context.script.walk_revisions()}
    if found.revision is not None and found.revision not in known:
        raise CommandError(
            f"The database {found.problem}. This version has no file of that revision:"
            " migrate with the version that applied it."
        )
    return False


def tell(before: Sequence[str], changed: Sequence[install.PolicyFile]) -> None:
    """Report what was done."""
    head = context.get_head_revision()
    if tuple(before) == (head,) and not changed:
        outcome = f"The database is up to date, at revision {head}."
    else:
        files = ", ".join(file.name for file in changed) or "none"
        outcome = f"The database is at revision {head}. Policy files applied: {files}."
    context.config.attributes["outcome"] = outcome


def run_offline() -> None:
    """Print the SQL of `alembic upgrade … --sql`, every policy file included."""
    context.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},  # the driver's own style would double every %
        version_table_schema="rowlock",
        on_version_apply=note,  # type: ignore[arg-type] # Alembic passes keyword arguments
    )
    migrate(context.get_context().impl.static_output, connection=None)


def no_lock(error: BaseException) -> bool:
    """Whether a lock was not granted in time. The transaction was rolled back completely."""
    return isinstance(error, DBAPIError) and isinstance(
        error.orig, errors.LockNotAvailable | errors.QueryCanceled
    )


def say(state: RetryCallState) -> None:
    """Log that the migration is retried after a lock timeout."""
    logger.warning(
        "A lock that others hold was not granted: trying again in %.1f s, nothing was changed.",
        state.upcoming_sleep,
    )


@retry(
    retry=retry_if_exception(no_lock),
    stop=stop_after_delay(LOCK_SECONDS),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    before_sleep=say,
    reraise=True,
)
def run_online(connection: Connection) -> None:
    """Migrate over a connection of the owner; retry after a lock timeout."""

    def run(sql: str) -> None:
        connection.exec_driver_sql(sql, execution_options={"no_parameters": True})

    context.configure(
        connection=connection,
        version_table_schema="rowlock",
        **autogenerate.options(metadata()),
    )
    with connection.begin():
        migrate(run, connection)


@contextmanager
def owner() -> Iterator[SecretStr]:
    """Yield the owner's URL from the settings, or else that of the embedded database."""
    given = context.config.attributes.get("owner_url")
    if given is not None:
        yield given
        return
    try:
        settings = load_settings()
        if not settings.embedded or settings.migration_database_url is not None:
            yield settings.owner_url()
            return
        with embedded_postgres(settings.data_dir) as url:
            yield settings_for(settings, url).owner_url()
    except (SettingsError, EmbeddedError) as error:
        raise CommandError(str(error)) from None


if context.is_offline_mode():
    run_offline()
else:
    with owner() as owner_url:
        # libpq parses the URL, as when it was checked. SQLAlchemy would connect to another host if
        # a parameter is given twice or a host is percent-encoded.
        engine = create_engine(
            lambda: connect_to(owner_url, "rowlock migrate"), poolclass=pool.NullPool
        )
        with engine.connect() as opened:
            run_online(opened)
