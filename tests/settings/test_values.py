"""A setting with a wrong value stops the start, and the message names its variable."""

from pathlib import Path

import pytest

from tests.settings.conftest import PRODUCTION, SECRET, Refuse

FORM = "must be a Postgres URL of the form postgresql://ROLE:PASSWORD@HOST/DATABASE"
NETWORKS = "addresses or networks such as 10.0.0.0/8 or fd00::/8, separated by commas"


@pytest.mark.parametrize("name", ["DATABASE_URL", "MIGRATION_DATABASE_URL"])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("garbage", ""),
        ("postgresql:/rowlock_api@h/d", ""),
        ("mysql://rowlock_api:pw@h/d", ""),
        ("postgresql+asyncpg://rowlock_api:pw@h/d", ""),
        ("https://rowlock_api:pw@h/d", ""),
        ("postgresql://rowlock_api:pw@h:port/d", ""),
        ("postgresql://h/d", "; the role or the database is missing"),
        ("postgresql://:pw@h/d", "; the role or the database is missing"),
        ("postgresql://rowlock_api:pw@h", "; the role or the database is missing"),
        ("postgresql://rowlock_api:pw@h/", "; the role or the database is missing"),
        ("postgresql://rowlock_api:p@w@h/d", "; in a password, @ is written %40"),
        (
            "postgresql://rowlock_api:pw@h/d?pgbouncer=true",
            "; libpq does not know one of its parameters",
        ),
    ],
)
def test_malformed_database_url_is_refused(
    refuse: Refuse, name: str, url: str, reason: str
) -> None:
    """For a URL that libpq cannot use, the message has the variable and the expected form."""
    assert refuse(**PRODUCTION | {name: url}) == f"{name}: {FORM}{reason}."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "eighty", "Input should be a valid integer, unable to parse string as an integer"),
        ("PORT", "-1", "Input should be greater than or equal to 0"),
        ("PORT", "65536", "Input should be less than or equal to 65535"),
        ("ROOT_PATH", "rowlock", "must be a path such as /rowlock, without a slash at its end"),
        ("ROOT_PATH", "/a/", "must be a path such as /rowlock, without a slash at its end"),
        ("ROOT_PATH", "/", "must be a path such as /rowlock, without a slash at its end"),
        ("ROOT_PATH", "/a//b", "must be a path such as /rowlock, without a slash at its end"),
        ("ROOT_PATH", "/a?b", "must be a path such as /rowlock, without a slash at its end"),
        ("ROOT_PATH", "/api", "must not begin with /api, as paths of the API itself do"),
        ("ROOT_PATH", "/docs/x", "must not begin with /docs, as paths of the API itself do"),
        ("CONNECTIONS_PER_ADDRESS", "0", "Input should be greater than or equal to 1"),
        ("TRUSTED_PROXIES", "proxy.test", f"must be {NETWORKS}"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", f"must be {NETWORKS}"),
        ("PROXY_HEADER", "x-real-ip", "Input should be 'x-forwarded-for' or 'forwarded'"),
        ("DOCS", "perhaps", "Input should be a valid boolean, unable to interpret input"),
        ("LOG_LEVEL", "loud", "Input should be 'debug', 'info', 'warning' or 'error'"),
        ("POOL_SIZE", "0", "Input should be greater than or equal to 1"),
        ("POOL_TIMEOUT", "0", "Input should be greater than 0"),
        ("POOL_TIMEOUT", "nan", "Input should be less than or equal to 60"),
        ("JWT_LEEWAY", "-1", "Input should be greater than or equal to 0"),
        ("JWT_LEEWAY", "nan", "Input should be less than or equal to 300"),
        ("JWT_LEEWAY", "inf", "Input should be less than or equal to 300"),
        ("JWT_MAX_LIFETIME", "0", "Input should be greater than 0"),
        (
            "JWT_MAX_LIFETIME",
            "day",
            "Input should be a valid number, unable to parse string as a number",
        ),
        ("JWT_MAX_LIFETIME", "inf", "Input should be less than or equal to 3153600000"),
        (
            "ALLOW_DEVELOPMENT_KEY",
            "maybe",
            "Input should be a valid boolean, unable to interpret input",
        ),
        ("JWKS_URL", "jwks", "Input should be a valid URL, relative URL without a base"),
        ("JWKS_URL", "file:///etc/jwks", "URL scheme should be 'http' or 'https'"),
        ("JWKS_URL", "https://me:pw@h/jwks", "must not carry credentials: a JWKS is public"),
        ("JWKS_FILE", '{"keys": [{"d": "secret"}]}', "names no file"),
        ("JWT_SECRET", SECRET[:-1], "must be at least 32 bytes long (RFC 7518, 3.2)"),
    ],
)
def test_wrong_value_is_refused(refuse: Refuse, name: str, value: str, message: str) -> None:
    """For a value of the wrong kind or size, the message has the variable and the reason."""
    assert refuse(**{name: value}) == f"{name}: {message}."


@pytest.mark.parametrize("name", ["absent.json", ".", "a" * 300, "/absent/jwks.json"])
def test_absent_file_is_named_by_its_whole_path(workdir: Path, refuse: Refuse, name: str) -> None:
    """If JWKS_FILE names no file, the message has the absolute path."""
    assert refuse(JWKS_FILE=name) == (
        f"JWKS_FILE: names no file: there is none at {workdir / name}."
    )


def test_every_wrong_value_gets_a_sentence(refuse: Refuse) -> None:
    """Two wrong values are reported together, each in its own line."""
    lines = refuse(PORT="x", POOL_SIZE="0").splitlines()

    assert [line.partition(":")[0] for line in lines] == ["PORT", "POOL_SIZE"]
