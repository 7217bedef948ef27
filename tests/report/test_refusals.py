"""If an audit cannot run, the command prints one sentence, no traceback, and exits with 1."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.conftest import Run, sentence
from tests.support.server import API_PASSWORD, Server, text


@pytest.fixture
def login(server: Server) -> Iterator[str]:
    """A login role without any grant, whose name needs quotes."""
    name = f'an "auditor" {uuid.uuid4().hex[:8]}'
    server.execute(f"create role {{}} login password '{API_PASSWORD}'", name)
    yield name
    server.execute("drop role {}", name)


def test_empty_database_is_not_rowlocks(audit: Run, empty_database: str) -> None:
    """The audit of a database without schema rowlock is refused."""
    assert sentence(audit(empty_database)) == (
        f"Database {empty_database} is not Rowlock's: it has no table rowlock.alembic_version. "
        "Correct the URL, or run: rowlock migrate"
    )


def test_database_without_the_views_is_half_migrated(
    audit: Run, server: Server, own_database: str
) -> None:
    """The audit of a database without schema audit is refused."""
    server.execute("drop schema audit cascade", database=own_database)

    assert sentence(audit(own_database)) == (
        f"Database {own_database} has no schema audit: it is older than the audit, or not fully "
        "migrated. Run: rowlock migrate"
    )


def test_database_that_lacks_a_view_is_half_migrated(
    audit: Run, server: Server, own_database: str
) -> None:
    """If a view of schema audit is missing, the sentence names the view."""
    server.execute("drop view audit.grants cascade", database=own_database)

    assert sentence(audit(own_database)).startswith("audit.grants cannot be read: ")


@pytest.mark.parametrize("revision", ["000000000000", "\x1b[31m"])
def test_database_at_another_revision_is_refused(
    audit: Run, server: Server, own_database: str, revision: str
) -> None:
    """A database at another revision is refused: its views may have another meaning."""
    server.execute(
        f"update rowlock.alembic_version set version_num = e'{revision}'",  # noqa: S608 - a test's
        database=own_database,
    )

    said = sentence(audit(own_database))

    shown = revision.replace("\x1b", "<U+001B>")
    assert said.startswith(f"The database is at revision {shown}, and this Rowlock at ")
    assert said.endswith("Audit it with the Rowlock that migrated it, or run: rowlock migrate")


def test_role_without_rights_gets_the_grant_that_it_needs(
    audit: Run, server: Server, own_database: str, login: str
) -> None:
    """A role is refused until it is a member of rowlock_auditor; then it gets the same report."""
    url = text(server.owner_url(own_database).set(username=login, password=API_PASSWORD))

    refused = sentence(audit(own_database, AUDIT_DATABASE_URL=url))
    grant = "grant rowlock_auditor to " + '"' + login.replace('"', '""') + '"' + ";"
    assert refused == f"Role {login} may not read schema audit. As its owner, run: {grant}"

    server.execute(grant)
    granted = audit(own_database, "--format", "json", AUDIT_DATABASE_URL=url)
    assert granted.status == 0
    assert granted.json["login"] == login
    owners = audit(own_database, "--format", "json").json
    # Roles are left out, because they belong to the cluster, and other tests create some.
    for part in ("tables", "policies", "functions", "drift", "findings"):
        assert granted.json[part] == owners[part]


def test_message_does_not_suggest_the_api_role_as_auditor(
    audit: Run, server: Server, database: str
) -> None:
    """The message for rowlock_api suggests no grant: this role must be a member of no role."""
    url = text(server.direct_api_url(database))

    assert sentence(audit(database, AUDIT_DATABASE_URL=url)) == (
        "Role rowlock_api serves requests, and must not have access to schema audit: use the URL "
        "of the owner or of an auditor."
    )


def test_auditor_needs_no_other_url(
    audit: Run, server: Server, own_database: str, login: str
) -> None:
    """An auditor needs only AUDIT_DATABASE_URL; with --as, DATABASE_URL is needed too."""
    server.execute("grant rowlock_auditor to {}", login)
    url = text(server.owner_url(own_database).set(username=login, password=API_PASSWORD))
    alone = {"DATABASE_URL": None, "MIGRATION_DATABASE_URL": None, "AUDIT_DATABASE_URL": url}

    assert audit(own_database, **alone).status == 0
    assert sentence(audit(own_database, "--as", "alice", **alone)) == (
        "DATABASE_URL is not set: --as uses it to try the access of rowlock_api."
    )


def test_server_that_does_not_answer(audit: Run, server: Server, database: str) -> None:
    """If no server answers, the sentence has the setting's name and the driver's message."""
    url = text(server.owner_url(database).set(host="127.0.0.1", port=1, query={}))

    said = sentence(audit(database, AUDIT_DATABASE_URL=url))

    assert said.startswith("AUDIT_DATABASE_URL cannot be used: ")
    assert "Connection refused" in said


def test_role_that_is_not_let_in(audit: Run, server: Server, database: str) -> None:
    """If the server refuses the login, the sentence says so, without the password."""
    url = text(server.owner_url(database).set(username="nobody_here", password="s3cret"))

    said = sentence(audit(database, AUDIT_DATABASE_URL=url))

    assert said.startswith("AUDIT_DATABASE_URL cannot be used: ")
    assert "s3cret" not in said


def test_no_url_at_all(audit: Run, database: str) -> None:
    """If only DATABASE_URL is set, the audit is refused."""
    assert sentence(audit(database, MIGRATION_DATABASE_URL=None)).startswith(
        "AUDIT_DATABASE_URL is not set, nor is MIGRATION_DATABASE_URL: an audit reads over the URL "
        "of a member of rowlock_auditor, or over the owner's, never as the API's role."
    )


def test_report_in_a_folder_that_is_not_there(audit: Run, database: str, tmp_path: Path) -> None:
    """If the file cannot be written, the sentence names it, and no other file is created."""
    path = tmp_path / "missing" / "report.html"

    assert sentence(audit(database, "--output", str(path))) == (
        f"{path} cannot be written: No such file or directory."
    )
    assert list(tmp_path.iterdir()) == []


def test_report_over_a_folder(audit: Run, database: str, tmp_path: Path) -> None:
    """If the output is a folder, the report is refused, and the folder stays unchanged."""
    assert sentence(audit(database, "--output", str(tmp_path))) == (
        f"{tmp_path} is not a file: name another one for --output."
    )


def test_report_replaces_the_last_one_whole(audit: Run, database: str, tmp_path: Path) -> None:
    """The new report replaces the old file completely, and no temporary file remains."""
    path = tmp_path / "report.json"
    path.write_text("an older report" * 100_000)

    done = audit(database, "--format", "json", "--output", str(path))

    assert (done.status, done.out, done.err) == (0, "", "")
    assert json.loads(path.read_text())["database"] == database
    assert [found.name for found in tmp_path.iterdir()] == ["report.json"]
