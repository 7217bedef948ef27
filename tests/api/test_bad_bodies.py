"""Whoever sends bad bodies waits before the next one is read, and nobody else does."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise

import pytest

from api.bad_bodies import LONGEST, BadBodies
from api.errors import ProblemError
from tests.support.api import Client, RunningApi

JSON = {"content-type": "application/json"}
LONG = b'{"title": "%s"}' % (b"a" * 50_000)  # costs 55 ms
CONNECTIONS, SECONDS = 4, 1.0


def refuse(client: Client) -> float:
    """Send one bad body. Returns how long it took."""
    began = time.monotonic()
    assert client.post("/api/tasks", content=LONG, headers=JSON).status_code == 422
    return time.monotonic() - began


def test_four_connections_have_few_bad_bodies_read(api: RunningApi, alice: Client) -> None:
    """Over all of a user's connections together, as many as their cost allows."""
    until = time.monotonic() + SECONDS
    numbers = count()

    def send() -> None:
        with api.client(api.issuer.token(alice.user_id), alice.user_id) as client:
            while time.monotonic() < until:
                refuse(client)
                next(numbers)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for sent in [threads.submit(send) for _ in range(CONNECTIONS)]:
            sent.result()

    # The last ones wait at the end of the time.
    assert CONNECTIONS < next(numbers) <= SECONDS / 0.055 + 2 * CONNECTIONS + 1


def test_only_the_next_body_of_the_same_user_waits(alice: Client, bob: Client) -> None:
    """The first refusal comes at once; the next body of whom it was for waits, good or bad."""
    began = time.monotonic()
    refuse(alice)
    assert alice.get("/api/tasks").status_code == 200  # no body, no wait
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(alice.create_task, title="a")
        bob.create_task(title="b")
        assert not waiting.done()
        waiting.result()
    assert time.monotonic() - began > 0.05


def test_a_query_that_is_refused_costs_nothing(alice: Client) -> None:
    """What is charged is a body that was read."""
    for _ in range(50):
        assert alice.get("/api/tasks?limit=x").status_code == 422
        assert alice.patch("/api/tasks/x/complete").status_code == 422
    began = time.monotonic()
    alice.create_task(title="a")
    assert time.monotonic() - began < 0.2  # 100 refusals would have cost half a second


def scope(user: str | None = None, address: str = "192.0.2.1") -> dict[str, object]:
    """As much of a request as names its sender."""
    return {"state": {"user_id": user} if user else {}, "client": (address, 1)}


def test_waiting_bodies_are_read_one_by_one() -> None:
    """Of many that wait for the same moment, each that is refused lets the others wait again."""
    bodies, read = BadBodies(), []

    async def send() -> None:
        await bodies.wait(scope("alice"))
        read.append(time.monotonic())
        bodies.charge(scope("alice"), 5_000)  # 10 ms

    async def send_many() -> None:
        bodies.charge(scope("alice"), 5_000)
        await asyncio.gather(*(send() for _ in range(5)))

    asyncio.run(send_many())

    assert all(later - earlier > 0.009 for earlier, later in pairwise(read))


@pytest.mark.parametrize("sender", [scope("alice"), scope()])
def test_who_would_wait_for_too_long_is_refused(sender: dict[str, object]) -> None:
    """503 at once; others, of another name or address, do not even wait."""
    bodies = BadBodies()

    async def send() -> None:
        bodies.charge(sender, int((LONGEST + 1) * 1e6))
        with pytest.raises(ProblemError) as refused:
            await bodies.wait(sender)
        assert refused.value.slug == "unavailable"
        for other in (scope("bob"), scope(address="192.0.2.2")):
            async with asyncio.timeout(0):
                await bodies.wait(other)

    asyncio.run(send())


def test_nothing_is_remembered_of_who_paid() -> None:
    """A name stays for as long as its next body would wait."""
    bodies = BadBodies()

    async def send() -> None:
        bodies.charge(scope("alice"), 0)
        bodies.charge(scope("alice"), 0)
        await bodies.wait(scope("alice"))
        await asyncio.sleep(0.001)

    asyncio.run(send())

    assert vars(bodies) == vars(BadBodies())
