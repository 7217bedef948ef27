"""The API on a real uvicorn, in a thread, and clients that speak to it over HTTP."""

import re
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPResponse
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import jsonschema
import uvicorn
from fastapi import FastAPI

from api.http.server.client_addresses import Addresses
from api.http.server.http1_connection import Http1Connection
from api.http.server.server import Server
from api.main import create_app
from api.settings import Settings
from tests.support.issuer import Issuer

START_SECONDS = 10
# Tests speak plain HTTP. A client without this would read the system's certificates: 40 ms a test.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

type Serve = Callable[..., AbstractContextManager[httpx2.Client]]


PROBLEM = "application/problem+json"
FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time", ValueError)
def _is_date_time(value: object) -> bool:
    """Whether a string is a point in time; without a library of its own, jsonschema never asks."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The method, path and description of every operation of an OpenAPI document."""
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


class Contract:
    """The OpenAPI description, as a check on every response that a client receives.

    It is stricter than the description in one thing: an object holds no field that is not in it.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._components = {
            "schemas": {
                name: schema | {"additionalProperties": False}
                for name, schema in document["components"]["schemas"].items()
            }
        }
        # The operations under the user's id are those at the canonical path, described once.
        named = {
            path.replace("/api/", "/api/{user_id}/", 1): path
            for path in document["paths"]
            if path.startswith("/api/")
        }
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), described)
            # The canonical /api/tasks/{id} comes before /api/{user_id}/tasks, as in the router.
            for path, described in sorted(
                ({path: path for path in document["paths"]} | named).items(),
                key=lambda item: item[0].count("{"),
            )
        ]

    def operation(self, method: str, path: str) -> tuple[str, str] | None:
        """The operation that a request means, as its method and the path of its description."""
        method = "get" if method == "HEAD" else method.lower()
        for pattern, described in self._paths:
            if method in self.document["paths"][described] and pattern.fullmatch(path):
                return method, described
        return None

    def check(self, response: httpx2.Response) -> None:
        """Assert that the response is one that the description allows."""
        method = response.request.method
        path = unquote(response.request.url.raw_path.decode().partition("?")[0])
        where = f"{method} {path} → {response.status_code}"
        content = self._described(self.operation(method, path), response.status_code, where)
        if content is None:
            assert response.content == b"", where
            return
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in content, f"{where} sends {media_type}"
        if method == "HEAD":
            assert response.content == b"", where
            return
        body = response.json()
        self.validate(body, content[media_type]["schema"])
        if media_type == PROBLEM:
            assert body["status"] == response.status_code, where
            assert body["request_id"] == response.headers["x-request-id"], where

    def validate(self, body: object, schema: dict[str, Any]) -> None:
        """Assert that a body is what a schema of the description allows."""
        jsonschema.Draft202012Validator(
            schema | {"components": self._components}, format_checker=FORMATS
        ).validate(body)

    def _described(
        self, operation: tuple[str, str] | None, status: int, where: str
    ) -> dict[str, Any] | None:
        """What a response of this status may hold; None is nothing at all."""
        if operation is None:
            assert status in {404, 405, 413, 414, 415, 431}, f"{where} is not described"
            return {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        method, path = operation
        described = self.document["paths"][path][method]["responses"].get(str(status))
        assert described is not None, f"{where} is not described"
        content: dict[str, Any] | None = described.get("content")
        return content


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
            verify=NO_TLS,
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


def exchange(url: str, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send these very bytes; the status, the headers (lowercase) and the body come back."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        with HTTPResponse(connection) as response:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()


def refusal(response: httpx2.Response) -> tuple[int, str, str]:
    """The status, type and detail of a problem."""
    body = response.json()
    return response.status_code, body["type"], body["detail"]


def wrong_values(response: httpx2.Response) -> list[tuple[str, str, str]]:
    """The place, field and detail of each value that a 422 complains of."""
    assert response.status_code == 422, response.text
    return [(e["place"], e["field"], e["detail"]) for e in response.json()["errors"]]


@contextmanager
def running_app(
    app: FastAPI,
    addresses: Addresses | None = None,
    root_path: str = "",
    *,
    send_buffer: int = 0,
    keep_alive: int = 5,
) -> Iterator[str]:
    """Serve an application on a free port of the loopback, and give its URL.

    The kernel keeps `send_buffer` bytes for a client that does not read, or what it likes.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if send_buffer:  # a connection has the listener's
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=Http1Connection,
            ws="none",
            access_log=False,
            log_config=None,
            timeout_keep_alive=keep_alive,
        )
        server = Server(config, addresses, root_path)
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
