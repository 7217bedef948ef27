"""The fair queue: one statement a connection, in order, and half of them for one user."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.database.fair_queue import FairQueue

SOON = 0.05  # seconds


class Line:
    """Users who ask for turns, and those who got them, in order."""

    def __init__(self, *, size: int, seconds: float = 10) -> None:
        self.turns = FairQueue(size, seconds)
        self.began: list[str] = []

    async def ask(self, user_id: str, name: str = "") -> asyncio.Task[None]:
        """Ask for a turn, and let the loop go round."""

        async def taken() -> None:
            await self.turns.take(user_id)
            self.began.append(name or user_id)

        task = asyncio.create_task(taken())
        await settle()
        return task

    async def give_back(self, user_id: str) -> None:
        """End a turn, and let the loop go round."""
        self.turns.give_back(user_id)
        await settle()


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test on an event loop of its own."""

    async def bounded() -> None:
        async with asyncio.timeout(5):
            await test()

    asyncio.run(bounded())


def test_turns_come_in_the_order_of_arrival() -> None:
    """Whoever finds no connection free gets the next one, first come, first served."""

    async def test() -> None:
        line = Line(size=2)
        for user in "abcd":
            await line.ask(user)
        assert line.began == ["a", "b"]
        await line.give_back("a")
        assert line.began == ["a", "b", "c"]
        await line.give_back("b")
        assert line.began == ["a", "b", "c", "d"]

    run(test)


def test_one_user_takes_half() -> None:
    """A user beyond their share waits while a connection is free, and holds up nobody else."""

    async def test() -> None:
        line = Line(size=4)
        for name in ("a1", "a2", "a3"):
            await line.ask("a", name)
        await line.ask("b")
        assert line.began == ["a1", "a2", "b"]
        await line.give_back("b")
        assert line.began == ["a1", "a2", "b"]
        await line.give_back("a")
        assert line.began == ["a1", "a2", "b", "a3"]

    run(test)


def test_pool_of_one_serves_one_user() -> None:
    """Half of one is one."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        assert line.began == ["a"]

    run(test)


@pytest.mark.parametrize("given_back", [False, True], ids=["while waiting", "as the turn comes"])
def test_cancelled_wait_keeps_no_turn(*, given_back: bool) -> None:
    """A client that goes away takes no connection with it, whenever that is."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        waiting = await line.ask("b")
        await line.ask("c")
        if given_back:
            line.turns.give_back("a")
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        if not given_back:
            await line.give_back("a")
        await settle()
        assert line.began == ["a", "c"]
        await line.give_back("c")
        await line.ask("d")
        assert line.began == ["a", "c", "d"]

    run(test)


def test_turn_is_not_given_to_one_who_is_cancelled_in_the_same_moment() -> None:
    """A wait that was cancelled, and does not know it yet, is passed over."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        waiting = await line.ask("b")
        await line.ask("c")
        waiting.cancel()
        await line.give_back("a")
        assert line.began == ["a", "c"]

    run(test)


@pytest.mark.parametrize("cancelled", [False, True])
def test_wait_ends_in_time(*, cancelled: bool) -> None:
    """A turn that does not come in time is refused, and counts for nobody."""

    async def test() -> None:
        line = Line(size=1, seconds=SOON)
        await line.ask("a")
        waiting = await line.ask("b")
        if cancelled:  # in the moment of the refusal
            asyncio.get_running_loop().call_later(SOON, waiting.cancel)
        with pytest.raises((PoolTimeoutError, asyncio.CancelledError)):
            await waiting
        await line.ask("c")
        await line.give_back("a")
        assert line.began == ["a", "c"]

    run(test)


def test_one_user_waits_in_half_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fills their half is refused; the next user still finds room, and has their turn."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 4)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", SOON)

    async def test() -> None:
        line = Line(size=1)
        for name in ("a1", "a2", "a3"):
            await line.ask("a", name)
        with pytest.raises(PoolTimeoutError):
            await line.turns.take("a")
        await line.ask("b")
        for user in ("a", "b", "a"):
            await line.give_back(user)
        assert line.began == ["a1", "b", "a2", "a3"]

    run(test)


def test_users_who_wait_take_turns() -> None:
    """One who asked for much before the others came is not served all of it first."""

    async def test() -> None:
        line = Line(size=2)
        for name in ("a1", "x", "a2", "a3", "a4"):
            await line.ask(name[0], name)
        await line.ask("b")
        await line.ask("c")
        for user in ("a", "x", "b", "a", "a"):
            await line.give_back(user)
        assert line.began == ["a1", "x", "b", "c", "a2", "a3", "a4"]

    run(test)


def test_refusals_are_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many refusals come a second, whoever asks."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 1)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", 0.0)
    monkeypatch.setattr("api.database.fair_queue.REFUSALS", 100)

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        await line.ask("b")
        began = asyncio.get_running_loop().time()
        asked = [line.turns.take(f"user {number}") for number in range(11)]
        refused = await asyncio.gather(*asked, return_exceptions=True)
        assert asyncio.get_running_loop().time() - began >= 0.1
        assert {type(error) for error in refused} == {PoolTimeoutError}

    run(test)


def test_full_queue_refuses_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the room for those who wait, a refusal comes soon, and leaves time for the others."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 1)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", SOON)

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        await line.ask("b")
        began = asyncio.get_running_loop().time()
        with pytest.raises(PoolTimeoutError):
            await line.turns.take("c")
        assert asyncio.get_running_loop().time() - began >= SOON
        await line.give_back("a")
        await line.ask("d")
        await line.give_back("b")
        assert line.began == ["a", "b", "d"]

    run(test)
