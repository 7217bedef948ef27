"""Who holds the keys: a JWKS that is refreshed in the background, or keys that never change."""

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

# Why no keys are held: what to look at is the network in one case, the issuer's keys in the other.
UNREACHABLE = "The token issuer cannot be reached."
UNUSABLE = "The token issuer publishes no usable key."

_FIRST_RETRY = 1.0  # seconds; doubles up to the refresh interval


class KeySource(Protocol):
    """Holds the keys in force. `held` is a new object exactly when they change."""

    @property
    def held(self) -> Keys | None:
        """Return the keys in force, or None before any was loaded."""

    @property
    def current(self) -> bool:
        """Tell whether the last attempt to load the keys succeeded."""

    @property
    def problem(self) -> str | None:
        """Say why no keys are held, in a sentence that a client may read; None while some are."""

    async def start(self) -> None:
        """Load the keys, and keep them fresh. Does not raise when the issuer is down."""

    async def stop(self) -> None:
        """Stop refreshing."""

    async def renew(self) -> None:
        """Load the keys again now, if that may help and was not tried just before."""


class FixedKeys:
    """Keys that are known from the start and never change."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @property
    def held(self) -> Keys:
        """Return the keys."""
        return self._keys

    @property
    def current(self) -> bool:
        """They always are."""
        return True

    @property
    def problem(self) -> None:
        """There is none."""

    async def start(self) -> None:
        """Nothing needs loading."""

    async def stop(self) -> None:
        """Nothing is running."""

    async def renew(self) -> None:
        """Nothing can change."""


class RefreshedKeys:
    """The keys of a JWKS document, read again every `refresh_interval` seconds.

    A failed read, on demand or not, keeps the keys that are held, and is retried in the background
    with growing, jittered pauses.
    Reads on demand are at least `cooldown` seconds apart; after a failure of any kind the
    cooldown holds too. Whoever asks during a read waits for that one.
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
        """Tell whether the last read brought a good document."""
        return self._held is not None and not self._failures

    @property
    def problem(self) -> str | None:
        """Say why no keys are held, from the last read."""
        return self._problem if self._held is None else None

    async def start(self) -> None:
        """Read the document once, then go on in the background."""
        await self._read(on_demand=False)
        self._refreshing = asyncio.create_task(self._refresh())

    async def stop(self) -> None:
        """End the background work and close connections. The held keys stay."""
        for task in (self._refreshing, self._reading):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._refreshing = self._reading = None
        await self._document.close()

    async def renew(self) -> None:
        """Read the document now, unless the cooldown holds. Returns when the read is over."""
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
            # Else a read on demand failed meanwhile: the pause begins anew, a shorter one.

    def _pause(self) -> float:
        longest = self._refresh_interval
        if self._failures:
            longest = min(longest, self._first_retry * 2.0 ** min(self._failures - 1, 32))
        return longest * _jitter.uniform(0.5 if self._failures else 0.9, 1.0)

    async def _read(self, *, on_demand: bool) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._load(on_demand=on_demand))
        # Not awaited itself: a waiter that is cancelled must not take the read along.
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
        except Exception as error:  # noqa: BLE001 - the refresh must outlive any failure
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

    All durations are in seconds; `timeout` bounds one whole fetch. Keys of other algorithms than
    these are not used.
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
    """Return the public half of the development key."""
    return FixedKeys(parse_jwks(key.jwks_document()))
