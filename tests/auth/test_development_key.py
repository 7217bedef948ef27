"""The development key, and the claims of the tokens that it signs."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jose import jws

from api.auth import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    Authenticator,
    DevelopmentKey,
    InvalidTokenError,
    TokenPolicy,
    development_keys,
)

if TYPE_CHECKING:
    from tests.auth.forge import Forge

POLICY = TokenPolicy(DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE, leeway=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "key.pem"


def test_token_is_accepted_as_its_subject(forge: Forge, path: Path) -> None:
    """A token of the development key is accepted; a token of another key is refused."""
    key = DevelopmentKey.load_or_create(path)
    stranger = DevelopmentKey.load_or_create(path.with_name("other.pem"))
    authenticator = Authenticator(development_keys(key), POLICY)

    claims = asyncio.run(authenticator.authenticate(forge.bearer(key.token("alice"))))

    assert claims.subject == "alice"
    with pytest.raises(InvalidTokenError):
        asyncio.run(authenticator.authenticate(forge.bearer(stranger.token("alice"))))


def test_token_carries_all_that_is_required(path: Path) -> None:
    """A token has all required header members and claims; its default lifetime is a day."""
    key = DevelopmentKey.load_or_create(path)
    token = key.token("alice", timedelta(hours=1))
    claims = json.loads(jws.get_unverified_claims(token))

    assert jws.get_unverified_header(token) == {"alg": "EdDSA", "kid": key.kid, "typ": "JWT"}
    assert claims == {
        "iss": DEVELOPMENT_ISSUER,
        "aud": DEVELOPMENT_AUDIENCE,
        "sub": "alice",
        "iat": claims["iat"],
        "exp": claims["iat"] + 3600,
    }
    day = json.loads(jws.get_unverified_claims(key.token("alice")))
    assert day["exp"] - day["iat"] == 86_400


@pytest.mark.parametrize("subject", ["", "a" * 256, "alice\x00", "alice\n", "\ud800"])
def test_user_id_that_would_be_refused_is_not_minted(subject: str, path: Path) -> None:
    """token() raises ValueError for a user id that the server would refuse."""
    key = DevelopmentKey.load_or_create(path)

    with pytest.raises(ValueError, match=r"^A user id has 1 to 255 characters"):
        key.token(subject)
    assert key.token("a" * 255)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1)])
def test_lifetime_must_be_positive(lifetime: timedelta, path: Path) -> None:
    """token() raises ValueError for a lifetime of zero or less."""
    with pytest.raises(ValueError, match=r"^The lifetime must be positive\.$"):
        DevelopmentKey.load_or_create(path).token("alice", lifetime)


def test_jwks_has_only_the_public_half(path: Path) -> None:
    """The JWKS document has one Ed25519 public key, without its private member."""
    key = DevelopmentKey.load_or_create(path)
    [public] = key.jwks()["keys"]

    assert public == {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key.kid,
        "x": public["x"],
    }
    assert json.loads(key.jwks_document()) == key.jwks()


def test_kid_is_the_thumbprint_of_rfc_8037(path: Path) -> None:
    """The example key of RFC 8037, appendix A, gets the kid of appendix A.3."""
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n"
    )

    assert DevelopmentKey.load_or_create(path).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_repr_hides_the_private_key(path: Path) -> None:
    """The repr contains no key material."""
    assert repr(DevelopmentKey.load_or_create(path)) == "DevelopmentKey()"
