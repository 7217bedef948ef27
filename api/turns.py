"""Whose statement runs now, and whose waits."""

import asyncio
from weakref import WeakValueDictionary

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

WAITING = 64  # statements that may wait for each connection; a refusal costs much as well


class Turns:
    """Lets as many statements run at once as there are connections, in the order of arrival.

    One user takes half of them, so that nobody waits behind all that another one asks for. Waiting
    is done in the event loop, where it costs no thread.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._all = asyncio.Semaphore(size)
        self._share = max(1, size // 2)
        # Forgets a user when their last request lets go of their share.
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._seconds = seconds
        self._room = WAITING * size

    async def take(self, user_id: str) -> asyncio.Semaphore:
        """Wait for a turn. Returns what to give back.

        Raises:
            sqlalchemy.exc.TimeoutError: none came in time, or too many wait already.
        """
        share = self._shares.get(user_id)
        if share is None:
            share = self._shares[user_id] = asyncio.Semaphore(self._share)
        if share.locked() or self._all.locked():
            await self._wait(share)
        else:  # neither waits
            await share.acquire()
            await self._all.acquire()
        return share

    def give_back(self, share: asyncio.Semaphore) -> None:
        """End a turn."""
        self._all.release()
        share.release()

    async def _wait(self, share: asyncio.Semaphore) -> None:
        if self._room == 0:
            raise PoolTimeoutError
        self._room -= 1
        try:
            async with asyncio.timeout(self._seconds):
                await share.acquire()
                try:
                    await self._all.acquire()
                except BaseException:
                    share.release()
                    raise
        except TimeoutError:
            raise PoolTimeoutError from None
        finally:
            self._room += 1
