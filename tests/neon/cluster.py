"""A Postgres with Neon's roles: an owner with BYPASSRLS who is not a superuser."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
from pydantic import SecretStr
from sqlalchemy import URL

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.settings import Settings
from api.tables.discovery import statements
from tests.support.cluster import EMBEDDED, Cluster, new_cluster
from tests.support.server import connect, text

OWNER_PASSWORD, API_PASSWORD, ROTATED = "0wner-in-Tests", "Ap1-in-Tests", "R0tated-in-Tests"

# As Neon's documentation and its catalogue describe neon_superuser and neondb_owner.
ROLES = f"""
create role neon_superuser createrole createdb bypassrls replication nologin;
grant pg_read_all_data, pg_write_all_data to neon_superuser;
create role neondb_owner createrole createdb bypassrls replication login
    password '{OWNER_PASSWORD}';
grant neon_superuser to neondb_owner;
"""
HBA = "local all postgres trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True)
class Neon:
    """A cluster with Neon's roles, and the URLs of one of its databases."""

    cluster: Cluster
    owner: URL

    @property
    def api(self) -> URL:
        """The API's URL."""
        return self.owner.set(username="rowlock_api", password=API_PASSWORD)

    def settings(self, *, api: URL | None = None, owner: URL | None = None) -> Settings:
        """The settings of a deployment, with other URLs if they are given."""
        return Settings(
            _env_file=None,
            database_url=SecretStr(text(api or self.api)),
            migration_database_url=SecretStr(text(owner or self.owner)),
            allow_development_key=True,
        )

    def execute(self, statement: str) -> None:
        """Run a statement as the superuser, which does not exist on Neon."""
        with closing(connect(self.cluster.url.set(database="neondb"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def findings(self, url: URL) -> dict[str, list[startup_checks.Finding]]:
        """The findings of the start-up checks for an API with this URL."""
        with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
            results = startup_checks.inspect(database, newest_revision(), statements())
        return {result.name: result.findings for result in results if result.findings}


@contextmanager
def neon_cluster() -> Iterator[Neon]:
    """Start the cluster, with its database migrated by its owner."""
    with new_cluster(EMBEDDED, "log_statement = all\nlog_min_messages = debug1\n") as cluster:
        (cluster.data / "pg_hba.conf").write_text(HBA)
        cluster.start()
        with closing(connect(cluster.url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(ROLES)
            connection.cursor().execute("create database neondb owner neondb_owner")
        owner = cluster.url.set(username="neondb_owner", password=OWNER_PASSWORD, database="neondb")
        made = Neon(cluster, owner)
        migrate(made.settings())
        yield made


def can_log_in(url: URL) -> bool:
    """Whether the role of a URL can log in with its password."""
    try:
        connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True
