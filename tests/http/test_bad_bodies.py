"""After a bad body, the next body of the same user or address waits; other senders do not."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise

import pytest

from api.http.bad_body_delay import A_BYTE, EACH, OF_ALL, REMEMBERED, WAITING, BadBodies
from api.http.problems import ProblemError
from tests.support.api import Client, RunningApi

JSON = {"content-type": "application/json"}
LONG = b'{"title": "%s"}' % (b"a" * 50_000)  # costs 55 ms
CONNECTIONS, SECONDS = 4, 1.0
SIZE = 20_000  # bytes
COST = EACH + A_BYTE * SIZE  # 25 ms


def refuse(client: Client) -> float:
    """Send one bad body, and return the seconds until the response."""
    began = time.monotonic()
    assert client.post("/api/tasks", content=LONG, headers=JSON).status_code == 422
    return time.monotonic() - began


def test_four_connections_have_few_bad_bodies_read(api: RunningApi, alice: Client) -> None:
    """All connections of a user together have one limit, which depends on the bodies' cost."""
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

    # Each connection may have sent one more body, which waited at the end of the time.
    assert CONNECTIONS < next(numbers) <= SECONDS / 0.055 + 2 * CONNECTIONS + 1


def test_only_the_next_body_of_the_same_user_waits(
    alice: Client, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first bad body is refused at once; the same user's next body waits, even if it is valid."""
    monkeypatch.setattr("api.http.bad_body_delay.A_BYTE", 3e-5)  # 1.5 s for this one
    began = time.monotonic()
    refuse(alice)
    assert alice.get("/api/tasks").status_code == 200  # no body, no wait
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(alice.create_task, title="a")
        bob.create_task(title="b")
        assert not waiting.done()
        waiting.result()
    assert time.monotonic() - began > 1.5


def test_a_query_that_is_refused_costs_nothing(alice: Client) -> None:
    """A request that is refused without reading a body does not make the next body wait."""
    for _ in range(50):
        assert alice.get("/api/tasks?limit=x").status_code == 422
        assert alice.patch("/api/tasks/x/complete").status_code == 422
    began = time.monotonic()
    alice.create_task(title="a")
    assert time.monotonic() - began < 0.2  # 100 refusals would have cost half a second


def scope(user: str | None = None, address: str = "192.0.2.1") -> dict[str, object]:
    """The part of a request that identifies its sender."""
    return {"state": {"user_id": user} if user else {}, "client": (address, 1)}


@pytest.mark.parametrize("senders", [["alice"] * 5, ["alice", "bob", "carol"]])
def test_waiting_bodies_are_read_one_by_one(senders: list[str]) -> None:
    """When one waiting body is refused, the other waiting bodies wait longer."""
    bodies = BadBodies()
    read: list[float] = []
    least = COST if len(set(senders)) == 1 else OF_ALL * COST

    async def send(sender: str) -> None:
        await bodies.wait(scope(sender))
        read.append(time.monotonic())
        bodies.charge(scope(sender), SIZE)

    async def send_many() -> None:
        for sender in set(senders):
            bodies.charge(scope(sender), SIZE)
        await asyncio.gather(*map(send, senders))

    asyncio.run(send_many())

    assert all(later - earlier > 0.9 * least for earlier, later in pairwise(read))


def test_good_bodies_that_wait_are_read_at_once() -> None:
    """If no waiting body is refused, all of them are read at the end of the same wait."""
    bodies = BadBodies()

    async def send_many() -> float:
        bodies.charge(scope("alice"), SIZE)
        began = time.monotonic()
        await asyncio.gather(*(bodies.wait(scope("alice")) for _ in range(WAITING)))
        return time.monotonic() - began

    assert 0.9 * COST < asyncio.run(send_many()) < 3 * COST


@pytest.mark.parametrize("sender", [scope("alice"), scope()])
def test_one_more_than_may_wait_is_refused(sender: dict[str, object]) -> None:
    """With WAITING bodies of one sender waiting, its next body is 503; others do not wait."""
    bodies = BadBodies()

    async def send() -> None:
        bodies.charge(sender, SIZE)
        waiting = [asyncio.create_task(bodies.wait(sender)) for _ in range(WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as refused:
            await bodies.wait(sender)
        assert refused.value.slug == "unavailable"
        for other in (scope("bob"), scope(address="192.0.2.2")):
            async with asyncio.timeout(0):
                await bodies.wait(other)
        waiting[0].cancel()
        assert [task.exception() for task in (await asyncio.wait(waiting[1:]))[0]] == [None] * 7

    asyncio.run(send())


def test_few_names_are_remembered() -> None:
    """At most REMEMBERED senders are stored, although many more sent a bad body."""
    bodies = BadBodies()

    async def send_many() -> None:
        for number in range(3 * REMEMBERED):
            bodies.charge(scope(f"user {number}"), 0)
            if number % 100 == 0:
                await asyncio.sleep(2 * EACH)

    asyncio.run(send_many())

    assert len(vars(bodies)["_until"]) <= REMEMBERED
