"""A key source logs a failed read as one line, without secrets or key material."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

import pytest

from api.auth import (
    jwks_from_url,
    shared_secret,
)
from api.auth.key_sources import RefreshedKeys
from tests.auth.sources import BROKEN, started

if TYPE_CHECKING:
    from tests.auth.forge import Forge
    from tests.auth.jwks_server import Issuer
    from tests.auth.signer import Signer

SECRET = "correct horse battery staple 123"


@pytest.mark.parametrize("mode", BROKEN)
def test_start_survives_any_answer(
    mode: str, forge: Forge, signer: Signer, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """If the first load fails, the start raises nothing and logs once that no keys are held."""
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
    """The log has the URL without its query, which may be secret, and the status."""
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


def test_surprise_in_a_read_does_not_end_the_refresh(
    forge: Forge, signer: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    """Of an unexpected error only the type is logged, and the document is read again later."""

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


def test_reprs_and_logs_show_no_secret(
    forge: Forge, signer: Signer, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a source's repr nor its log contains the secret, a key or the response."""
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
