"""Runs revisions, then makes the policies true: all in one transaction.

At head the policy files are installed (db/install.py). Anywhere else every table is closed, so a
database short of head, or downgraded, denies everything.
"""

import psycopg2
from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, pool  # noqa: TID251 - as the owner, for no user

from api.database_urls import libpq_url
from api.settings import SettingsError, load_settings
from db import install

# 1. One migration at a time: a second one waits here, then finds nothing left to do.
# 2. No statement waits long for a lock that live traffic holds.
# 3. Names print qualified, whatever the owner's search path is, so fingerprints can be compared.
PREAMBLE = """
set local lock_timeout = '60s';
select pg_advisory_xact_lock(hashtextextended('rowlock migrations', 0));
set local lock_timeout = '5s';
set local search_path = pg_catalog;
"""


# Where each printed revision leads: asked for as "heads" or "+1", and no database to tell.
printed: list[set[object]] = []


def note(*, heads: set[object], **_: object) -> None:
    """Remember where a revision leads; Alembic calls this after each."""
    printed.append(heads)


def at_head() -> bool:
    """Whether this run ends at the newest revision."""
    head = context.get_head_revision()
    if context.is_offline_mode():
        return [{context.get_starting_revision_argument()}, *printed][-1] == {head}
    return context.get_context().get_current_heads() == (head,)


def migrate(run: install.Run, connection: Connection | None) -> None:
    """Bring the schema to the revision asked for, and the policies with it."""
    with context.begin_transaction():
        if context.get_context().opts.get("dont_mutate"):  # `alembic current` only looks
            context.run_migrations()
            return
        run(PREAMBLE)
        run(install.BOOKKEEPING.read_text(encoding="utf-8"))
        context.run_migrations()
        if at_head():
            install.install(run, install.changed_files(connection))
        else:
            install.close_tables(run)


def run_offline() -> None:
    """Print the SQL of `alembic upgrade … --sql`, every policy file included."""
    context.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},  # in the driver's own, every % would be doubled
        version_table_schema="rowlock",
        on_version_apply=note,  # type: ignore[arg-type] # Alembic passes all by name
    )
    migrate(context.get_context().impl.static_output, connection=None)


def run_online(connection: Connection) -> None:
    """Migrate over a connection of the owner."""

    def run(sql: str) -> None:
        connection.exec_driver_sql(sql, execution_options={"no_parameters": True})

    context.configure(connection=connection, version_table_schema="rowlock")
    with connection.begin():
        migrate(run, connection)


if context.is_offline_mode():
    run_offline()
else:
    try:
        owner_url = context.config.attributes.get("owner_url") or load_settings().owner_url()
    except SettingsError as error:
        raise CommandError(str(error)) from None
    # As libpq reads the URL, because so it was checked: SQLAlchemy goes to another host where a
    # parameter is given twice, or a host is percent-encoded.
    engine = create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(  # noqa: TID251 - as above
            libpq_url(owner_url), fallback_application_name="rowlock migrate"
        ),
        poolclass=pool.NullPool,
    )
    with engine.connect() as opened:
        run_online(opened)
