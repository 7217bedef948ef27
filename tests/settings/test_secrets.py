"""Secrets never reach a repr, an error, or what a command prints."""

import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from api.settings import Settings, SettingsError, load_settings
from tests.settings.conftest import ISSUER, Load

PLAIN = "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3cr3t"
ENCODED = "S3cr3t%40S3cr3t%3AS3cr3t%2FS3cr3t%C3%A4S3cr3t"
MARK = "S3cr3t"

RIGHT = {
    "DATABASE_URL": f"postgresql://rowlock_api:{PLAIN}@127.0.0.1:1/d",
    "MIGRATION_DATABASE_URL": f"postgresql://owner:{ENCODED}@127.0.0.1:1/d",
    "JWT_ISSUER": ISSUER["JWT_ISSUER"],
    "JWT_AUDIENCE": ISSUER["JWT_AUDIENCE"],
    "JWT_SECRET": PLAIN,
}
WRONG = [
    {"JWT_SECRET": f"{MARK} too short"},
    {"JWKS_URL": ISSUER["JWKS_URL"]},
    {"JWT_AUDIENCE": ""},
    {"DATABASE_URL": f"postgresql://owner:{PLAIN}@h/d"},
    {"PORT": "x"},
] + [
    {name: url}
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL")
    for url in (
        f"mysql://rowlock_api:{PLAIN}@h/d",
        f"postgresql://rowlock_api:{PLAIN}@h",
        f"postgresql://rowlock_api:{PLAIN}@h:x/d",
        f"postgresql://rowlock_api:{PLAIN}@h/d?{MARK}=1",
        f"postgresql://rowlock_api:pw@{PLAIN}@h/d",
        f"postgresql://rowlock_api:{PLAIN}/d",
        f"{MARK}://",
        PLAIN,
    )
]


def test_secrets_are_no_part_of_the_settings_text(load: Load) -> None:
    """repr, str and dumps of valid settings show no secret, although the settings contain them."""
    settings = load(**RIGHT)

    assert settings.jwt_secret is not None
    assert settings.jwt_secret.get_secret_value() == PLAIN
    assert (
        MARK not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    )


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong}"[:60])
def test_secrets_are_no_part_of_an_error(load: Load, wrong: dict[str, str]) -> None:
    """Neither the message of an error nor its traceback, with all causes, shows a value."""
    with pytest.raises(SettingsError) as caught:
        load(**RIGHT | wrong)

    assert MARK not in str(caught.value)
    assert MARK not in "".join(traceback.format_exception(caught.value))


def test_secrets_are_no_part_of_a_validation_error() -> None:
    """The validation error of pydantic, which load_settings rewrites, shows no input either."""
    with pytest.raises(ValueError, match="JWT_ISSUER is not set") as caught:
        Settings(_env_file=None, jwt_secret=PLAIN)

    assert MARK not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    ("command", "change"),
    [("serve", {}), ("migrate", {}), ("serve", WRONG[0]), ("serve", WRONG[9])],
    ids=["serve", "migrate", "serve, short secret", "serve, host of two @"],
)
def test_secrets_are_no_part_of_what_a_command_prints(
    workdir: Path, command: str, change: dict[str, str]
) -> None:
    """With valid and with invalid settings, a command that fails prints no secret."""
    done = subprocess.run(
        [Path(sys.executable).with_name("rowlock"), command],
        env={**os.environ, **RIGHT, "PORT": "0", "LOG_LEVEL": "debug", **change},
        cwd=workdir,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr != ""
    assert MARK not in done.stdout + done.stderr


def test_secrets_are_no_part_of_the_log(load: Load, caplog: pytest.LogCaptureFixture) -> None:
    """Loading settings logs no value, at any level."""
    with caplog.at_level(logging.DEBUG):
        load(**RIGHT)
        load_settings()

    assert MARK not in caplog.text
