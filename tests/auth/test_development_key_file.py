"""The development key's file is created once, private to its owner, and refused if corrupt."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.auth import (
    DevelopmentKey,
    DevelopmentKeyError,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "key.pem"


def test_key_is_created_once_for_its_owner_alone(path: Path) -> None:
    """An absent file is created with mode 0600 and read from then on; no temporary file remains."""
    created = DevelopmentKey.load_or_create(path)
    loaded = DevelopmentKey.load_or_create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert loaded.jwks() == created.jwks()
    assert list(path.parent.iterdir()) == [path]


def test_racing_processes_agree_on_one_key(path: Path) -> None:
    """Eight processes that start at the same time all use the key that one of them creates."""
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
    """A file that another process creates in the meantime is not replaced."""
    winner = DevelopmentKey.load_or_create(path)
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert DevelopmentKey.load_or_create(path).kid == winner.kid


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
    """A file without an Ed25519 private key is not changed, and the error says what to do."""
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
    """A key file that other accounts can read is refused; only its owner may read it."""
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
    """If the path is a directory, or its parent is a file, the error gives the reason."""
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
