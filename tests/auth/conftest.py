"""Fixtures: keys, a forge, an issuer, a clock and an authenticator that trusts the keys."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.auth import Authenticator, TokenPolicy
from api.auth.jwk_set import Keys, parse_jwks
from tests.auth.forge import AUTH_SERVER, NOW, Forge
from tests.auth.jwks_server import Issuer
from tests.auth.signer import Json, Signer

DATA = Path(__file__).parents[1] / "data"


class Clock:
    """A clock in seconds since the epoch, whose time a test sets."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server = Issuer()
    yield server
    server.released.set()
    server.down()


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def signers() -> dict[str, Signer]:
    algorithms = ("EdDSA", "ES256", "ES512", "RS256", "PS256")
    return {alg: Signer(alg, f"key-{alg}") for alg in algorithms}


@pytest.fixture
def signer(signers: dict[str, Signer]) -> Signer:
    return signers["EdDSA"]


@pytest.fixture
def keys(signers: dict[str, Signer]) -> Keys:
    """One published key of each algorithm."""
    return parse_jwks(Forge.jwks(*(signer.jwk() for signer in signers.values())))


@pytest.fixture
def policy() -> TokenPolicy:
    return TokenPolicy(issuer=AUTH_SERVER, audience=AUTH_SERVER, leeway=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def better_auth() -> Json:
    tokens: Json = json.loads((DATA / "better-auth" / "tokens.json").read_bytes())
    return tokens


@pytest.fixture
def authenticator(signers: dict[str, Signer], policy: TokenPolicy, clock: Clock) -> Authenticator:
    """Trusts one key of each algorithm."""
    keys = Forge.keys(*(signer.jwk() for signer in signers.values()))
    return Authenticator(keys, policy, clock=clock)


@pytest.fixture(scope="session")
def wycheproof() -> Callable[[str], Json]:
    """Reads a file of Wycheproof vectors."""

    def read(name: str) -> Json:
        vectors: Json = json.loads((DATA / "wycheproof" / f"{name}.json").read_bytes())
        return vectors

    return read
