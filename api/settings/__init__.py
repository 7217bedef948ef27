"""The settings, typed and checked. No other module reads the environment.

Settings come from the environment and from `.env`; the environment takes precedence, and an empty
value counts as absent. A wrong or contradictory value stops the start with a sentence that names
the variable. Values that may contain a secret are `SecretStr`, and no error repeats its input.
"""

import logging
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    SettingsConfigDict,
)

from api.auth import DEFAULT_MAX_LIFETIME
from api.database.urls import is_local, is_pooled, may_be_plain_text, parse_url
from api.settings.spelling import is_meant, nearest
from api.settings.types import (
    DEFAULT_CONNECTIONS,
    DatabaseUrl,
    JwksFile,
    JwksUrl,
    LogLevel,
    NeonAuthUrl,
    Networks,
    Origins,
    ProxyHeader,
    RootPath,
    Secret,
)

_log = logging.getLogger(__name__)

# The start is refused if an unknown name is at least so similar to a required setting that is
# absent.
_REFUSED = 0.9


class SettingsError(Exception):
    """A setting is wrong. The message names it, says how to correct it, and contains no value."""


class Settings(BaseSettings):
    """The settings of one installation; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    log_level: LogLevel = "info"
    cors_origins: Origins = []
    root_path: RootPath = ""
    docs: bool = True
    fast_route: bool = True
    connections_per_address: int = Field(DEFAULT_CONNECTIONS, ge=1, le=65535)
    trusted_proxies: Networks = []
    proxy_header: ProxyHeader = "x-forwarded-for"

    database_url: DatabaseUrl | None = None
    migration_database_url: DatabaseUrl | None = None
    audit_database_url: DatabaseUrl | None = None
    pool_size: int = Field(8, ge=1, le=100)
    pool_timeout: float = Field(5.0, gt=0, le=60)
    data_dir: Path = Path(".rowlock")

    neon_auth_base_url: NeonAuthUrl | None = None
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    jwks_url: JwksUrl | None = None
    jwks_file: JwksFile | None = None
    jwt_secret: Secret | None = None
    jwt_leeway: float = Field(30.0, ge=0, le=300)
    jwt_max_lifetime: float = Field(DEFAULT_MAX_LIFETIME, gt=0, le=3_153_600_000)
    allow_development_key: bool = False
    allow_plaintext: bool = False

    @property
    def embedded(self) -> bool:
        """Whether the embedded Postgres is used: only if no database is configured."""
        return self.database_url is None

    @property
    def development_key(self) -> bool:
        """Whether development tokens are accepted: only if no issuer is configured."""
        sources = (self.neon_auth_base_url, self.jwks_url, self.jwks_file, self.jwt_secret)
        return all(source is None for source in sources)

    @property
    def key_file(self) -> Path:
        """The file of the development key."""
        return self.data_dir / "development-key.pem"

    def owner_url(self) -> SecretStr:
        """The owner's URL, for migrations and for dropping old events.

        Raises:
            SettingsError: none is set.
        """
        if self.migration_database_url is None:
            raise SettingsError(
                "MIGRATION_DATABASE_URL is not set: it must be the owner's URL, over the direct "
                "host, because what changes the schema never runs as the API's role."
            )
        return self.migration_database_url

    def audit_url(self) -> tuple[str, SecretStr]:
        """The URL of an audit and the name of its setting: that of an auditor, or else the owner's.

        Raises:
            SettingsError: none is set.
        """
        if self.audit_database_url is not None:
            return "AUDIT_DATABASE_URL", self.audit_database_url
        if self.migration_database_url is None:
            raise SettingsError(
                "AUDIT_DATABASE_URL is not set, nor is MIGRATION_DATABASE_URL: an audit reads over "
                "the URL of a member of rowlock_auditor, or over the owner's, never as the API's "
                "role."
            )
        return "MIGRATION_DATABASE_URL", self.migration_database_url

    @model_validator(mode="after")
    def _check_databases(self) -> Self:
        if self.database_url is None and self.migration_database_url is not None:
            raise ValueError(
                "DATABASE_URL is not set, but MIGRATION_DATABASE_URL is: set both, or neither to "
                "use the embedded database"
            )
        if self.database_url is not None and self.migration_database_url is not None:
            api, owner = parse_url(self.database_url), parse_url(self.migration_database_url)
            if api.username == owner.username:
                raise ValueError(
                    "DATABASE_URL names the same role as MIGRATION_DATABASE_URL: it must be the "
                    "API's role, rowlock_api, because an owner can bypass row-level security"
                )
            if is_pooled(self.migration_database_url):
                raise ValueError(
                    "MIGRATION_DATABASE_URL names Neon's pooled host: a migration needs a session "
                    "that no other client uses, so remove -pooler from the host's name"
                )
        return self

    @model_validator(mode="after")
    def _check_encryption(self) -> Self:
        if self.allow_plaintext:
            return self
        remedy = "or set ALLOW_PLAINTEXT=true on a network that you trust"
        for name, url in (
            ("DATABASE_URL", self.database_url),
            ("MIGRATION_DATABASE_URL", self.migration_database_url),
            ("AUDIT_DATABASE_URL", self.audit_database_url),
        ):
            if url is not None and may_be_plain_text(url):
                raise ValueError(
                    f"{name} may send passwords and rows to a remote host in plain text: add "
                    f"?sslmode=require (better: verify-full) to it, {remedy}"
                )
        for name, keys in (
            ("JWKS_URL", self.jwks_url),
            ("NEON_AUTH_BASE_URL", self.neon_auth_base_url),
        ):
            if keys is not None and keys.scheme == "http" and not is_local(keys.host or ""):
                raise ValueError(
                    f"{name} is plain http to a remote host: an attacker on the network could "
                    f"replace the keys; use https, {remedy}"
                )
        return self

    @model_validator(mode="after")
    def _check_neon_auth(self) -> Self:
        if self.neon_auth_base_url is None:
            return self
        others = ("jwt_issuer", "jwt_audience", "jwks_url", "jwks_file", "jwt_secret")
        beside = [name.upper() for name in others if getattr(self, name)]
        if beside:
            raise ValueError(
                f"NEON_AUTH_BASE_URL is set beside {_listed(beside)}: it says issuer, "
                "audience and keys by itself; remove it or the others"
            )
        return self

    @model_validator(mode="after")
    def _check_issuer(self) -> Self:
        sources = [
            name
            for name, value in (
                ("NEON_AUTH_BASE_URL", self.neon_auth_base_url),
                ("JWKS_URL", self.jwks_url),
                ("JWKS_FILE", self.jwks_file),
                ("JWT_SECRET", self.jwt_secret),
            )
            if value is not None
        ]
        if len(sources) > 1:
            raise ValueError(
                f"{_listed(sources)} are set, but keys may come from one place only: a "
                "shared secret beside a public key would let that key sign tokens"
            )
        if self.neon_auth_base_url is None and (sources or self.jwt_issuer or self.jwt_audience):
            required = {"JWT_ISSUER": self.jwt_issuer, "JWT_AUDIENCE": self.jwt_audience}
            for name, value in required.items():
                if not value:
                    raise ValueError(
                        f"{name} is not set, but the issuer is configured: tokens are accepted "
                        "only from one issuer and for one audience"
                    )
            if not sources:
                raise ValueError(
                    "JWKS_URL is not set, but JWT_ISSUER is: Better Auth publishes its keys at "
                    "<issuer>/api/auth/jwks (or set JWKS_FILE or JWT_SECRET)"
                )
        elif not sources and self.database_url is not None and not self.allow_development_key:
            raise ValueError(
                "JWT_ISSUER, JWT_AUDIENCE and JWKS_URL are not set, but DATABASE_URL is: name the "
                "issuer of tokens, or set ALLOW_DEVELOPMENT_KEY=true on a machine of your own"
            )
        if sources and self.allow_development_key:
            raise ValueError(
                f"ALLOW_DEVELOPMENT_KEY is set beside {sources[0]}: a configured issuer switches "
                "the development key off; remove one of the two"
            )
        return self


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: with a sentence per wrong setting.
    """
    try:
        settings = Settings()
        _check_spelling(settings)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(item) for item in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {type(error).__name__}.") from None
    return settings


def _check_spelling(settings: Settings) -> None:
    """Refuse a name that is very similar to an absent setting without a default; warn of others.

    Without this, DATABASE_URI would be ignored, and the embedded database used. If the similar
    setting is also set, there is no message.
    """
    given = {**EnvSettingsSource(Settings).env_vars, **DotEnvSettingsSource(Settings).env_vars}
    for name in sorted(given.keys() - Settings.model_fields):
        found = nearest(name, Settings.model_fields)
        if found is None and is_meant(name):
            _log.warning(
                "%s is not a setting, and is ignored: .env.example lists those there are.",
                name.upper(),
            )
        if found is None or found[0] in settings.model_fields_set:
            continue
        meant, likeness = found
        if likeness >= _REFUSED and getattr(settings, meant) is None:
            raise SettingsError(f"{name.upper()} is not a setting: is it {meant.upper()}?")
        _log.warning("%s is not a setting, and is ignored: is it %s?", name.upper(), meant.upper())


def _listed(names: list[str]) -> str:
    """Names in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _sentence(item: ErrorDetails) -> str:
    message = item["msg"].removeprefix("Value error, ")
    # For a list, only its name: the message says which value is wrong.
    name = str(item["loc"][0]).upper() if item["loc"] else ""
    return f"{name}: {message}." if name else f"{message}."
