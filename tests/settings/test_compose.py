"""The variables that compose.yaml passes to its services, read without Docker."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its stubs are a package that nothing else needs
from pydantic import HttpUrl

from tests.settings.conftest import ISSUER, Load, Refuse

FILE = Path(__file__).parents[2] / "compose.yaml"
# https://docs.docker.com/reference/compose-file/interpolation/; the file nests no expressions.
VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-+?])([^{}]*))?\}")
PASSWORDS = {"ROWLOCK_OWNER_PASSWORD": "owner-pw", "ROWLOCK_API_PASSWORD": "api-pw"}
BASE = "https://ep-cool-darkness-123456.neonauth.eu-central-1.aws.neon.tech/neondb/auth"


def environment(service: str, **given: str) -> dict[str, str]:
    """The environment of a service, if these variables are set."""

    def value(found: re.Match[str]) -> str:
        name, operator, word = found.groups()
        if operator == ":+":
            return str(word) if given.get(name) else ""
        assert operator != ":?" or given.get(name), f"{name} is needed"
        return given.get(name) or word or ""

    read: dict[str, Any] = yaml.safe_load(FILE.read_text())
    variables: dict[str, str] = read["services"][service]["environment"]
    return {name: VARIABLE.sub(value, written) for name, written in variables.items()}


def test_passwords_alone_are_needed_by_the_file() -> None:
    """Compose requires only the passwords; the settings check the issuer."""
    needed = {name for name, operator, _ in VARIABLE.findall(FILE.read_text()) if operator == ":?"}

    assert needed == set(PASSWORDS)


@pytest.mark.parametrize("service", ["api", "migrate"])
def test_issuer_is_named_in_either_way(load: Load, service: str) -> None:
    """The issuer is either NEON_AUTH_BASE_URL or the three settings of another issuer."""
    settings = load(**environment(service, **PASSWORDS, NEON_AUTH_BASE_URL=BASE))
    assert settings.neon_auth_base_url == HttpUrl(BASE)
    assert (settings.jwt_issuer, settings.jwt_audience, settings.jwks_url) == (None, None, None)

    settings = load(**environment(service, **PASSWORDS, **ISSUER))
    assert settings.neon_auth_base_url is None
    assert settings.jwt_issuer == ISSUER["JWT_ISSUER"]
    assert settings.jwt_audience == ISSUER["JWT_AUDIENCE"]
    assert settings.jwks_url == HttpUrl(ISSUER["JWKS_URL"])


@pytest.mark.parametrize("service", ["api", "migrate"])
@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "JWT_ISSUER, JWT_AUDIENCE and JWKS_URL are not set, but DATABASE_URL is: "),
        ({"JWT_ISSUER": "https://auth.test"}, "JWT_AUDIENCE is not set, but the issuer is "),
        ({"NEON_AUTH_BASE_URL": BASE} | ISSUER, "NEON_AUTH_BASE_URL is set beside JWT_ISSUER, "),
    ],
    ids=["none", "half of one", "two"],
)
def test_no_issuer_or_two_are_refused(
    refuse: Refuse, service: str, given: dict[str, str], refusal: str
) -> None:
    """If no issuer, half of one, or two are set, both services refuse to start."""
    assert refuse(**environment(service, **PASSWORDS, **given)).startswith(refusal)
