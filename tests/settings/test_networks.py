"""Connections without TLS to other machines are refused, unless allowed."""

from ipaddress import ip_network

import pytest

from tests.settings.conftest import PRODUCTION, Load, Refuse

OTHER = {
    "DATABASE_URL": "rowlock_api",
    "MIGRATION_DATABASE_URL": "owner",
    "AUDIT_DATABASE_URL": "auditor",
}
ALLOWED = {"ALLOW_PLAINTEXT": "true"}


def plain_text(name: str) -> str:
    """The message about a database URL that does not require TLS."""
    return (
        f"{name} may send passwords and rows to a remote host in plain text: add "
        "?sslmode=require (better: verify-full) to it, or set ALLOW_PLAINTEXT=true on a network "
        "that you trust."
    )


@pytest.mark.parametrize(("name", "role"), OTHER.items())
@pytest.mark.parametrize(
    "place",
    [
        "db.test/tasks",
        "db.test/tasks?sslmode=disable",
        "db.test/tasks?sslmode=allow",
        "db.test/tasks?sslmode=prefer",
        "10.0.0.1/tasks",
        "[2001:db8::1]/tasks",
        "localhost.example.com/tasks",
        "/tasks?host=db.test",
        "/tasks?host=/run/postgresql,db.test",
        "localhost/tasks?hostaddr=10.0.0.1",
        "localhost/tasks?service=elsewhere",
    ],
)
def test_plain_text_to_another_machine_is_refused(
    load: Load, refuse: Refuse, name: str, role: str, place: str
) -> None:
    """A URL that allows libpq to connect to another machine without TLS stops the start."""
    given = PRODUCTION | {name: f"postgresql://{role}:pw@{place}"}

    assert refuse(**given) == plain_text(name)
    assert load(**given | ALLOWED).allow_plaintext


@pytest.mark.parametrize(
    ("place", "elsewhere"),
    [
        ("/tasks", {"PGHOST": "db.test"}),
        ("localhost/tasks", {"PGHOSTADDR": "10.0.0.1"}),
        ("localhost/tasks", {"PGSERVICE": "elsewhere"}),
    ],
)
def test_environment_of_libpq_counts(
    load: Load, refuse: Refuse, place: str, elsewhere: dict[str, str]
) -> None:
    """A variable of libpq that names another machine is refused, unless the URL requires TLS."""
    given = PRODUCTION | {"DATABASE_URL": f"postgresql://rowlock_api:pw@{place}"}

    assert load(**given).database_url
    assert refuse(**given | elsewhere) == plain_text("DATABASE_URL")
    assert load(**given | {"DATABASE_URL": given["DATABASE_URL"] + "?sslmode=require"}).database_url


def test_environment_of_libpq_yields_to_the_url(load: Load) -> None:
    """PGHOST is ignored if the URL has a host."""
    given = {"DATABASE_URL": "postgresql://rowlock_api:pw@localhost/tasks", "PGHOST": "db.test"}

    assert load(**PRODUCTION | given).database_url


@pytest.mark.parametrize(
    "place",
    [
        "db.test/tasks?sslmode=require",
        "db.test/tasks?sslmode=require&channel_binding=require",
        "db.test/tasks?sslmode=verify-ca&sslrootcert=ca.pem",
        "db.test/tasks?sslmode=verify-full&sslrootcert=system",
        "localhost/tasks",
        "127.0.0.1:5432/tasks",
        "127.1.2.3/tasks",
        "[::1]/tasks",
        "/tasks",
        "/tasks?host=/run/postgresql",
        "/tasks?host=@abstract",
    ],
)
def test_encrypted_or_local_url_is_accepted(load: Load, place: str) -> None:
    """URLs with required TLS, a socket or a loopback address need no permission."""
    url = f"postgresql://rowlock_api:pw@{place}"

    settings = load(**PRODUCTION | {"DATABASE_URL": url})

    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == url


def test_jwks_over_plain_http_is_refused(load: Load, refuse: Refuse) -> None:
    """Keys are not fetched over plain http from another machine, unless allowed."""
    given = PRODUCTION | {"JWKS_URL": "http://auth.test/api/auth/jwks"}

    assert refuse(**given) == (
        "JWKS_URL is plain http to a remote host: an attacker on the network could replace "
        "the keys; use https, or set ALLOW_PLAINTEXT=true on a network that you trust."
    )
    assert load(**given | ALLOWED).allow_plaintext


@pytest.mark.parametrize(
    "url",
    [
        "https://auth.test/api/auth/jwks",
        "http://localhost:3000/api/auth/jwks",
        "http://127.0.0.1/jwks",
        "http://[::1]:3000/jwks",
    ],
)
def test_jwks_over_https_or_loopback_is_accepted(load: Load, url: str) -> None:
    """Https from anywhere, and plain http on this machine, need no permission."""
    assert str(load(**PRODUCTION | {"JWKS_URL": url}).jwks_url) == url


@pytest.mark.parametrize(
    "host", ["ep-cool-1234-pooler.eu-central-1.aws.neon.tech", "ep-cool-1234-pooler"]
)
def test_migrations_over_the_pooled_host_are_refused(load: Load, refuse: Refuse, host: str) -> None:
    """The owner's URL must name the direct host; the API's may name the pooled one."""
    pooled = {
        "DATABASE_URL": f"postgresql://rowlock_api:pw@{host}/neondb?sslmode=require",
        "MIGRATION_DATABASE_URL": f"postgresql://owner:pw@{host}/neondb?sslmode=require",
    }
    direct = pooled["MIGRATION_DATABASE_URL"].replace("-pooler", "")

    assert refuse(**PRODUCTION | pooled) == (
        "MIGRATION_DATABASE_URL names Neon's pooled host: a migration needs a session that no "
        "other client uses, so remove -pooler from the host's name."
    )
    assert load(**PRODUCTION | pooled | {"MIGRATION_DATABASE_URL": direct}).database_url


def test_proxies_are_addresses_and_networks(load: Load) -> None:
    """An address is read as a network of one; without the setting, no proxy is trusted."""
    assert load().trusted_proxies == []
    assert load(TRUSTED_PROXIES="192.0.2.1, fd00::/8").trusted_proxies == [
        ip_network("192.0.2.1/32"),
        ip_network("fd00::/8"),
    ]
