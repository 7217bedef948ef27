"""Variables with names similar to settings cause a warning; names of other programs do not."""

import logging
import re
from pathlib import Path

import pytest

from tests.settings.conftest import PRODUCTION, Load

ROOT = Path(__file__).parents[2]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The warnings so far."""
    return [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("PROT", "PORT"),
        ("PORTS", "PORT"),
        ("WORKER", "WORKERS"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("CORS_ORIGIN", "CORS_ORIGINS"),
        ("DATADIR", "DATA_DIR"),
        ("JWKS_URI", "JWKS_URL"),
        ("JWT_MAX_LIFETIMES", "JWT_MAX_LIFETIME"),
        ("allow_plain_text", "ALLOW_PLAINTEXT"),
        ("ROWLOCK_PORT", "PORT"),
        ("ROWLOCK_LOGS_LEVEL", "LOG_LEVEL"),
        ("rowlock_cors_origins", "CORS_ORIGINS"),
    ],
)
@pytest.mark.parametrize("source", ["environment", ".env"])
def test_misspelt_setting_is_reported(
    workdir: Path,
    load: Load,
    caplog: pytest.LogCaptureFixture,
    source: str,
    misspelt: str,
    meant: str,
) -> None:
    """One warning has the name and the most similar setting, without the value."""
    if source == ".env":
        (workdir / ".env").write_text(f"{misspelt}=S3cr3t\n")
    load(**({misspelt: "S3cr3t"} if source == "environment" else {}))

    assert warnings(caplog) == [
        f"{misspelt.upper()} is not a setting, and is ignored: is it {meant}?"
    ]


@pytest.mark.parametrize("name", ["ROWLOCK_TENANT", "rowlock_key", "ROWLOCK_FEATURE_FLAGS"])
@pytest.mark.parametrize("source", ["environment", ".env"])
def test_unknown_name_with_the_prefix_is_reported(
    workdir: Path, load: Load, caplog: pytest.LogCaptureFixture, source: str, name: str
) -> None:
    """An unknown name with the prefix ROWLOCK_ causes a warning too, without the value."""
    if source == ".env":
        (workdir / ".env").write_text(f"{name}=S3cr3t\n")
    load(**({name: "S3cr3t"} if source == "environment" else {}))

    assert warnings(caplog) == [
        f"{name.upper()} is not a setting, and is ignored: .env.example lists those there are."
    ]


def test_name_of_the_compose_file_is_not_reported(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    """Names that compose.yaml uses cause no warning."""
    names = set(re.findall(r"\$\{(ROWLOCK_\w+)", (ROOT / "compose.yaml").read_text()))

    assert len(names) > 1
    load(**dict.fromkeys(names, "x"))
    assert warnings(caplog) == []
    load(ROWLOCK_OTHER="x")
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("name", ["ROWLOCK_DATABASE_URL", "DATABASE_URI"])
def test_needed_setting_under_another_name_is_refused(
    load: Load, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A name similar to DATABASE_URL stops the start, unless DATABASE_URL is set."""
    with pytest.raises(Exception, match=f"^{name} is not a setting: is it DATABASE_URL\\?$"):
        load(**{name: "x"})

    load(**PRODUCTION)
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    "name",
    [
        "BASE_URL",
        "BETTER_AUTH_URL",
        "DATABASE_URL_UNPOOLED",
        "HOME",
        "HOSTNAME",
        "HOSTTYPE",
        "JWT_SECRET_KEY",
        "LOGNAME",
        "PATH",
        "PGHOST",
        "PGPORT",
        "POSTGRES_URL",
        "TEST_DATABASE_URL",
        "VITE_PORT",
        "ROWLOCK_API_PASSWORD",  # this and the next two are in compose.yaml
        "ROWLOCK_IMAGE",
        "ROWLOCK_OWNER_PASSWORD",
        "ROWLOCK_PICTURES",  # this and the next one are used by tests
        "ROWLOCK_TEST_SERVER",
        "ROWLOCK_SERVICE_HOST",  # Kubernetes sets this and all that follow
        "ROWLOCK_SERVICE_PORT",
        "ROWLOCK_SERVICE_PORT_HTTP",
        "ROWLOCK_PORT_8000_TCP",
        "ROWLOCK_PORT_8000_TCP_ADDR",
        "ROWLOCK_API_SERVICE_HOST",
        "ROWLOCK_API_PORT_8000_TCP_PROTO",
    ],
)
def test_name_of_another_program_is_not_reported(
    load: Load, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Names of shells, libpq, hosting platforms and Rowlock's compose file cause no warning."""
    load(**{name: "x"})

    assert warnings(caplog) == []


@pytest.mark.parametrize("level", ["INFO", "Warning", "debug"])
def test_log_level_is_read_in_any_case(load: Load, level: str) -> None:
    """LOG_LEVEL may be in upper case, as other programs write it."""
    assert load(LOG_LEVEL=level).log_level == level.lower()
