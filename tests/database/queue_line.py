"""Users of a fair queue, and the order in which they got their turns."""

import asyncio
from collections.abc import Awaitable, Callable

from api.database.fair_queue import FairQueue


class Line:
    """Users who ask for turns, and the order in which they got them."""

    def __init__(self, *, size: int, seconds: float = 10) -> None:
        self.turns = FairQueue(size, seconds)
        self.began: list[str] = []

    async def ask(self, user_id: str, name: str = "") -> asyncio.Task[None]:
        """Ask for a turn, and let the event loop run."""

        async def taken() -> None:
            await self.turns.take(user_id)
            self.began.append(name or user_id)

        task = asyncio.create_task(taken())
        await settle()
        return task

    async def give_back(self, user_id: str) -> None:
        """End a turn, and let the event loop run."""
        self.turns.give_back(user_id)
        await settle()


async def settle() -> None:
    """Let all tasks run until they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test on an event loop of its own."""

    async def bounded() -> None:
        async with asyncio.timeout(5):
            await test()

    asyncio.run(bounded())
