"""APIs with an additional table, each on a separate database."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from sqlmodel import SQLModel

from api.main import create_app
from api.settings import Settings
from api.tables import discovery
from tests.support.api import RunningApi
from tests.support.contract import Contract
from tests.support.issuer import Issuer
from tests.support.running_app import running_app
from tests.support.server import Server, text
from tests.tables import things

MEMOS = Path(__file__).parent / "memos"


@contextmanager
def running_with(
    router: APIRouter, sql: str, server: Server, settings: Settings, issuer: Issuer
) -> Iterator[tuple[RunningApi, str]]:
    """An API with one more router, added like a folder of api/tables, and its database's name."""
    routers = [*discovery.routers(), router]
    with server.database() as database:
        server.execute(sql, database=database)
        url = SecretStr(text(server.api_url(database)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(discovery, "routers", lambda: routers)
            # No policy file describes the table, so the start-up checks would refuse it.
            app = create_app(settings.model_copy(update={"database_url": url}))
            app.state.checked = True
        with running_app(app) as base:
            yield RunningApi(app, base, issuer, Contract(app.openapi())), database


@pytest.fixture(scope="module")
def memos_api(server: Server, api_settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """An API with the four files of tests/tables/memos."""
    router = import_module("tests.tables.memos.routes").router
    # Other tests compare the models with a database that has no memos.
    SQLModel.metadata.remove(SQLModel.metadata.tables["app.memos"])
    sql = (MEMOS / "memos.sql").read_text()
    with running_with(router, sql, server, api_settings, issuer) as (api, _):
        yield api


@pytest.fixture(scope="module")
def things_api(
    server: Server, api_settings: Settings, issuer: Issuer
) -> Iterator[tuple[RunningApi, str]]:
    """An API with lists of things in many orders, and the name of its database."""
    with running_with(things.router, things.CREATE, server, api_settings, issuer) as running:
        yield running
