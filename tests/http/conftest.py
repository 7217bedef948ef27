"""The two paths of the task routes, and an API with handlers or settings that a test adds."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter

from api.main import create_app
from api.settings import Settings
from tests.support.api import NO_TLS, Client, Serve
from tests.support.issuer import Issuer
from tests.support.running_app import running_app


@pytest.fixture(params=["/api/tasks", "/api/{user_id}/tasks"])
def path(request: pytest.FixtureRequest, alice: Client) -> str:
    """The path of Alice's tasks: first /api/tasks, then the path with her id."""
    return str(request.param).format(user_id=alice.user_id)


@pytest.fixture(scope="session")
def serve(api_settings: Settings, issuer: Issuer) -> Serve:
    """Serve the API with a test's handlers or settings, and return a client of a new user."""

    @contextmanager
    def running(router: APIRouter | None = None, **changes: Any) -> Iterator[httpx2.Client]:
        settings = api_settings.model_copy(update=changes)
        app = create_app(settings)
        if router is not None:
            app.include_router(router)
        user = {"authorization": f"Bearer {issuer.token(uuid.uuid4().hex)}"}
        with (
            running_app(app, root_path=settings.root_path) as url,
            httpx2.Client(
                base_url=url, headers=user, timeout=30, trust_env=False, verify=NO_TLS
            ) as client,
        ):
            yield client

    return running
