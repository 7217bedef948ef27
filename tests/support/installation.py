"""A separate installation: a new cluster with one migrated database, and an auditor.

Roles belong to the whole cluster. A test about all roles, or with wrong roles, needs a cluster that
no other test uses.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Self

from psycopg2 import sql
from pydantic import SecretStr
from sqlalchemy import URL

from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import EMBEDDED, Cluster, new_cluster
from tests.support.server import connect, text

DATABASE = "rowlock"

# The version of the development database: the newer of the two in the wheel.
PROGRAMS = EMBEDDED.with_name("pginstall18")

# The login role of a DBA who reads the audit views. It has no other right.
AUDITOR = "dana"

UTF8 = {"LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"}


@dataclass(frozen=True)
class Installation:
    """A migrated database on a separate cluster."""

    cluster: Cluster
    database: str = DATABASE

    @property
    def owner_url(self) -> URL:
        """The URL of the superuser who migrated it."""
        return self.cluster.url.set(database=self.database)

    def url(self, role: str) -> URL:
        """The URL of another role; the cluster trusts every user of its socket."""
        return self.owner_url.set(username=role)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables for `rowlock`."""
        return {
            "DATABASE_URL": text(self.url("rowlock_api")),
            "MIGRATION_DATABASE_URL": text(self.owner_url),
            "AUDIT_DATABASE_URL": text(self.url(AUDITOR)),
            "ALLOW_DEVELOPMENT_KEY": "true",
        }

    def run(self, statements: str, role: str = "postgres") -> None:
        """Run statements as a role, and commit."""
        with closing(connect(self.url(role))) as connection, connection:
            connection.cursor().execute(statements)

    def copy(self, name: str) -> Self:
        """A copy of the database without the grants on the database itself."""
        self.cluster_run("create database {} template {}", name, self.database)
        self.cluster_run("revoke temporary on database {} from public", name)
        return replace(self, database=name)

    def cluster_run(self, statement: str, *identifiers: str) -> None:
        """Run a statement outside a transaction, in another database of the cluster."""
        with closing(connect(self.cluster.url)) as connection:
            connection.autocommit = True
            names = map(sql.Identifier, identifiers)
            connection.cursor().execute(sql.SQL(statement).format(*names))

    def psql(self, commands: str, role: str = AUDITOR) -> str:
        """The output of psql for these commands, with errors."""
        done = subprocess.run(
            [
                self.cluster.folder / "postgres" / "bin" / "psql",
                "--no-psqlrc",
                "--quiet",
                text(self.url(role)),
            ],
            input=commands,
            env=os.environ | self.cluster.run_as["env"] | {"PAGER": "", "PGTZ": "UTC"} | UTF8,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout


@contextmanager
def new_installation() -> Iterator[Installation]:
    """Create the cluster, migrate a database in it, and create the auditor."""
    with new_cluster(PROGRAMS) as cluster:
        cluster.start()
        installation = Installation(cluster)
        installation.cluster_run("create database {}", DATABASE)
        migrate(
            Settings(
                _env_file=None,
                database_url=SecretStr(text(installation.url("rowlock_api"))),
                migration_database_url=SecretStr(text(installation.owner_url)),
                allow_development_key=True,
            )
        )
        installation.run(f"create role {AUDITOR} login; grant rowlock_auditor to {AUDITOR}")
        yield installation
