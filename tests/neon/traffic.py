"""Clients that read and write continuously, and record the responses."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2

from tests.support.api import NO_TLS, RunningApi

CLIENTS = 12
PAUSE = 0.01  # seconds between two requests of a client


@dataclass(frozen=True)
class Answer:
    """One request: when it was sent, how many seconds it took, the title it wrote, the status."""

    sent_at: float
    took: float
    title: str | None
    status: int
    retry_after: str | None


@dataclass
class Traffic:
    """The requests of one user's clients."""

    user_id: str
    answers: list[Answer] = field(default_factory=list)

    def statuses(self) -> Counter[int]:
        """How many responses had each status."""
        return Counter(answer.status for answer in self.answers)

    def failed_after(self, moment: float) -> list[Answer]:
        """The requests sent after a moment that did not succeed."""
        return [a for a in self.answers if a.sent_at >= moment and a.status >= 400]

    def recovered_at(self) -> float:
        """When the last request that failed was sent."""
        return max((a.sent_at for a in self.answers if a.status >= 400), default=0.0)


@contextmanager
def traffic(api: RunningApi) -> Iterator[Traffic]:
    """Send requests until the end of the block, and wait for all responses."""
    user = f"user-{uuid.uuid4().hex}"
    seen, stop = Traffic(user), threading.Event()
    headers = {"authorization": f"Bearer {api.issuer.token(user)}"}

    def send(number: int) -> None:
        with httpx2.Client(
            base_url=api.url, headers=headers, timeout=30, trust_env=False, verify=NO_TLS
        ) as client:
            while not stop.wait(PAUSE):
                title = uuid.uuid4().hex if number % 2 else None
                sent_at = time.monotonic()
                if title is None:
                    response = client.get("/api/tasks", params={"limit": 1})
                else:
                    response = client.post("/api/tasks", json={"title": title})
                retry_after = response.headers.get("retry-after")
                took = time.monotonic() - sent_at
                seen.answers.append(Answer(sent_at, took, title, response.status_code, retry_after))

    with ThreadPoolExecutor(CLIENTS) as clients:
        sending = [clients.submit(send, number) for number in range(CLIENTS)]
        try:
            yield seen
        finally:
            stop.set()
            for one in sending:
                one.result(60)
