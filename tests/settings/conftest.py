"""Fixtures that load settings from only the variables and the .env file of the test."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.database.urls import ENVIRONMENT
from api.settings import Settings, SettingsError, load_settings

Load = Callable[..., Settings]
Refuse = Callable[..., str]

API = "postgresql://rowlock_api:api-pw@db.test/tasks?sslmode=require"
OWNER = "postgresql://owner:owner-pw@db.test/tasks?sslmode=require"
SECRET = "0123456789abcdef0123456789abcdef"
ISSUER = {
    "JWT_ISSUER": "https://auth.test",
    "JWT_AUDIENCE": "https://api.test",
    "JWKS_URL": "https://auth.test/api/auth/jwks",
}
PRODUCTION = {"DATABASE_URL": API, "MIGRATION_DATABASE_URL": OWNER, **ISSUER}


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment without any setting."""
    for name in os.environ:
        if name.lower() in Settings.model_fields or name in ENVIRONMENT.values():
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load the settings from these variables."""

    def loaded(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return loaded


@pytest.fixture
def refuse(load: Load) -> Refuse:
    """Load the settings from these variables, and return the message of the SettingsError."""

    def refused(**variables: str) -> str:
        with pytest.raises(SettingsError) as caught:
            load(**variables)
        return str(caught.value)

    return refused
