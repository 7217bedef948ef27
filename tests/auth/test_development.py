from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jws

from api.auth import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    Authenticator,
    DevelopmentKey,
    DevelopmentKeyError,
    InvalidTokenError,
    TokenPolicy,
    development_keys,
)

if TYPE_CHECKING:
    from tests.auth.conftest import Forge

POLICY = TokenPolicy(DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE, leeway=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "key.pem"


def test_key_is_created_once_for_its_owner_alone(path: Path) -> None:
    """An absent file is made with mode 0600, read again later, and leaves no draft behind."""
    created = DevelopmentKey.load_or_create(path)
    loaded = DevelopmentKey.load_or_create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert loaded.jwks() == created.jwks()
    assert list(path.parent.iterdir()) == [path]


def test_racing_processes_agree_on_one_key(path: Path) -> None:
    """Of eight processes that start at once, all read the key that one of them made."""
    program = (
        "import sys, pathlib; from api.auth import DevelopmentKey;"
        " sys.stdin.read(1);"
        " print(DevelopmentKey.load_or_create(pathlib.Path(sys.argv[1])).kid)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        for _ in range(8)
    ]

    kids = {racer.communicate(b"!")[0] for racer in racers}

    assert kids == {DevelopmentKey.load_or_create(path).kid.encode() + b"\n"}
    assert [racer.returncode for racer in racers] == [0] * 8
    assert list(path.parent.iterdir()) == [path]


def test_loser_of_the_race_keeps_the_winners_key(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that appears while a key is being made is never replaced."""
    winner = DevelopmentKey.load_or_create(path)
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert DevelopmentKey.load_or_create(path).kid == winner.kid


def test_token_is_accepted_as_its_subject(forge: Forge, path: Path) -> None:
    """A minted token verifies against the published half; another key's does not."""
    key = DevelopmentKey.load_or_create(path)
    stranger = DevelopmentKey.load_or_create(path.with_name("other.pem"))
    authenticator = Authenticator(development_keys(key), POLICY)

    claims = asyncio.run(authenticator.authenticate(forge.bearer(key.token("alice"))))

    assert claims.subject == "alice"
    with pytest.raises(InvalidTokenError):
        asyncio.run(authenticator.authenticate(forge.bearer(stranger.token("alice"))))


def test_token_carries_all_that_is_required(path: Path) -> None:
    """The header names alg and kid; issuer, audience, subject and dates are set."""
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
    """A token that no request could use is not made."""
    key = DevelopmentKey.load_or_create(path)

    with pytest.raises(ValueError, match=r"^A user id has 1 to 255 characters"):
        key.token(subject)
    assert key.token("a" * 255)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1)])
def test_lifetime_must_be_positive(lifetime: timedelta, path: Path) -> None:
    """A token that is born expired is not made."""
    with pytest.raises(ValueError, match=r"^The lifetime must be positive\.$"):
        DevelopmentKey.load_or_create(path).token("alice", lifetime)


def test_jwks_has_only_the_public_half(path: Path) -> None:
    """The published key is one Ed25519 public key, named by its thumbprint."""
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
    """The kid of the example key of RFC 8037 appendix A is the one of appendix A.3."""
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n"
    )

    assert DevelopmentKey.load_or_create(path).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def pem(*, password: bytes | None) -> bytes:
    protection = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"junk", b"\x00" * 64, pem(password=None), pem(password=b"hunter2")],
    ids=["empty", "junk", "binary", "another type", "encrypted"],
)
def test_corrupt_key_file_gets_one_clear_sentence(content: bytes, path: Path) -> None:
    """What is not an Ed25519 private key is named, with what to do, and is left as it is."""
    path.parent.mkdir()
    path.touch(0o600)
    path.write_bytes(content)

    with pytest.raises(DevelopmentKeyError) as caught:
        DevelopmentKey.load_or_create(path)

    assert str(caught.value) == (
        f"The development key {path} is not an Ed25519 private key in PEM:"
        " delete it, and the next start makes a new one."
    )
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_key_file_that_others_can_read_is_refused(mode: int, path: Path) -> None:
    """A key that others can read is no secret; its owner alone may have it."""
    DevelopmentKey.load_or_create(path)
    path.chmod(mode)

    with pytest.raises(DevelopmentKeyError) as caught:
        DevelopmentKey.load_or_create(path)

    assert str(caught.value) == (
        f"The development key {path} can be read by others: run chmod 600 on it."
    )
    path.chmod(0o400)
    assert DevelopmentKey.load_or_create(path)


def test_place_that_cannot_hold_a_key_gets_one_clear_sentence(tmp_path: Path) -> None:
    """A directory at the path, or a file where a directory must be, is named with its reason."""
    (tmp_path / "file").touch()

    for path, reason in {
        tmp_path: "Is a directory",
        tmp_path / "file" / "key.pem": "File exists",
    }.items():
        with pytest.raises(DevelopmentKeyError) as caught:
            DevelopmentKey.load_or_create(path)
        assert str(caught.value) == (
            f"The development key {path} cannot be read or created: {reason}."
        )


def test_repr_hides_the_private_key(path: Path) -> None:
    """The object shows nothing of the key."""
    assert repr(DevelopmentKey.load_or_create(path)) == "DevelopmentKey()"
