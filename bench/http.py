"""A contender that serves HTTP: it is started, its responses are verified, and it is measured."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from bench.contenders import Contender, Setup
from bench.data import REACH, task_id, user_id
from bench.processes import Served, Watchdog, wait_until
from bench.wrk import CONNECTIONS, Load, LoadOptions, drive
from tests.support.api import NO_TLS

START_SECONDS = 60
FIELDS = (
    "id",
    "title",
    "description",
    "completed",
    "completed_at",
    "created_at",
    "updated_at",
    "version",
)
SELECTED = """
    id: KEY title description completed completed_at: completedAt created_at: createdAt
    updated_at: updatedAt version
"""
LIST = "{rows: allTasks(first: 50, orderBy: [CREATED_AT_DESC, ORDER_DESC]) {nodes {%s}}}" % SELECTED  # noqa: UP031 - braces
READ = '{row: taskByUserIdAndNAME(userId: "%s", KEY: "%s") {%s}}'
# How each version of PostGraphile names a column `id`: in 5, `id` is Relay's identifier.
GRAPHQL_KEYS = {
    "graphql4": {"KEY": "id", "ORDER": "ID", "NAME": "Id"},
    "graphql5": {"KEY": "rowId", "ORDER": "ROW_ID", "NAME": "RowId"},
}

type Row = dict[str, Any]


class WrongAnswerError(Exception):
    """A response differs from the database. The message names the contender and the difference."""


class Http:
    """An HTTP server, and wrk, which sends requests to it."""

    def __init__(self, contender: Contender, setup: Setup, users: Path, watchdog: Watchdog) -> None:
        self.contender = contender
        self._watchdog = watchdog
        self._setup = setup
        self.users = users
        self._served: Served | None = None
        self._seeds = count(1)
        self.url = f"http://127.0.0.1:{setup.port}"
        self.load_options = LoadOptions()  # of the measured requests

    @property
    def pid(self) -> int | None:
        """The main process of the server."""
        return self._served.pid if self._served else None

    def start(self) -> None:
        """Start the server, and wait until it answers.

        Raises:
            RuntimeError: the server did not answer; the message contains its output.
        """
        assert self.contender.start is not None  # noqa: S101 - only pgbench has no `start`
        command, environment = self.contender.start(self._setup)
        log = self.users.with_name(f"{self.contender.name}.log")
        served = self._served = Served(command, environment, log, self._watchdog)
        with self.client() as client:

            def answers() -> bool:
                served.check()
                try:
                    client.get("/")
                except httpx2.TransportError:
                    return False
                return True

            if not wait_until(answers, START_SECONDS):
                raise RuntimeError(f"{self.contender.title} does not start: {served.log()}")

    def stop(self) -> None:
        """End the server."""
        if self._served:
            self._served.stop()

    def pause(self) -> None:
        """Stop its processes, so that others are measured alone."""
        if self._served:
            self._served.pause()

    def resume(self) -> None:
        """Continue its processes."""
        if self._served:
            self._served.resume()
            self._served.check()

    def warm(self, workload: str, seconds: float) -> Load:
        """Send requests that are not measured, and check that each response is of the right user.

        Raises:
            WrongAnswerError: a response was wrong or missing.
        """
        load = self.drive(
            workload, seconds, replace(self.load_options, connections=CONNECTIONS, mode="check")
        )
        if load.wrong or load.broken:
            raise WrongAnswerError(
                f"{self.contender.title} answered {load.wrong} of {load.requests} requests"
                f" of {workload} wrongly, and {load.broken} not at all: {load.example}"
            )
        return load

    def measure(self, workload: str, seconds: float) -> Load:
        """Send requests and measure."""
        return self.drive(workload, seconds, self.load_options)

    def drive(self, workload: str, seconds: float, options: LoadOptions) -> Load:
        """Send requests with other options."""
        return drive(
            self.url,
            self.contender.dialect,
            workload,
            users=self.users,
            seconds=seconds,
            seed=next(self._seeds),
            options=options,
        )

    def verify(self, numbers: list[int], truth: Callable[[int], list[Row]]) -> None:
        """Compare the responses to some users with the rows in the database.

        Raises:
            WrongAnswerError: a task differs, or belongs to another user.
        """
        ask = self._graphql if self.contender.dialect in GRAPHQL_KEYS else self._rest
        for number, stranger in zip(numbers, numbers[1:] + numbers[:1], strict=True):
            expected = truth(number)
            token = self._setup.issuer.token(user_id(number))
            with self.client(token) as client:
                if ask(client, None, None) != expected:
                    raise WrongAnswerError(
                        f"{self.contender.title} lists other tasks of user {number}."
                    )
                own = next(row for row in expected)
                if ask(client, number, str(own["id"])) != [own]:
                    raise WrongAnswerError(
                        f"{self.contender.title} reads another task of {number}."
                    )
                if ask(client, stranger, task_id(stranger, REACH)) != []:
                    raise WrongAnswerError(
                        f"{self.contender.title} shows {number} {stranger}'s task."
                    )

    def client(self, token: str = "") -> httpx2.Client:
        """An HTTP client that sends this token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(
            base_url=self.url, headers=headers, timeout=10, trust_env=False, verify=NO_TLS
        )

    def _rest(self, client: httpx2.Client, _: int | None, task: str | None) -> list[Row]:
        if task is None:
            return rows(client.get(f"/api/tasks?limit={REACH}").raise_for_status().json())
        response = client.get(f"/api/tasks/{task}")
        return [] if response.status_code == httpx2.codes.NOT_FOUND else rows([response.json()])

    def _graphql(self, client: httpx2.Client, number: int | None, task: str | None) -> list[Row]:
        asked = LIST if number is None else READ % (user_id(number), task, SELECTED)
        for word, name in GRAPHQL_KEYS[self.contender.dialect].items():
            asked = asked.replace(word, name)
        data = client.post("/graphql", json={"query": asked}).raise_for_status().json()["data"]
        if number is None:
            return rows(data["rows"]["nodes"])
        return [] if data["row"] is None else rows([data["row"]])


def rows(tasks: list[Row]) -> list[Row]:
    """Tasks of a response, with their dates parsed and all other fields unchanged."""
    return [
        task | {name: _date(task[name]) for name in ("completed_at", "created_at", "updated_at")}
        for task in tasks
    ]


def _date(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
