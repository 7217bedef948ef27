"""Users of a fair queue, and the order in which the queue served them."""

import asyncio
from collections.abc import Awaitable, Callable

from api.database.fair_queue import FairQueue


class Line:
    """Users who enter the queue, and the order in which it served them."""

    def __init__(self, *, size: int, seconds: float = 10) -> None:
        self.queue = FairQueue(size, seconds)
        self.began: list[str] = []

    async def ask(self, user_id: str, name: str = "") -> asyncio.Task[None]:
        """Enter the queue, and let the event loop run."""

        async def taken() -> None:
            await self.queue.take(user_id)
            self.began.append(name or user_id)

        task = asyncio.create_task(taken())
        await settle()
        return task

    async def give_back(self, user_id: str) -> None:
        """Note that a statement of this user has ended, and let the event loop run."""
        self.queue.give_back(user_id)
        await settle()


async def settle() -> None:
    """Let all tasks run until they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test on a new event loop."""

    async def bounded() -> None:
        async with asyncio.timeout(5):
            await test()

    asyncio.run(bounded())
