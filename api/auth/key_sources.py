"""The sources of keys: a JWKS that is refreshed in the background, or fixed keys."""

import asyncio
import logging
import random
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from api.auth.algorithms import ACCEPTED
from api.auth.development_key import DevelopmentKey
from api.auth.jwk_set import Keys, KeySet, KeySetError, parse_jwks, parse_secret
from api.auth.jwks_documents import Document, DocumentError, FileDocument, UrlDocument

_log = logging.getLogger(__name__)
_jitter = random.SystemRandom()

# The two reasons why no keys are loaded: the issuer does not answer, or its keys are unusable.
UNREACHABLE = "The token issuer cannot be reached."
UNUSABLE = "The token issuer publishes no usable key."

_FIRST_RETRY = 1.0  # seconds; doubles up to the refresh interval


class KeySource(Protocol):
    """Provides the current keys. `held` is a new object exactly when they change."""

    @property
    def held(self) -> Keys | None:
        """Return the current keys, or None before any were loaded."""

    @property
    def current(self) -> bool:
        """Tell whether the last attempt to load the keys succeeded."""

    @property
    def problem(self) -> str | None:
        """Say why no keys are loaded, in a sentence for clients; None if some are loaded."""

    async def start(self) -> None:
        """Load the keys, and refresh them. Does not raise if the issuer does not answer."""

    async def stop(self) -> None:
        """Stop refreshing."""

    async def renew(self) -> None:
        """Load the keys again now, unless they are fixed or were loaded a moment ago."""


class FixedKeys:
    """Keys that never change."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @property
    def held(self) -> Keys:
        """Return the keys."""
        return self._keys

    @property
    def current(self) -> bool:
        """Return True: fixed keys are not loaded, so loading cannot fail."""
        return True

    @property
    def problem(self) -> None:
        """Return None: there is no problem."""

    async def start(self) -> None:
        """Do nothing: nothing is loaded."""

    async def stop(self) -> None:
        """Do nothing: no task runs."""

    async def renew(self) -> None:
        """Do nothing: the keys cannot change."""


class RefreshedKeys:
    """The keys of a JWKS document, read again every `refresh_interval` seconds.

    After a failed read, the loaded keys stay, and the read is retried in the background with
    growing, jittered pauses. Reads on demand are at least `cooldown` seconds apart, and wait for
    the cooldown after any failure too. If a read is running, further callers wait for it.
    """

    def __init__(
        self,
        document: Document,
        *,
        refresh_interval: float,
        cooldown: float,
        first_retry: float = _FIRST_RETRY,
        algorithms: Collection[str] = ACCEPTED,
    ) -> None:
        self._document = document
        self._refresh_interval = refresh_interval
        self._cooldown = cooldown
        self._first_retry = first_retry
        self._algorithms = algorithms
        self._content: bytes | None = None
        self._held: KeySet | None = None
        self._problem = UNREACHABLE
        self._failures = 0
        self._failure = asyncio.Event()
        self._closed_until = 0.0
        self._reading: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None

    @property
    def held(self) -> KeySet | None:
        """Return the keys of the last good document."""
        return self._held

    @property
    def current(self) -> bool:
        """Tell whether the last read returned a usable document."""
        return self._held is not None and not self._failures

    @property
    def problem(self) -> str | None:
        """Say why no keys are loaded, according to the last read."""
        return self._problem if self._held is None else None

    async def start(self) -> None:
        """Read the document once, then refresh it in the background."""
        await self._read(on_demand=False)
        self._refreshing = asyncio.create_task(self._refresh())

    async def stop(self) -> None:
        """Stop the background task and close connections. The loaded keys stay."""
        for task in (self._refreshing, self._reading):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._refreshing = self._reading = None
        await self._document.close()

    async def renew(self) -> None:
        """Read the document now, unless it is too early. Returns after the read."""
        if self._reading is not None or time.monotonic() >= self._closed_until:
            await self._read(on_demand=True)

    async def _refresh(self) -> None:
        while True:
            self._failure.clear()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._failure.wait()
            except TimeoutError:
                await self._read(on_demand=False)
            # Else a read on demand has failed: start again, with a shorter pause.

    def _pause(self) -> float:
        longest = self._refresh_interval
        if self._failures:
            longest = min(longest, self._first_retry * 2.0 ** min(self._failures - 1, 32))
        return longest * _jitter.uniform(0.5 if self._failures else 0.9, 1.0)

    async def _read(self, *, on_demand: bool) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._load(on_demand=on_demand))
        # Not awaited directly: a cancelled caller must not cancel the read.
        await asyncio.wait({self._reading})

    async def _load(self, *, on_demand: bool) -> None:
        try:
            content = await self._document.read()
            if content != self._content:
                self._held = parse_jwks(content, self._algorithms)
                self._content = content
        except KeySetError as error:
            self._problem = UNUSABLE
            self._failed(str(error))
        except DocumentError as error:
            self._problem = UNREACHABLE
            self._failed(str(error))
        except Exception as error:  # noqa: BLE001 - no failure may end the refresh
            self._problem = UNREACHABLE
            self._failed(type(error).__name__)
        else:
            self._failures = 0
            if on_demand:
                self._closed_until = time.monotonic() + self._cooldown
        finally:
            self._reading = None

    def _failed(self, reason: str) -> None:
        self._failures += 1
        self._failure.set()
        self._closed_until = time.monotonic() + self._cooldown
        state = "no keys are held" if self._held is None else "the held keys stay in force"
        source, reason = self._document.source, reason.rstrip(".")
        _log.warning("The JWKS document of %s could not be used: %s; %s.", source, reason, state)


def jwks_from_url(
    url: str,
    *,
    timeout: float = 5.0,
    refresh_interval: float = 300.0,
    cooldown: float = 30.0,
    algorithms: Collection[str] = ACCEPTED,
) -> KeySource:
    """Return the keys that an issuer publishes. Raises ValueError on a URL that cannot be used.

    All durations are in seconds; `timeout` limits one whole fetch. Keys of algorithms that are not
    among `algorithms` are skipped.
    """
    document = UrlDocument(url, timeout=timeout)
    return RefreshedKeys(
        document, refresh_interval=refresh_interval, cooldown=cooldown, algorithms=algorithms
    )


def jwks_from_file(
    path: Path, *, refresh_interval: float = 300.0, cooldown: float = 30.0
) -> KeySource:
    """Return the keys of a JWKS file, read again like a URL. All durations are in seconds."""
    document = FileDocument(path)
    return RefreshedKeys(document, refresh_interval=refresh_interval, cooldown=cooldown)


def shared_secret(secret: str | bytes) -> KeySource:
    """Return the HS256 key made of a secret of 32 bytes or more. Raises ValueError otherwise."""
    return FixedKeys(parse_secret(secret))


def development_keys(key: DevelopmentKey) -> KeySource:
    """Return the public key of the development key."""
    return FixedKeys(parse_jwks(key.jwks_document()))
