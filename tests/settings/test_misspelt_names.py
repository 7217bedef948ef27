"""A misspelt name of a setting that is not set stops the start."""

from pathlib import Path

import pytest

from api.settings import Settings
from tests.settings.conftest import PRODUCTION, Load, Refuse


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
    """A misspelt name is refused, because Rowlock could start with the wrong database."""
    assert refuse(**{misspelt: "x"}) == f"{misspelt.upper()} is not a setting: is it {meant}?"


def test_misspelt_setting_in_env_file_is_refused(workdir: Path, refuse: Refuse) -> None:
    """A misspelt name in .env is refused like one in the environment."""
    (workdir / ".env").write_text("DATABASE_URLL=x\n")

    assert refuse() == "DATABASE_URLL is not a setting: is it DATABASE_URL?"


def test_names_of_others_are_ignored(load: Load) -> None:
    """Variables of other programs are ignored, and so is a name similar to one that is set."""
    others = {"TEST_DATABASE_URL": "x", "HOSTNAME": "x", "JWT_SECRET_KEY": "x", "PGHOST": "x"}

    assert load(**others) == Settings(_env_file=None)
    assert load(**PRODUCTION, DATABASE_URL_2="x").embedded is False
