"""Wrong and contradictory settings stop the start with a sentence that names the variable."""

from pathlib import Path

import pytest

from api.settings import Settings
from tests.settings.conftest import API, ISSUER, OWNER, PRODUCTION, Load, Refuse

FORM = "must be a Postgres URL of the form postgresql://ROLE:PASSWORD@HOST/DATABASE"
NETWORKS = "addresses or networks such as 10.0.0.0/8 or fd00::/8, separated by commas"
SECRET = "0123456789abcdef0123456789abcdef"


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
    """A URL that libpq could not use as meant is refused by name, with the form it should have."""
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
    """A value of the wrong kind or size is refused by the variable's name."""
    assert refuse(**{name: value}) == f"{name}: {message}."


@pytest.mark.parametrize("name", ["absent.json", ".", "a" * 300, "/absent/jwks.json"])
def test_absent_file_is_named_by_its_whole_path(workdir: Path, refuse: Refuse, name: str) -> None:
    """A JWKS_FILE that is no file is told where it was looked for."""
    assert refuse(JWKS_FILE=name) == (
        f"JWKS_FILE: names no file: there is none at {workdir / name}."
    )


@pytest.mark.parametrize("origin", ["example.com", "https://a.test/", "https://a.test/path", ""])
def test_wrong_origin_is_refused(refuse: Refuse, origin: str) -> None:
    """An origin that no browser would send is named as it was given."""
    assert refuse(CORS_ORIGINS=f"https://good.test,{origin}") == (
        f'CORS_ORIGINS: "{origin}" must be * or an origin of the form https://HOST, without a path '
        "or a / at its end; several are separated by commas."
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.example.com",
        "https://*",
        "https://A.com",
        "https://a.com:443",
        "http://a.com:80",
        "https://a.com:",
        "https://a.com:08443",
        "https://[::1]:443",
        "https://[::FF]",
        "https://bücher.example",
    ],
)
def test_origin_of_no_browser_is_refused(refuse: Refuse, origin: str) -> None:
    """An origin that is written otherwise than a browser sends it would match none."""
    assert refuse(CORS_ORIGINS=f"https://good.test,{origin}") == (
        f'CORS_ORIGINS: "{origin}" is not what a browser sends: a host in lower case, without * '
        "and beyond ASCII as xn--…, and a port only where it is not the default, 80 of http and "
        "443 of https."
    )


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://a-b.example.com",
        "https://a.com:80",
        "http://a.com:443",
        "https://a.com:4430",
        "http://localhost:5173",
        "http://127.0.0.1",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
        "https://my_host.test",
    ],
)
def test_origin_of_a_browser_is_accepted(load: Load, origin: str) -> None:
    """What a browser sends passes as it is, as does * alone."""
    assert load(CORS_ORIGINS=origin).cors_origins == [origin]


def test_every_wrong_origin_is_named(refuse: Refuse) -> None:
    """Two wrong origins get a line each, and one that holds a password does not repeat it."""
    lines = refuse(CORS_ORIGINS="https://me:pw@a.test, *.b.test").splitlines()

    assert [line.partition(" must ")[0] for line in lines] == [
        'CORS_ORIGINS: "…@a.test"',
        'CORS_ORIGINS: "*.b.test"',
    ]


def test_every_wrong_value_gets_a_sentence(refuse: Refuse) -> None:
    """Two mistakes are told at once, a line each."""
    lines = refuse(PORT="x", POOL_SIZE="0").splitlines()

    assert [line.partition(":")[0] for line in lines] == ["PORT", "POOL_SIZE"]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            PRODUCTION | {"DATABASE_URL": OWNER},
            (
                "DATABASE_URL names the same role as MIGRATION_DATABASE_URL: it must be the API's "
                "role, rowlock_api, because an owner can bypass row-level security."
            ),
        ),
        (
            PRODUCTION | {"DATABASE_URL": "postgres://%6Fwner:x@pooler.test/tasks"},
            (
                "DATABASE_URL names the same role as MIGRATION_DATABASE_URL: it must be the API's "
                "role, rowlock_api, because an owner can bypass row-level security."
            ),
        ),
        (
            {"MIGRATION_DATABASE_URL": OWNER},
            (
                "DATABASE_URL is not set, but MIGRATION_DATABASE_URL is: set both, or neither to "
                "use the embedded database."
            ),
        ),
        (
            {"DATABASE_URL": API},
            (
                "JWT_ISSUER, JWT_AUDIENCE and JWKS_URL are not set, but DATABASE_URL is: name the "
                "issuer of tokens, or set ALLOW_DEVELOPMENT_KEY=true on a machine of your own."
            ),
        ),
        (
            {"JWT_ISSUER": "https://auth.test", "JWT_AUDIENCE": "https://api.test"},
            (
                "JWKS_URL is not set, but JWT_ISSUER is: Better Auth publishes its keys at "
                "<issuer>/api/auth/jwks (or set JWKS_FILE or JWT_SECRET)."
            ),
        ),
        (
            PRODUCTION | {"JWT_SECRET": SECRET},
            (
                "JWKS_URL and JWT_SECRET are set, but keys may come from one place only: a shared "
                "secret beside a public key would let that key sign tokens."
            ),
        ),
        (
            PRODUCTION | {"JWT_SECRET": SECRET, "JWKS_FILE": __file__},
            (
                "JWKS_URL, JWKS_FILE and JWT_SECRET are set, but keys may come from one place "
                "only: a shared secret beside a public key would let that key sign tokens."
            ),
        ),
        (
            PRODUCTION | {"ALLOW_DEVELOPMENT_KEY": "true"},
            (
                "ALLOW_DEVELOPMENT_KEY is set beside JWKS_URL: a configured issuer switches the "
                "development key off; remove one of the two."
            ),
        ),
    ],
)
def test_contradiction_is_refused(refuse: Refuse, variables: dict[str, str], sentence: str) -> None:
    """Settings that cannot both be meant are refused, and the sentence names them."""
    assert refuse(**variables) == sentence


@pytest.mark.parametrize("missing", ["JWT_ISSUER", "JWT_AUDIENCE"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_issuer_needs_audience_and_the_reverse(refuse: Refuse, missing: str, how: str) -> None:
    """A source of keys without an issuer, or without an audience, is refused."""
    variables = {name: value for name, value in PRODUCTION.items() if name != missing}

    assert refuse(**variables | ({missing: ""} if how == "empty" else {})) == (
        f"{missing} is not set, but the issuer is configured: tokens are accepted only from one "
        "issuer and for one audience."
    )


def test_two_sources_of_keys_are_refused(workdir: Path, refuse: Refuse) -> None:
    """JWKS_URL and JWKS_FILE exclude each other, though both would do alone."""
    (workdir / "jwks.json").write_text('{"keys": []}')

    assert refuse(**ISSUER, JWKS_FILE="jwks.json").startswith("JWKS_URL and JWKS_FILE are set, but")


@pytest.mark.parametrize("source", ["JWKS_URL", "JWKS_FILE", "JWT_SECRET"])
def test_one_source_of_keys_is_accepted(workdir: Path, load: Load, source: str) -> None:
    """Each source of keys alone, with issuer and audience, switches the development key off."""
    (workdir / "jwks.json").write_text('{"keys": []}')
    sources = {"JWKS_URL": ISSUER["JWKS_URL"], "JWKS_FILE": "jwks.json", "JWT_SECRET": SECRET}
    named = {name: ISSUER[name] for name in ("JWT_ISSUER", "JWT_AUDIENCE")}

    assert not load(**named, **{source: sources[source]}).development_key


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("DATABASE_URI", "DATABASE_URL"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("database_urls", "DATABASE_URL"),
        ("JWT_ISSUERS", "JWT_ISSUER"),
        ("JWT_AUDIANCE", "JWT_AUDIENCE"),
    ],
)
def test_misspelt_setting_is_refused(refuse: Refuse, misspelt: str, meant: str) -> None:
    """A name one slip away from an absent setting is refused: it would serve the wrong database."""
    assert refuse(**{misspelt: "x"}) == f"{misspelt.upper()} is not a setting: is it {meant}?"


def test_misspelt_setting_in_env_file_is_refused(workdir: Path, refuse: Refuse) -> None:
    """A slip in .env is refused like one in the environment."""
    (workdir / ".env").write_text("DATABASE_URLL=x\n")

    assert refuse() == "DATABASE_URLL is not a setting: is it DATABASE_URL?"


def test_names_of_others_are_ignored(load: Load) -> None:
    """Other programs' variables do not matter, nor do near names once the setting itself is set."""
    others = {"TEST_DATABASE_URL": "x", "HOSTNAME": "x", "JWT_SECRET_KEY": "x", "PGHOST": "x"}

    assert load(**others) == Settings(_env_file=None)
    assert load(**PRODUCTION, DATABASE_URL_2="x").embedded is False
