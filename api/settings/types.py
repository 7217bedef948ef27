"""The types of single settings, checked without regard to other settings."""

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, HttpUrl, SecretStr
from pydantic_settings import NoDecode

from api.auth import neon_auth
from api.database.urls import check_database_url

MIN_SECRET_BYTES = 32
DEFAULT_CONNECTIONS = 512  # of one address, to one process
# The first segments of the API's own paths.
OWN_PATHS = frozenset({"api", "docs", "health", "openapi.json", "problems", "static-offline-docs"})

# https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
SENT_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def _check_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"must be at least {MIN_SECRET_BYTES} bytes long (RFC 7518, 3.2)")
    return value


def _check_jwks_url(value: HttpUrl) -> HttpUrl:
    if value.username or value.password:
        raise ValueError("must not carry credentials: a JWKS is public")
    return value


def _check_jwks_file(value: Path) -> Path:
    if not os.path.isfile(value):  # noqa: PTH113 - Path.is_file raises where a name is too long
        # A value with a brace may be the document itself, whose content must not be shown.
        shown = "" if "{" in str(value) else f": there is none at {value.absolute()}"
        raise ValueError(f"names no file{shown}")
    return value


def _check_origin(value: str) -> str:
    if value == "*":
        return value
    # The part before an @ may be a password.
    shown = re.sub(r"^.*@", "…@", value, flags=re.DOTALL)
    if not re.fullmatch(r"https?://[^\s/?#@]+", value):
        raise ValueError(
            f'"{shown}" must be * or an origin of the form https://HOST, without a path or a / at '
            "its end; several are separated by commas"
        )
    if not SENT_ORIGIN.fullmatch(value) or value.endswith(DEFAULT_PORTS[value.partition(":")[0]]):
        raise ValueError(
            f'"{shown}" is not what a browser sends: a host in lower case, without * and beyond '
            "ASCII as xn--…, and a port only where it is not the default, 80 of http and 443 of "
            "https"
        )
    return value


def _check_root_path(value: str) -> str:
    if value and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value):
        raise ValueError("must be a path such as /rowlock, without a slash at its end")
    if (first := value.removeprefix("/").partition("/")[0]) in OWN_PATHS:
        raise ValueError(f"must not begin with /{first}, as paths of the API itself do")
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _split(value: object) -> object:
    return [item.strip() for item in value.split(",")] if isinstance(value, str) else value


def _networks(value: object) -> object:
    """Read networks, separated by commas; an address is a network of one."""
    if not isinstance(value, str):
        return value
    try:
        return [ip_network(item.strip()) for item in value.split(",")]
    except ValueError:
        raise ValueError(
            "must be addresses or networks such as 10.0.0.0/8 or fd00::/8, separated by commas"
        ) from None


DatabaseUrl = Annotated[SecretStr, AfterValidator(check_database_url)]
Origin = Annotated[str, AfterValidator(_check_origin)]
Origins = Annotated[list[Origin], NoDecode, BeforeValidator(_split)]
JwksUrl = Annotated[HttpUrl, AfterValidator(_check_jwks_url)]
JwksFile = Annotated[Path, AfterValidator(_check_jwks_file)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)]
NeonAuthUrl = Annotated[HttpUrl, AfterValidator(neon_auth.check_base_url)]
RootPath = Annotated[str, AfterValidator(_check_root_path)]
Secret = Annotated[SecretStr, AfterValidator(_check_secret)]
ProxyHeader = Literal["x-forwarded-for", "forwarded"]
Networks = Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_networks)]
