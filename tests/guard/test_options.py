"""Wrong settings that sessions take from the URL, PGOPTIONS or the server.

Options in the URL override the settings stored for the role, even after `reset all`.
"""

from contextlib import closing

import pytest
from pydantic import SecretStr
from sqlalchemy import URL

from api.database.identity import Database
from api.operations import startup_checks
from api.operations.migrate import newest_revision
from api.operations.startup_checks import Finding, GuardError
from api.tables.discovery import statements
from tests.support.server import Server, text

HEAD = newest_revision()
TAKE_OUT = (
    "-- take it out of the options in DATABASE_URL and PGOPTIONS; where a pooler has sessions that"
    " are older than what is stored, end them"
)
CORRECT = (
    "-- correct postgresql.conf (select pg_reload_conf()), or take it out of DATABASE_URL or"
    " PGOPTIONS"
)
# The option, its value in the finding, and the value that the API needs.
OF_ROLE = [
    ("TimeZone=Asia/Tokyo", "Asia/Tokyo", "UTC"),
    ("idle_in_transaction_session_timeout=0", "0ms", "10s"),
    ("lock_timeout=0", "0ms", "2s"),
    ("search_path=public", "public", "pg_catalog"),
    ("search_path=pg_catalog,public", "pg_catalog,public", "pg_catalog"),
    ("statement_timeout=0", "0ms", "5s"),
    ("statement_timeout=5001", "5001ms", "5s"),
    ("statement_timeout=1min", "60s", "5s"),
]
OTHERS = [
    ("DateStyle=German", "German, DMY", "ISO"),
    ("default_transaction_read_only=on", "on", "off"),
    ("row_security=off", "off", "on"),
    ("standard_conforming_strings=off", "off", "on"),
    ("transform_null_equals=on", "on", "off"),
]


def settings(url: URL) -> list[Finding]:
    """The findings of the check `settings` on a connection with this URL."""
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        return startup_checks.foreign_settings(database)


def enforce(url: URL) -> None:
    """Run the guard on this URL, as at the start of the API."""
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        startup_checks.enforce(database, HEAD, statements())


def found(option: str, value: str, place: str, needed: str, remedy: str) -> Finding:
    """The expected finding for a wrong setting."""
    name = option.partition("=")[0]
    detail = f"is set {place}; the API needs {needed}"
    return Finding(f"setting {name} = '{value}'", detail, remedy)


@pytest.fixture
def plain(server: Server, own_database: str) -> URL:
    """The direct URL (a pooler refuses options) of a database on which the API starts."""
    url = server.direct_api_url(own_database)
    enforce(url)
    return url


@pytest.mark.parametrize(("option", "value", "needed"), OF_ROLE)
def test_option_wins_over_the_role_and_is_found(
    plain: URL, option: str, value: str, needed: str
) -> None:
    """An option in the URL stops the start, although the value stored for the role is right."""
    url = plain.update_query_dict({"options": f"-c {option}"})
    expected = found(option, value, "in DATABASE_URL or PGOPTIONS", needed, TAKE_OUT)

    assert settings(url) == [expected]
    with pytest.raises(GuardError) as caught:
        enforce(url)
    assert str(caught.value).splitlines()[1:] == [
        f"{expected.object}: {expected.detail}. Repair: {expected.remedy}"
    ]


@pytest.mark.parametrize(("option", "value", "needed"), OTHERS)
def test_option_that_nothing_stored_names_is_found(
    plain: URL, option: str, value: str, needed: str
) -> None:
    """If no value is stored, the finding names the server, DATABASE_URL and PGOPTIONS."""
    url = plain.update_query_dict({"options": f"-c {option}"})
    place = "for the server, in DATABASE_URL or in PGOPTIONS"

    assert settings(url) == [found(option, value, place, needed, CORRECT)]


@pytest.mark.parametrize(("option", "value", "needed"), OTHERS)
def test_option_wins_over_the_database_and_is_found(
    server: Server, plain: URL, option: str, value: str, needed: str
) -> None:
    """An option in the URL is found, although the value stored for the database is right."""
    name = option.partition("=")[0]
    server.execute(f"alter database {{}} set {name} = '{needed}'", str(plain.database))
    assert settings(plain) == []

    url = plain.update_query_dict({"options": f"-c {option}"})

    place = "in DATABASE_URL or PGOPTIONS"
    assert settings(url) == [found(option, value, place, needed, TAKE_OUT)]


def test_environment_is_found(plain: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings from the variables PGOPTIONS and PGTZ are found too."""
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=0")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")

    assert {finding.object for finding in settings(plain)} == {
        "setting TimeZone = 'Asia/Tokyo'",
        "setting statement_timeout = '0ms'",
    }


def test_options_that_change_nothing_pass(plain: URL) -> None:
    """The role's value in another spelling is no finding, nor is a setting the API overrides."""
    options = (
        "-c statement_timeout=5000 -c TimeZone=utc -c search_path=pg_catalog"
        " -c client_encoding=latin1"
    )

    enforce(plain.update_query_dict({"options": options}))


def test_stored_value_is_reported_once(server: Server, plain: URL) -> None:
    """A wrong value stored for the database is one finding, although sessions have it too."""
    server.execute("alter database {} set row_security = off", str(plain.database))

    assert settings(plain) == [
        Finding(
            "setting row_security = 'off'",
            "is set for the database; the API needs on",
            f"alter database {plain.database} reset row_security;",
        )
    ]


def test_path_of_the_url_is_searched_for_others(server: Server, plain: URL) -> None:
    """If the URL adds a schema to the search path, other roles must not create objects there."""
    server.execute(
        "create schema open; grant usage, create on schema open to rowlock_auditor",
        database=plain.database,
    )
    enforce(plain)

    with pytest.raises(GuardError) as caught:
        enforce(plain.update_query_dict({"options": "-c search_path=open"}))

    assert (
        "schema open: is where names in the API's statements are looked up, and rowlock_auditor"
        " can create there. Repair: revoke create on schema open from rowlock_auditor;"
    ) in str(caught.value).splitlines()
