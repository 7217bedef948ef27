"""The API on a real uvicorn, in a thread, and clients that speak to it over HTTP."""

import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import jsonschema
import uvicorn
from fastapi import FastAPI

from api.main import create_app
from api.settings import Settings
from tests.support.issuer import Issuer

START_SECONDS = 10


class Contract:
    """The OpenAPI description, as a check on every response that a client receives."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations)
            # The canonical /api/tasks/{id} comes before /api/{user_id}/tasks, as in the router.
            for path, operations in sorted(document["paths"].items(), key=lambda p: p[0].count("{"))
        ]

    def check(self, response: httpx2.Response) -> None:
        """Assert that the response is one that the description allows."""
        path = response.request.url.path
        method = response.request.method.lower()
        operations: dict[str, Any] = next(
            (found for pattern, found in self._paths if pattern.fullmatch(path)), {}
        )
        operation = operations.get(method)
        if operation is None:
            assert response.status_code in {401, 404, 405, 413, 415}, response
            return
        described = operation["responses"].get(str(response.status_code))
        where = f"{response.request.method} {path} → {response.status_code}"
        assert described is not None, f"{where} is not described"
        if "content" not in described:
            assert response.content == b"", where
            return
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in described["content"], f"{where} sends {media_type}"
        schema = described["content"][media_type]["schema"]
        jsonschema.Draft202012Validator(
            schema | {"components": self.document["components"]},
            format_checker=jsonschema.FormatChecker(),
        ).validate(response.json())


@dataclass
class RunningApi:
    """A running API."""

    app: FastAPI
    url: str
    issuer: Issuer
    contract: Contract

    def client(self, token: str | None = None, user_id: str = "") -> "Client":
        """A client with this token, or without one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client(self, headers, user_id)

    def user(self, name: str = "user") -> "Client":
        """A client of a user whom no other test knows."""
        user_id = f"{name}-{uuid.uuid4().hex}"
        return self.client(self.issuer.token(user_id), user_id)


class Client(httpx2.Client):
    """Speaks HTTP to the API; every response is checked against the OpenAPI description."""

    def __init__(self, api: RunningApi, headers: dict[str, str], user_id: str) -> None:
        super().__init__(
            base_url=api.url,
            headers=headers,
            event_hooks={"response": [self._check]},
            timeout=30,
            trust_env=False,
        )
        self.user_id = user_id
        self._contract = api.contract

    def create_task(self, **fields: Any) -> dict[str, Any]:
        """Create a task, and return it as the API did."""
        response = self.post("/api/tasks", json={"title": "a task"} | fields)
        assert response.status_code == 201, response.text
        task: dict[str, Any] = response.json()
        return task

    def tasks(self, **query: Any) -> list[dict[str, Any]]:
        """One page of the list."""
        response = self.get("/api/tasks", params=query)
        assert response.status_code == 200, response.text
        page: list[dict[str, Any]] = response.json()
        return page

    def _check(self, response: httpx2.Response) -> None:
        response.read()
        self._contract.check(response)


@contextmanager
def running_app(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of the loopback, and give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, loop="uvloop", http="httptools", access_log=False, log_config=None
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            assert time.monotonic() < deadline, "the application did not start in time"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


@contextmanager
def running_api(settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """Serve the API with these settings."""
    app = create_app(settings)
    contract = Contract(app.openapi())
    with running_app(app) as url:
        yield RunningApi(app, url, issuer, contract)
