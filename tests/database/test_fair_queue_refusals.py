"""The fair queue refuses a statement after the timeout, or if too many statements wait."""

import asyncio

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tests.database.queue_line import Line, run

SOON = 0.05  # seconds


@pytest.mark.parametrize("cancelled", [False, True])
def test_wait_ends_in_time(*, cancelled: bool) -> None:
    """A wait that takes too long is refused, and the next user is served instead."""

    async def test() -> None:
        line = Line(size=1, seconds=SOON)
        await line.ask("a")
        waiting = await line.ask("b")
        if cancelled:  # at the same time as the refusal
            asyncio.get_running_loop().call_later(SOON, waiting.cancel)
        with pytest.raises((PoolTimeoutError, asyncio.CancelledError)):
            await waiting
        await line.ask("c")
        await line.give_back("a")
        assert line.began == ["a", "c"]

    run(test)


def test_one_user_waits_in_half_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One user may take half of the places in the queue; another user can still wait."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 4)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", SOON)

    async def test() -> None:
        line = Line(size=1)
        for name in ("a1", "a2", "a3"):
            await line.ask("a", name)
        with pytest.raises(PoolTimeoutError):
            await line.queue.take("a")
        await line.ask("b")
        for user in ("a", "b", "a"):
            await line.give_back(user)
        assert line.began == ["a1", "b", "a2", "a3"]

    run(test)


def test_refusals_are_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of refusals per second is limited for all users together."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 1)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", 0.0)
    monkeypatch.setattr("api.database.fair_queue.REFUSALS", 100)

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        await line.ask("b")
        began = asyncio.get_running_loop().time()
        asked = [line.queue.take(f"user {number}") for number in range(11)]
        refused = await asyncio.gather(*asked, return_exceptions=True)
        assert asyncio.get_running_loop().time() - began >= 0.1
        assert {type(error) for error in refused} == {PoolTimeoutError}

    run(test)


def test_full_queue_refuses_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the queue is full, a statement is refused after a short pause."""
    monkeypatch.setattr("api.database.fair_queue.WAITING", 1)
    monkeypatch.setattr("api.database.fair_queue.PAUSE", SOON)

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        await line.ask("b")
        began = asyncio.get_running_loop().time()
        with pytest.raises(PoolTimeoutError):
            await line.queue.take("c")
        assert asyncio.get_running_loop().time() - began >= SOON
        await line.give_back("a")
        await line.ask("d")
        await line.give_back("b")
        assert line.began == ["a", "b", "d"]

    run(test)
