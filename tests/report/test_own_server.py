"""`rowlock audit` on a server that requires passwords, with an owner who is not a superuser."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import URL

from api.operations.migrate import migrate
from tests.report.conftest import Run, sentence
from tests.support.cluster import EMBEDDED, new_cluster
from tests.support.server import Server, connect, text

HBA = "local all postgres trust\nlocal all all scram-sha-256\n"
PASSWORD = "owner's p@ss:w/rd"


def run_sql(url: URL, *statements: str) -> None:
    """Run statements outside a transaction."""
    with closing(connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="module")
def superuser() -> Iterator[URL]:
    """The superuser's URL of a migrated database whose owner is not a superuser, as on Neon."""
    with new_cluster(EMBEDDED) as cluster:
        (cluster.data / "pg_hba.conf").write_text(HBA)
        cluster.start()
        run_sql(
            cluster.url,
            "create role owner login createrole createdb bypassrls",
            f"alter role owner password '{PASSWORD.replace("'", "''")}'",
            "create database tasks owner owner",
        )
        url = cluster.url.set(database="tasks")
        migrate(
            Server("its own", text(url.set(username="owner", password=PASSWORD)), "").settings(
                "tasks"
            )
        )
        yield url


@pytest.fixture
def owner(superuser: URL) -> URL:
    """The owner's URL of the same database."""
    return superuser.set(username="owner", password=PASSWORD)


def test_matrix_is_printed(audit: Run, owner: URL) -> None:
    """The printed matrix has the line of rowlock_api, which reaches the caller's own tasks."""
    done = audit("tasks", MIGRATION_DATABASE_URL=text(owner))

    line = "│ rowlock_api │ app.tasks │ ✓ own │ ✓ own │ ✓ own │ ✓ own │ - │"
    assert line in " ".join(done.out.split())


def test_owner_without_superuser_rights_audits(audit: Run, owner: URL) -> None:
    """The owner of the views can audit without being a member of rowlock_auditor."""
    done = audit("tasks", "--format", "json", MIGRATION_DATABASE_URL=text(owner))

    assert done.err == ""
    assert done.json["login"] == "owner"
    assert {f["rule"] for f in done.json["findings"] if f["level"] == "error"} == set()
    assert done.status == 0


def test_wrong_password_is_not_repeated(audit: Run, owner: URL) -> None:
    """For a wrong password, the line has the server's message and not the password."""
    wrong = text(owner.set(password="Wr0ng"))

    said = sentence(audit("tasks", MIGRATION_DATABASE_URL=wrong))

    assert said.startswith("MIGRATION_DATABASE_URL cannot be used: ")
    assert said.endswith('password authentication failed for user "owner".')
    assert "Wr0ng" not in said


@pytest.mark.parametrize("role", ["rowlock_api", "rowlock_auditor"])
def test_renamed_role_is_missed(audit: Run, superuser: URL, owner: URL, role: str) -> None:
    """If one of the two roles is renamed, the audit is refused until the role is renamed back."""
    url = text(owner)
    run_sql(superuser, f"alter role {role} rename to renamed")
    try:
        refused = audit("tasks", MIGRATION_DATABASE_URL=url)
    finally:
        run_sql(superuser, f"alter role renamed rename to {role}")

    assert sentence(refused) == (
        f"The server has no role {role}: it was renamed or dropped. Rename it back, or run: "
        "rowlock migrate"
    )
    assert audit("tasks", MIGRATION_DATABASE_URL=url).status == 0
