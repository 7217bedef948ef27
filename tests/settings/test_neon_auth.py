"""NEON_AUTH_BASE_URL: one setting that replaces those of issuer, audience and keys."""

from pathlib import Path

import pytest
from pydantic import HttpUrl

from api.auth import neon_auth
from tests.settings.conftest import API, ISSUER, Load, Refuse

BASE = "https://ep-cool-darkness-123456.neonauth.eu-central-1.aws.neon.tech/neondb/auth"
ORIGIN = "https://ep-cool-darkness-123456.neonauth.eu-central-1.aws.neon.tech"
NEON = {"DATABASE_URL": API, "NEON_AUTH_BASE_URL": BASE}
FORM = "must be the URL that Neon's console shows, of the form https://ep-….…/neondb/auth"


def test_alone_it_configures_the_issuer(load: Load) -> None:
    """With DATABASE_URL and NEON_AUTH_BASE_URL alone, the development key is off."""
    settings = load(**NEON)

    assert settings.neon_auth_base_url == HttpUrl(BASE)
    assert not settings.development_key


@pytest.mark.parametrize(
    ("base", "keys", "origin"),
    [
        (BASE, f"{BASE}/.well-known/jwks.json", ORIGIN),
        (f"{BASE}/", f"{BASE}/.well-known/jwks.json", ORIGIN),
        (
            "https://EP.test:443/d/auth",
            "https://ep.test/d/auth/.well-known/jwks.json",
            "https://ep.test",
        ),
        (
            "https://ep.test:8443/d/auth",
            "https://ep.test:8443/d/auth/.well-known/jwks.json",
            "https://ep.test:8443",
        ),
        (
            "http://[::1]:80/d/auth",
            "http://[::1]/d/auth/.well-known/jwks.json",
            "http://[::1]",
        ),
    ],
)
def test_keys_and_origin_follow_from_the_base(
    load: Load, base: str, keys: str, origin: str
) -> None:
    """The URL of the keys begins with the base; the origin has no path and no default port."""
    found = load(**NEON | {"NEON_AUTH_BASE_URL": base}).neon_auth_base_url

    assert found is not None
    assert (neon_auth.jwks_url(found), neon_auth.origin(found)) == (keys, origin)


@pytest.mark.parametrize(
    "name", ["JWT_ISSUER", "JWT_AUDIENCE", "JWKS_URL", "JWKS_FILE", "JWT_SECRET"]
)
def test_it_goes_with_no_other_issuer(workdir: Path, refuse: Refuse, name: str) -> None:
    """NEON_AUTH_BASE_URL is refused with a setting that it replaces; the message names both."""
    (workdir / "jwks.json").write_text('{"keys": []}')
    given = {**ISSUER, "JWKS_FILE": "jwks.json", "JWT_SECRET": "0123456789abcdef" * 2}[name]

    assert refuse(**NEON, **{name: given}) == (
        f"NEON_AUTH_BASE_URL is set beside {name}: it says issuer, audience and keys by itself; "
        "remove it or the others."
    )


def test_everything_beside_it_is_named(refuse: Refuse) -> None:
    """If several settings contradict NEON_AUTH_BASE_URL, one message names them all."""
    assert refuse(**NEON, **ISSUER).startswith(
        "NEON_AUTH_BASE_URL is set beside JWT_ISSUER, JWT_AUDIENCE and JWKS_URL: "
    )


def test_it_switches_the_development_key_off(refuse: Refuse) -> None:
    """ALLOW_DEVELOPMENT_KEY is refused with NEON_AUTH_BASE_URL, as with any other issuer."""
    assert refuse(**NEON, ALLOW_DEVELOPMENT_KEY="true") == (
        "ALLOW_DEVELOPMENT_KEY is set beside NEON_AUTH_BASE_URL: a configured issuer switches the "
        "development key off; remove one of the two."
    )


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("https://ep.test", FORM),
        ("https://ep.test/", FORM),
        (f"{BASE}?a=b", FORM),
        (f"{BASE}#a", FORM),
        (f"{BASE}/.well-known/jwks.json", f"{FORM}, without /.well-known/jwks.json"),
        ("https://me:pw@ep.test/d/auth", "must not contain credentials: the keys are public"),
        ("postgresql://ep.test/d", "URL scheme should be 'http' or 'https'"),
        ("ep.test/d/auth", "Input should be a valid URL, relative URL without a base"),
    ],
)
def test_what_is_no_base_is_refused(refuse: Refuse, base: str, said: str) -> None:
    """For any other URL, the message shows the expected form or the error."""
    assert refuse(**NEON | {"NEON_AUTH_BASE_URL": base}) == f"NEON_AUTH_BASE_URL: {said}."


def test_keys_do_not_come_over_plain_http(load: Load, refuse: Refuse) -> None:
    """Plain http to another machine needs ALLOW_PLAINTEXT; a loopback address does not."""
    remote = NEON | {"NEON_AUTH_BASE_URL": "http://ep.test/neondb/auth"}

    assert refuse(**remote).startswith("NEON_AUTH_BASE_URL is plain http to a remote host: ")
    assert load(**NEON | {"NEON_AUTH_BASE_URL": "http://127.0.0.1:1/neondb/auth"})
    assert load(**remote | {"ALLOW_PLAINTEXT": "true"}).allow_plaintext
