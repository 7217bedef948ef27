"""Requests to an API that uses a pooler, and queries of other clients of that pooler."""

import uuid
from collections import Counter
from contextlib import closing

from tests.pooled.conftest import Bottleneck
from tests.support.api import Client

VISITS = 3
WHOAMI = "select nullif(current_setting('app.user_id', true), '')"


def visit(user: Client) -> Counter[int]:
    """Write and read as one user, and assert that every row belongs to that user."""
    statuses: Counter[int] = Counter()
    for _ in range(VISITS):
        title = f"{user.user_id} {uuid.uuid4().hex}"
        created = user.post("/api/tasks", json={"title": title})
        listed = user.get("/api/tasks", params={"limit": 200})
        statuses.update((created.status_code, listed.status_code))
        if created.status_code == 201:
            assert created.json()["title"] == title
            read = user.get(created.headers["location"])
            statuses[read.status_code] += 1
            if read.status_code == 200:
                assert read.json()["title"] == title
        if listed.status_code == 200:
            titles = [task["title"] for task in listed.json()]
            assert {one.split(" ")[0] for one in titles} <= {user.user_id}
            assert len(titles) == len(set(titles))
    return statuses


def ask(bottleneck: Bottleneck, query: str) -> object:
    """The result of a query by a new client of the pooler, which clears no session state."""
    with closing(bottleneck.connect()) as client, client.cursor() as cursor:
        cursor.execute(query)
        (value,) = cursor.fetchone() or (None,)
        return value


def whoami(bottleneck: Bottleneck) -> object:
    """The user id that a new client of the pooler finds set, or None."""
    return ask(bottleneck, WHOAMI)


def count(bottleneck: Bottleneck) -> object:
    """The number of tasks that a new client of the pooler can see."""
    return ask(bottleneck, "select count(*) from app.tasks")
