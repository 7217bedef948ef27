"""Where a setting comes from: the environment, then `.env`, then its default."""

from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn
from pydantic import SecretStr

from api.database.urls import libpq_url
from api.settings import Settings, SettingsError
from tests.settings.conftest import API, ISSUER, OWNER, PRODUCTION, Load, Refuse


def test_nothing_set_gives_the_defaults(load: Load) -> None:
    """Without any variable the API uses the embedded database and the development key."""
    settings = load()

    assert (settings.embedded, settings.development_key) == (True, True)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.key_file == Path(".rowlock/development-key.pem")


def test_production_settings_are_accepted(load: Load) -> None:
    """With two database URLs and an issuer, nothing is embedded and no development key is used."""
    settings = load(**PRODUCTION)

    assert (settings.embedded, settings.development_key) == (False, False)
    assert settings.owner_url() == SecretStr(OWNER)


def test_server_needs_no_owner_url(load: Load) -> None:
    """The API starts without MIGRATION_DATABASE_URL; only a migration needs it, and says so."""
    settings = load(DATABASE_URL=API, **ISSUER)

    assert settings.database_url == SecretStr(API)
    with pytest.raises(SettingsError, match=r"^MIGRATION_DATABASE_URL is not set: "):
        settings.owner_url()


def test_own_database_may_use_the_development_key(load: Load) -> None:
    """With ALLOW_DEVELOPMENT_KEY=true a DATABASE_URL needs no issuer."""
    settings = load(DATABASE_URL=API, ALLOW_DEVELOPMENT_KEY="true")

    assert (settings.embedded, settings.development_key) == (False, True)


def test_environment_beats_env_file(workdir: Path, load: Load) -> None:
    """The environment takes precedence over .env, and .env sets all other variables."""
    (workdir / ".env").write_text("PORT=8001\nHOST=0.0.0.0\n")

    settings = load(PORT="8002")

    assert (settings.port, settings.host) == (8002, "0.0.0.0")  # noqa: S104 - nothing listens


def test_empty_value_counts_as_absent(workdir: Path, load: Load) -> None:
    """For an empty variable, the value in .env counts; if that is empty too, the default."""
    (workdir / ".env").write_text("PORT=8001\nDATABASE_URL=\nHOST=\n")

    settings = load(PORT="", JWT_ISSUER="", JWT_SECRET="")

    assert settings == Settings(_env_file=None, port=8001)


def test_names_in_lower_case_are_read(load: Load) -> None:
    """The case of a variable's name does not matter."""
    assert load(port="8003").port == 8003


def test_origins_are_separated_by_commas(load: Load) -> None:
    """CORS_ORIGINS is a list, with or without spaces."""
    origins = ["https://a.test", "http://localhost:3000"]

    assert load(CORS_ORIGINS="https://a.test, http://localhost:3000").cors_origins == origins


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_database_url_is_rewritten_for_libpq(load: Load, scheme: str) -> None:
    """The schemes of libpq and of SQLAlchemy give the same URL for libpq."""
    url = API.replace("postgresql", scheme, 1)

    settings = load(**PRODUCTION | {"DATABASE_URL": url})

    assert settings.database_url is not None
    assert libpq_url(settings.database_url) == API


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("plain", "plain"),
        ("p%40s%3As%2Fw%23%3F", "p@s:s/w#?"),
        ("with%20space+plus%2B", "with space+plus+"),
        ("a:b/c#d?e", "a:b/c#d?e"),
        ("p%C3%A4ss", "päss"),
        ("päss", "päss"),
        ("50%25", "50%"),
        ("a b", "a b"),
    ],
)
def test_password_reaches_libpq_as_meant(load: Load, spelled: str, meant: str) -> None:
    """Special characters of a password reach libpq unchanged, percent-encoded or not."""
    settings = load(**PRODUCTION | {"DATABASE_URL": f"postgres://rowlock_api:{spelled}@[::1]/d"})

    assert settings.database_url is not None
    assert parse_dsn(libpq_url(settings.database_url)) == {
        "user": "rowlock_api",
        "password": meant,
        "host": "::1",
        "dbname": "d",
    }


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("sslmode=require&channel_binding=require", {"sslmode": "require"}),
        ("options=endpoint%3Dcool-name", {"options": "endpoint=cool-name"}),
        ("options=-c%20geqo%3Doff", {"options": "-c geqo=off"}),
        ("host=%2Fvar%2Frun%2Fmy%20sockets", {"host": "/var/run/my sockets"}),
        ("application_name=a%2Bb", {"application_name": "a+b"}),
    ],
)
def test_parameters_reach_libpq_as_meant(
    load: Load, query: str, parameters: dict[str, str]
) -> None:
    """Parameters after the ? keep their spaces and special characters."""
    settings = load(**PRODUCTION | {"DATABASE_URL": f"postgresql://rowlock_api@/d?{query}"})

    assert settings.database_url is not None
    dsn = parse_dsn(libpq_url(settings.database_url))
    assert {name: dsn[name] for name in parameters} == parameters


def test_unreadable_env_file_is_refused(workdir: Path, refuse: Refuse) -> None:
    """A .env that is not UTF-8 stops the start, and the message has none of its content."""
    (workdir / ".env").write_bytes(b"JWT_SECRET=\xff\xfe")

    assert refuse() == ".env cannot be read: UnicodeDecodeError."
