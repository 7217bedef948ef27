"""A grant that a policy file lacks stops the start, because requests would fail without it."""

from contextlib import closing

import pytest
from pydantic import SecretStr

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.tables.discovery import statements
from tests.support.server import Server, text

# Stores the live state as the installed one, so the check `drift` passes: this simulates a policy
# file that was written without the grant.
AS_WRITTEN = """
update rowlock.installed_policies as installed set fingerprint = live.fingerprint
from rowlock.live_policies as live
where installed.file = live.file
"""
POLICED = (
    "tasks_{0}_own on app.tasks is for {0}, which is not granted: a request that needs it fails"
)


def found(server: Server, database: str) -> dict[str, list[str]]:
    """The findings of each failing check, when the API starts."""
    url = SecretStr(text(server.api_url(database)))
    with closing(Database(url, pool_size=1, pool_timeout=5)) as opened:
        results = startup_checks.inspect(opened, newest_revision(), statements())
    return {r.name: [f"{f.object} {f.detail}" for f in r.findings] for r in results if r.findings}


def test_column_that_a_file_leaves_out_is_found(server: Server, own_database: str) -> None:
    """If a statement writes a column that no file grants, the finding names the statement."""
    assert found(server, own_database) == {}

    server.execute(
        "revoke insert (description) on app.tasks from rowlock_api", database=own_database
    )
    server.execute(AS_WRITTEN, database=own_database)

    assert found(server, own_database) == {
        "statements": [
            "api.tables.tasks.queries.CREATE cannot be run: permission denied for table tasks"
        ]
    }


def test_table_that_a_file_grants_nothing_of_is_found(server: Server, own_database: str) -> None:
    """A policy whose command is not granted is a finding of tables_policies too."""
    server.execute("revoke all on app.tasks from rowlock_api", database=own_database)
    server.execute(AS_WRITTEN, database=own_database)

    failing = found(server, own_database)

    assert failing.keys() == {"tables_policies", "statements"}
    assert failing["tables_policies"] == [
        POLICED.format(command) for command in ("select", "insert", "update", "delete")
    ]


@pytest.mark.parametrize(
    "revoked",
    [
        "all on app.tasks",
        "select (title) on app.tasks",
        "usage on schema app",
        "execute on function app.new_id()",
        "usage on schema rowlock",
    ],
)
def test_revoked_grant_is_drift_that_a_migration_fixes(
    server: Server, own_database: str, revoked: str
) -> None:
    """A revoked grant on a table, column, schema or function is drift; migrating restores it."""
    server.execute(f"revoke {revoked} from rowlock_api", database=own_database)
    assert "drift" in found(server, own_database)

    migrate(server.settings(own_database))

    assert found(server, own_database) == {}
