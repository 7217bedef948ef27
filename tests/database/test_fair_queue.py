"""The fair queue serves users in the order of arrival, each with up to half of the connections."""

import asyncio
from contextlib import suppress

import pytest

from tests.database.queue_line import Line, run, settle


def test_turns_come_in_the_order_of_arrival() -> None:
    """Waiting users get free connections in the order of their arrival."""

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
    """A user who has half of the connections waits, even if one is free; other users do not."""

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
    """In a pool of one connection, one user may use it."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        assert line.began == ["a"]

    run(test)


@pytest.mark.parametrize("given_back", [False, True], ids=["while waiting", "as the turn comes"])
def test_cancelled_wait_keeps_no_turn(*, given_back: bool) -> None:
    """After a wait is cancelled, before or while its turn comes, the next user is served."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        waiting = await line.ask("b")
        await line.ask("c")
        if given_back:
            line.queue.give_back("a")
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
    """If a wait is cancelled just before a connection becomes free, the next user gets it."""

    async def test() -> None:
        line = Line(size=1)
        await line.ask("a")
        waiting = await line.ask("b")
        await line.ask("c")
        waiting.cancel()
        await line.give_back("a")
        assert line.began == ["a", "c"]

    run(test)


def test_users_who_wait_take_turns() -> None:
    """Waiting users are served in turn, even if one of them entered many times first."""

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
