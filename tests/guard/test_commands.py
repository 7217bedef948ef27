"""The application, `rowlock serve` and `rowlock doctor` on databases where a check fails."""

import asyncio
from pathlib import Path

import pytest

from api.auth import DevelopmentKey
from api.main import create_app
from api.operations.startup_checks import GuardError
from tests.guard.conftest import Rowlock
from tests.support.server import Server, text

NAME = '[bold]we"ird\nname[/]'
QUOTED = '"[bold]we""ird\nname[/]"'


def enter_lifespan(server: Server, database: str) -> None:
    """Start the application as a server does, and stop it again."""

    async def run() -> None:
        app = create_app(server.settings(database))
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(run())


@pytest.fixture(autouse=True)
def workdir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, because the development key is created there."""
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))


def test_application_starts_only_where_the_checks_hold(server: Server, own_database: str) -> None:
    """The lifespan raises if a check fails, whichever server runs the application."""
    enter_lifespan(server, own_database)
    server.execute("alter table app.tasks disable row level security", database=own_database)

    with pytest.raises(GuardError, match=r"app\.tasks: row-level security is disabled"):
        enter_lifespan(server, own_database)


def test_serve_refuses_with_a_sentence(
    server: Server, own_database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rowlock serve` prints the findings without a traceback, and exits 1."""
    server.execute("alter table app.tasks disable row level security", database=own_database)

    assert rowlock("serve", own_database) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "The API does not start on this database."
    assert "app.tasks: row-level security is disabled. Repair: " in err
    assert "Traceback" not in err


def test_serve_refuses_a_key_that_others_can_read(
    own_database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """If others can read the development key, `rowlock serve` says so in one line and exits 1."""
    key = Path(".rowlock/development-key.pem")
    DevelopmentKey.load_or_create(key)
    key.chmod(0o644)

    assert rowlock("serve", own_database) == 1
    assert capsys.readouterr() == (
        "",
        f"The development key {key} can be read by others: run chmod 600 on it.\n",
    )


def test_doctor_shows_that_all_holds(
    own_database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """If all checks pass, `rowlock doctor` ticks each one within 80 columns, and exits 0."""
    assert rowlock("doctor", own_database) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if "✗" in line] == []
    assert any("✓ │ The schema is at the newest revision." in line for line in lines)


def test_doctor_prints_the_remedy_whole(
    server: Server, own_database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below a finding, `rowlock doctor` prints SQL that can be pasted, even for a hostile name."""
    server.execute(
        "create table app.{} as table app.tasks with no data", NAME, database=own_database
    )

    assert rowlock("doctor", own_database) == 1

    out = capsys.readouterr().out
    remedy = (
        f"alter table app.{QUOTED} enable row level security; "
        f"alter table app.{QUOTED} force row level security;"
    )
    assert f"\n✗ app.{QUOTED}: row-level security is disabled\n{remedy}\n" in out
    assert "✗ │ Every table of app and trail has row-level security enabled and forced." in out
    assert "✓ │ Postgres is version 14 or newer." in out

    server.execute(remedy, database=own_database)
    rowlock("doctor", own_database)
    assert remedy not in capsys.readouterr().out


def test_doctor_works_without_a_schema(
    empty_database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """On an empty database `rowlock doctor` exits 1 and says to migrate; after that it exits 0."""
    assert rowlock("doctor", empty_database) == 1

    out, err = capsys.readouterr()
    assert out.endswith(
        '\n\n✗ schema: cannot be read: relation "rowlock.alembic_version" does not exist\n'
        "-- run: rowlock migrate\n"
    )
    assert out.count("✗ ") == 2  # one in the table, one before this finding
    assert "✓ │ Postgres is version 14 or newer." in out
    assert err == ""

    assert rowlock("migrate", empty_database) == 0
    assert rowlock("doctor", empty_database) == 0


def test_doctor_works_without_a_server(
    server: Server, database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """If no server answers, the failed connection is the only finding."""
    url = server.api_url(database).set(host="127.0.0.1", port=1, query={})

    assert rowlock("doctor", database, DATABASE_URL=text(url)) == 1

    out = capsys.readouterr().out
    assert out.count("✗ DATABASE_URL: cannot be used: ") == 1
    assert "✓" not in out


def test_doctor_sends_an_owner_away(
    server: Server, database: str, rowlock: Rowlock, capsys: pytest.CaptureFixture[str]
) -> None:
    """The settings refuse one role in both URLs; the doctor refuses the owner in DATABASE_URL."""
    owner = text(server.owner_url(database))

    assert rowlock("doctor", database, DATABASE_URL=owner) == 1
    assert capsys.readouterr().err.startswith("DATABASE_URL names the same role as ")

    assert rowlock("doctor", database, DATABASE_URL=owner, MIGRATION_DATABASE_URL="") == 1
    assert "\n-- set DATABASE_URL to the URL of rowlock_api\n" in capsys.readouterr().out
