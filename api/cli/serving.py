"""Serving the API: the listening socket, the checks before the start, and the processes."""

import socket

import uvicorn

from api import auth
from api.cli.environment import running_database
from api.http.server.client_addresses import Addresses
from api.http.server.http1_connection import Http1Connection
from api.http.server.server import Server
from api.http.server.workers import supervise
from api.main import create_app
from api.operations import startup_checks
from api.operations.api_database import open_database
from api.operations.migrate import migrate, newest_revision
from api.settings import Settings, SettingsError
from api.tables.discovery import statements


def serve(settings: Settings) -> None:
    """Serve until the process is stopped; the embedded database, if it is used, is migrated."""
    with _listen(settings) as listener, running_database(settings) as ready:
        if settings.embedded:
            migrate(ready)
        _enforce(ready)
        app = create_app(ready)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=Http1Connection,
            ws="none",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # api/http/server/client_addresses.py reads them
            timeout_graceful_shutdown=5,  # seconds; a stalled client does not delay the stop
            log_config=None,
        )
        _announce(ready, listener.getsockname()[1])
        addresses = Addresses(
            ready.connections_per_address, ready.trusted_proxies, ready.proxy_header
        )

        def run(replaces: bool = False) -> bool:  # noqa: FBT001, FBT002 - of `supervise`
            app.state.checked = not replaces
            server = Server(config, addresses, ready.root_path)
            server.run(sockets=[listener])
            return server.started

        if ready.workers == 1:
            run()
        else:
            supervise(ready.workers, run)


def _announce(ready: Settings, port: int) -> None:
    """Print the address of the API and, with a development key, how to get a token."""
    host = f"[{ready.host}]" if ":" in ready.host else ready.host
    address = f"http://{host}:{port}"
    if ready.development_key:
        key = auth.DevelopmentKey.load_or_create(ready.key_file)
        print(
            f"Rowlock on {address} accepts development tokens.\n"
            "Get one with: .venv/bin/rowlock token alice\n"
            f"Their key is {key.kid} in {ready.key_file.resolve()}.",
            flush=True,
        )
    else:
        print(f"Rowlock on {address}.", flush=True)


def _listen(settings: Settings) -> socket.socket:
    """Open the listening socket before anything else is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise SettingsError(
            f"HOST {settings.host} with PORT {settings.port} cannot be used: {reason}."
        ) from None


def _enforce(settings: Settings) -> None:
    """Run the start-up checks, so that a refusal is a sentence and not a traceback."""
    database = open_database(settings)
    try:
        startup_checks.enforce(database, newest_revision(), statements())
    finally:
        database.close()
