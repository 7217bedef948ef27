"""Whose statement runs now, and whose waits."""

import asyncio
from collections import Counter

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

WAITING = 64  # statements that may wait for each connection
# Seconds until a refusal. Clients that come back at once would leave no time to serve the others:
# each time the loop goes round it refuses all of them, and reads eight answers of the database.
PAUSE = 0.1


class Turns:
    """Lets as many statements run at once as there are connections, in the order of arrival.

    One user takes half of them, so that nobody waits behind all that another one asks for. Waiting
    is done in the event loop, where it costs no thread.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._free = size
        self._share = max(1, size // 2)
        self._running: Counter[str] = Counter()
        # While a connection is free, whoever waits here has their share.
        self._waiting: dict[asyncio.Future[None], str] = {}
        self._room = WAITING * size
        self._seconds = seconds

    async def take(self, user_id: str) -> None:
        """Wait for a turn; `give_back` ends it.

        Raises:
            sqlalchemy.exc.TimeoutError: none came in time, or too many wait already.
        """
        if self._may_run(user_id):
            self._begin(user_id)
        elif len(self._waiting) < self._room:
            await self._wait(user_id)
        else:
            await asyncio.sleep(PAUSE)
            raise PoolTimeoutError

    def give_back(self, user_id: str) -> None:
        """End a turn, and begin that of the first who may have one."""
        self._free += 1
        self._running[user_id] -= 1
        if not self._running[user_id]:
            del self._running[user_id]
        for turn, waiting in self._waiting.items():
            if not turn.done() and self._may_run(waiting):
                del self._waiting[turn]
                self._begin(waiting)
                turn.set_result(None)
                return

    def _may_run(self, user_id: str) -> bool:
        return self._free > 0 and self._running[user_id] < self._share

    def _begin(self, user_id: str) -> None:
        self._free -= 1
        self._running[user_id] += 1

    async def _wait(self, user_id: str) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting[turn] = user_id
        late = loop.call_later(self._seconds, self._refuse, turn)
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.pop(turn, None)
            if not turn.cancelled() and turn.exception() is None:  # it came in the same moment
                self.give_back(user_id)
            raise
        finally:
            late.cancel()

    def _refuse(self, turn: asyncio.Future[None]) -> None:
        if self._waiting.pop(turn, None) is not None and not turn.done():
            turn.set_exception(PoolTimeoutError())
