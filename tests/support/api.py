"""The API on a real uvicorn, and its HTTP clients."""

import socket
import ssl
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import httpx2
from fastapi import FastAPI

from api.main import create_app
from api.settings import Settings
from tests.support.contract import Contract
from tests.support.issuer import Issuer
from tests.support.running_app import running_app

# Tests use plain HTTP. Without this each client would read the system's certificates: 40 ms.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

type Serve = Callable[..., AbstractContextManager[httpx2.Client]]


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
        """A client of a new user."""
        user_id = f"{name}-{uuid.uuid4().hex}"
        return self.client(self.issuer.token(user_id), user_id)


class Client(httpx2.Client):
    """An HTTP client of the API; every response is checked against the OpenAPI description."""

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
    """Send these bytes, and return the status, the headers (lowercase) and the body."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        with HTTPResponse(connection) as response:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()


@contextmanager
def running_api(settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """Serve the API with these settings."""
    app = create_app(settings)
    contract = Contract(app.openapi())
    with running_app(app) as url:
        yield RunningApi(app, url, issuer, contract)
