"""What the URL, PGOPTIONS or the server set for sessions, whatever is stored for the role.

The options of a URL win over what is stored, and `reset all` brings them back.
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
# What an option says, how it is found, and what the API needs.
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
    """What the check of the settings finds on a connection of this URL."""
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        return startup_checks.foreign_settings(database)


def enforce(url: URL) -> None:
    """Start on this URL."""
    with closing(Database(SecretStr(text(url)), pool_size=1, pool_timeout=5)) as database:
        startup_checks.enforce(database, HEAD, statements())


def found(option: str, value: str, place: str, needed: str, remedy: str) -> Finding:
    """The finding of a wrong setting."""
    name = option.partition("=")[0]
    detail = f"is set {place}; the API needs {needed}"
    return Finding(f"setting {name} = '{value}'", detail, remedy)


@pytest.fixture
def plain(server: Server, own_database: str) -> URL:
    """The direct URL, since a pooler refuses options, of a database on which the API starts."""
    url = server.direct_api_url(own_database)
    enforce(url)
    return url


@pytest.mark.parametrize(("option", "value", "needed"), OF_ROLE)
def test_option_wins_over_the_role_and_is_found(
    plain: URL, option: str, value: str, needed: str
) -> None:
    """What the URL sets is found although the role has the right value, and stops the start."""
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
    """Where nothing is stored, the server's configuration or the URL sets it."""
    url = plain.update_query_dict({"options": f"-c {option}"})
    place = "for the server, in DATABASE_URL or in PGOPTIONS"

    assert settings(url) == [found(option, value, place, needed, CORRECT)]


@pytest.mark.parametrize(("option", "value", "needed"), OTHERS)
def test_option_wins_over_the_database_and_is_found(
    server: Server, plain: URL, option: str, value: str, needed: str
) -> None:
    """The right value, stored for the database, hides none that the URL sets."""
    name = option.partition("=")[0]
    server.execute(f"alter database {{}} set {name} = '{needed}'", str(plain.database))
    assert settings(plain) == []

    url = plain.update_query_dict({"options": f"-c {option}"})

    place = "in DATABASE_URL or PGOPTIONS"
    assert settings(url) == [found(option, value, place, needed, TAKE_OUT)]


def test_environment_is_found(plain: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """PGOPTIONS counts as the URL's options do, and PGTZ."""
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=0")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")

    assert {finding.object for finding in settings(plain)} == {
        "setting TimeZone = 'Asia/Tokyo'",
        "setting statement_timeout = '0ms'",
    }


def test_options_that_change_nothing_pass(plain: URL) -> None:
    """What the role says, in other words, is no finding, nor what the API itself overrides."""
    options = (
        "-c statement_timeout=5000 -c TimeZone=utc -c search_path=pg_catalog"
        " -c client_encoding=latin1"
    )

    enforce(plain.update_query_dict({"options": options}))


def test_stored_value_is_told_once(server: Server, plain: URL) -> None:
    """A wrong stored value applies to sessions: only where it is stored is reported."""
    server.execute("alter database {} set row_security = off", str(plain.database))

    assert settings(plain) == [
        Finding(
            "setting row_security = 'off'",
            "is set for the database; the API needs on",
            f"alter database {plain.database} reset row_security;",
        )
    ]


def test_path_of_the_url_is_searched_for_others(server: Server, plain: URL) -> None:
    """In a schema that only the URL adds to the search path, no other role may create."""
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
