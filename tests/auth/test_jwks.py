from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.auth import (
    DevelopmentKey,
    KeySource,
    development_keys,
    jwks_from_file,
    jwks_from_url,
    shared_secret,
)
from api.auth.jwk_set import KeySet
from api.auth.jwks_documents import UrlDocument
from api.auth.key_sources import RefreshedKeys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.auth.conftest import Forge, Issuer, Signer

SECRET = "correct horse battery staple 123"
BROKEN = ("redirect", "created", "500", "empty", "malformed", "keyless", "huge", "gzip", "slow")


@asynccontextmanager
async def started(keys: KeySource) -> AsyncIterator[KeySource]:
    await keys.start()
    try:
        yield keys
    finally:
        await keys.stop()


def kids(keys: KeySource) -> list[str] | None:
    return list(keys.held.by_kid) if isinstance(keys.held, KeySet) else None


def test_keys_are_held_after_the_start(forge: Forge, signer: Signer, issuer: Issuer) -> None:
    """The first load is over when start returns, and took one request."""
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


@pytest.mark.parametrize("mode", BROKEN)
def test_start_survives_any_answer(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """A first load that fails leaves no keys, raises nothing and is one line in the log."""
    issuer.document, issuer.mode = forge.jwks(signer.jwk()), mode

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url, timeout=0.2)) as keys:
            assert keys.held is None
            assert not keys.current

    asyncio.run(scenario())
    [message] = [text for name, _, text in caplog.record_tuples if name == "api.auth.key_sources"]
    assert message.startswith(f"The JWKS document of {issuer.url} could not be used: ")
    assert message.endswith("; no keys are held.")


def test_log_names_url_without_its_query(issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    """What could not be fetched is named, with the status, and without what may be a secret."""
    issuer.mode = "500"

    async def scenario() -> None:
        async with started(jwks_from_url(f"{issuer.url}?key=hunter2#part")):
            pass

    asyncio.run(scenario())
    [message] = caplog.messages
    assert message == (
        f"The JWKS document of {issuer.url} could not be used: the issuer answered with status "
        "500; no keys are held."
    )


def test_keys_arrive_when_the_issuer_comes_up(forge: Forge, signer: Signer, issuer: Issuer) -> None:
    """Without keys the background goes on trying, sooner than the refresh interval."""
    issuer.document = forge.jwks(signer.jwk())
    issuer.down()

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=300, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            assert keys.held is None
            issuer.up()
            await forge.until(lambda: keys.held is not None)

    asyncio.run(scenario())


def test_pauses_between_failures_double_up_to_the_interval(issuer: Issuer) -> None:
    """Retries back off: in half a second they are few, though the first follow quickly."""
    issuer.mode = "500"

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=0.2, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            await asyncio.sleep(0.5)

    asyncio.run(scenario())
    assert 3 <= issuer.hits <= 9


def test_background_refresh_takes_over_a_new_document(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """A rotated key replaces the old one; an unchanged document leaves the same object."""
    rotated = forge.signer("EdDSA", "rotated")
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url, refresh_interval=0.02)) as keys:
            first = keys.held
            await forge.until(lambda: issuer.hits >= 4)
            assert keys.held is first
            issuer.document = forge.jwks(rotated.jwk())
            await forge.until(lambda: kids(keys) == ["rotated"])

    asyncio.run(scenario())


@pytest.mark.parametrize("mode", ["down", *BROKEN])
def test_known_keys_outlive_the_issuer(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """Whatever goes wrong later, the keys that are held stay, and recovery is noticed."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=0.02, cooldown=0, first_retry=0.02
        )
        async with started(keys):
            first, current = keys.held, [keys.current]
            if mode == "down":
                issuer.down()
            issuer.mode = mode
            await asyncio.sleep(0.1)
            await keys.renew()
            assert keys.held is first
            current.append(keys.current)
            if mode == "down":
                issuer.up()
            issuer.mode = "ok"
            issuer.document = forge.jwks(signer.jwk(kid="later"))
            await forge.until(lambda: kids(keys) == ["later"])
            assert [*current, keys.current] == [True, False, True]

    asyncio.run(scenario())


def test_background_follows_a_renewal_that_failed(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """A renewal that fails is tried again soon, and not only at the next refresh."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = RefreshedKeys(
            UrlDocument(issuer.url, timeout=1), refresh_interval=300, cooldown=300, first_retry=0.02
        )
        async with started(keys):
            issuer.mode = "500"
            await keys.renew()
            assert not keys.current
            issuer.mode, issuer.document = "ok", forge.jwks(signer.jwk(kid="later"))
            await forge.until(lambda: kids(keys) == ["later"])
            assert keys.current

    asyncio.run(scenario())


def test_fifty_renewals_at_once_are_one_request(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """Whoever asks during a read waits for that read, and sees what it brought."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            issuer.document, issuer.mode = forge.jwks(signer.jwk(kid="new")), "held"
            renewals = asyncio.gather(*(keys.renew() for _ in range(50)))
            await forge.until(lambda: issuer.hits == 2)
            issuer.released.set()
            await renewals
            assert kids(keys) == ["new"]

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_cancelled_waiter_does_not_take_the_read_along(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """A client that hangs up does not spoil the read that others wait for."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            issuer.document, issuer.mode = forge.jwks(signer.jwk(kid="new")), "held"
            impatient = asyncio.create_task(keys.renew())
            patient = asyncio.create_task(keys.renew())
            await forge.until(lambda: issuer.hits == 2)
            impatient.cancel()
            await asyncio.wait({impatient})
            issuer.released.set()
            await patient
            assert impatient.cancelled()
            assert kids(keys) == ["new"]

    asyncio.run(scenario())


@pytest.mark.parametrize("mode", ["ok", "500"])
def test_cooldown_holds_after_a_renewal(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """The first renewal reads; within the cooldown none does, whether it succeeded or failed."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url, cooldown=0.2)) as keys:
            issuer.mode = mode
            for _ in range(20):
                await keys.renew()
            assert issuer.hits == 2
            await asyncio.sleep(0.25)
            await keys.renew()
            assert issuer.hits == 3

    asyncio.run(scenario())


def test_cooldown_holds_after_a_failed_start(issuer: Issuer) -> None:
    """A renewal right after a failed load does not ask again."""
    issuer.mode = "500"

    async def scenario() -> None:
        async with started(jwks_from_url(issuer.url)) as keys:
            await keys.renew()

    asyncio.run(scenario())
    assert issuer.hits == 1


def test_surprise_in_a_read_does_not_end_the_refresh(
    forge: Forge, signer: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody foresaw is logged by its type alone, and the next read goes on."""

    class Surprising:
        reads = 0
        source = "there"

        async def read(self) -> bytes:
            self.reads += 1
            if self.reads == 1:
                raise ZeroDivisionError("secret detail")
            return forge.jwks(signer.jwk())

        async def close(self) -> None:
            pass

    async def scenario() -> None:
        keys = RefreshedKeys(Surprising(), refresh_interval=300, cooldown=300, first_retry=0.01)
        async with started(keys):
            assert keys.held is None
            await forge.until(lambda: keys.held is not None)

    asyncio.run(scenario())
    assert caplog.messages == [
        "The JWKS document of there could not be used: ZeroDivisionError; no keys are held."
    ]


def test_stop_ends_a_read_and_keys_can_start_again(
    forge: Forge, signer: Signer, issuer: Issuer
) -> None:
    """Stopping does not wait for a stuck issuer; a later start reads anew."""
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
    """Stopping what never ran is no error, and asks nobody."""
    asyncio.run(jwks_from_url(issuer.url).stop())

    assert issuer.hits == 0


def test_file_is_read_again_like_a_url(forge: Forge, signer: Signer, tmp_path: Path) -> None:
    """A JWKS file that appears, changes, breaks and vanishes is treated as an issuer is."""
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
    """A shared secret and the development key need no start, and nothing changes them."""
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


def test_reprs_and_logs_show_no_secret(
    forge: Forge, signer: Signer, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a source nor its log shows the secret, a key, or what the issuer answered."""
    issuer.document = forge.jwks(signer.jwk(), signer.jwk(kid=None))
    sources = [shared_secret(SECRET), jwks_from_url(issuer.url, cooldown=0)]

    async def scenario() -> None:
        async with started(sources[1]) as keys:
            issuer.mode = "500"
            await keys.renew()

    with caplog.at_level(logging.DEBUG, logger="api"):
        asyncio.run(scenario())

    shown = json.dumps([*map(repr, sources), *caplog.messages])
    assert [text for text in (SECRET, signer.jwk()["x"], "internal detail") if text in shown] == []
    assert [text for name, _, text in caplog.record_tuples if name.startswith("api.auth")] == [
        "Skipped key 1 of the JWKS document: it has no kid.",
        (
            f"The JWKS document of {issuer.url} could not be used: the issuer answered with status"
            " 500;"
            " the held keys stay in force."
        ),
    ]
