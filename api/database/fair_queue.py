"""A fair queue: which statement runs now, which one waits, and which one is refused."""

import asyncio
from collections import Counter, deque

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

WAITING = 64  # statements that may wait for each connection
# A refusal is sent after a pause, and at most REFUSALS are sent a second. Otherwise clients that
# retry at once would use all the time of the event loop: each iteration would refuse all of them,
# but read only one answer of the database for each connection.
PAUSE = 0.1  # seconds
REFUSALS = 500  # a second


class FairQueue:
    """Limits how many statements run at once to the number of connections.

    One user gets at most half of the connections, and half of the places in the queue, so that one
    user cannot block all others. Users are served in turn (round robin); the
    statements of one user in the order of arrival. Waiting costs no thread.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._free = size
        self._share = max(1, size // 2)
        self._running: Counter[str] = Counter()
        self._room = WAITING * size
        self._room_of_one = max(1, self._room // 2)
        self._waiting: Counter[str] = Counter()
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        # Users who wait and use less than their share, in the order in which they are served.
        self._next: dict[str, None] = {}
        self._seconds = seconds
        self._refused_at = 0.0

    async def take(self, user_id: str) -> None:
        """Wait until a statement of this user may run; call `give_back` after it.

        Raises:
            sqlalchemy.exc.TimeoutError: it waited too long, or too many wait already.
        """
        if self._free and self._running[user_id] < self._share:
            self._begin(user_id)
        elif self._room and self._waiting[user_id] < self._room_of_one:
            await self._wait(user_id)
        else:
            now = asyncio.get_running_loop().time()
            self._refused_at = max(now + PAUSE, self._refused_at + 1 / REFUSALS)
            await asyncio.sleep(self._refused_at - now)
            raise PoolTimeoutError

    def give_back(self, user_id: str) -> None:
        """Note that a statement has ended, and let the next one run."""
        self._free += 1
        self._running[user_id] -= 1
        if not self._running[user_id]:
            del self._running[user_id]
        if user_id in self._lines:
            self._next.setdefault(user_id)
        while self._free and self._next:
            following = next(iter(self._next))
            del self._next[following]
            self._serve(following)

    def _serve(self, user_id: str) -> None:
        line = self._lines[user_id]
        while line:
            turn = line.popleft()
            if not turn.done():  # otherwise it was just cancelled or refused
                self._begin(user_id)
                turn.set_result(None)
                break
        if line and self._running[user_id] < self._share:
            self._next[user_id] = None

    def _begin(self, user_id: str) -> None:
        self._free -= 1
        self._running[user_id] += 1

    async def _wait(self, user_id: str) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._room -= 1
        self._waiting[user_id] += 1
        self._lines.setdefault(user_id, deque()).append(turn)
        if self._running[user_id] < self._share:
            self._next.setdefault(user_id)
        late = loop.call_later(self._seconds, _refuse, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:  # granted before
                self.give_back(user_id)
            raise
        finally:
            late.cancel()
            self._leave(user_id)

    def _leave(self, user_id: str) -> None:
        self._room += 1
        self._waiting[user_id] -= 1
        if not self._waiting[user_id]:
            del self._waiting[user_id], self._lines[user_id]
            self._next.pop(user_id, None)


def _refuse(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(PoolTimeoutError())
