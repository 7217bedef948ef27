"""Start and stop of each key source: URL, file, shared secret and development key."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from api.auth import (
    DevelopmentKey,
    development_keys,
    jwks_from_file,
    jwks_from_url,
    shared_secret,
)
from tests.auth.sources import kids, started

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.jwks_server import Issuer
    from tests.auth.signer import Signer

SECRET = "correct horse battery staple 123"


def test_keys_are_held_after_the_start(forge: Forge, signer: Signer, issuer: Issuer) -> None:
    """When start returns, the keys were loaded, with one request."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = jwks_from_url(issuer.url)
        assert keys.held is None
        assert not keys.current
        async with started(keys):
            assert kids(keys) == [signer.kid]
            assert keys.current

    asyncio.run(scenario())
    assert issuer.hits == 1


def test_stop_ends_a_read_and_keys_can_start_again(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """Stopping does not wait for an issuer that does not answer; a later start reads again."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = jwks_from_url(issuer.url)
        async with started(keys):
            issuer.mode = "held"
            renewal = asyncio.create_task(keys.renew())
            await forge.until(lambda: issuer.hits == 2)
            began = time.monotonic()
        await renewal
        assert time.monotonic() - began < 1
        issuer.mode = "ok"
        issuer.document = forge.jwks(signer.jwk(kid="new"))
        async with started(keys):
            assert kids(keys) == ["new"]

    asyncio.run(scenario())


def test_source_that_never_started_can_be_stopped(issuer: Issuer) -> None:
    """Stopping a source that was not started is no error, and sends no request."""
    asyncio.run(jwks_from_url(issuer.url).stop())

    assert issuer.hits == 0


def test_file_is_read_again_like_a_url(forge: Forge, signer: Signer, tmp_path: Path) -> None:
    """A JWKS file is read again when it changes; without a valid file the last keys are used."""
    path = tmp_path / "jwks.json"

    async def scenario() -> None:
        async with started(jwks_from_file(path, refresh_interval=0.02, cooldown=0)) as keys:
            assert keys.held is None
            path.write_bytes(forge.jwks(signer.jwk()))
            await forge.until(lambda: kids(keys) == [signer.kid])
            path.write_bytes(forge.jwks(signer.jwk(kid="new")))
            await keys.renew()
            assert kids(keys) == ["new"]
            path.write_bytes(b"{")
            await keys.renew()
            path.unlink()
            await keys.renew()
            assert kids(keys) == ["new"]

    asyncio.run(scenario())


def test_fixed_keys_are_held_from_the_beginning(tmp_path: Path) -> None:
    """A shared secret and the development key are held before the start, and never change."""
    key = DevelopmentKey.load_or_create(tmp_path / "key.pem")

    async def scenario() -> None:
        for keys in (shared_secret(SECRET), shared_secret(SECRET.encode()), development_keys(key)):
            held = keys.held
            assert held is not None
            async with started(keys):
                await keys.renew()
                assert keys.held is held
                assert keys.current

    asyncio.run(scenario())
    assert kids(development_keys(key)) == [key.kid]
