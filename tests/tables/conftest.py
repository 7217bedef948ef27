"""The example of a table, served by an API on a database of its own."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
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

EXAMPLE = Path(__file__).parent / "memos"


@pytest.fixture(scope="module")
def memos_database(server: Server) -> Iterator[str]:
    """The name of a migrated database that has the table memos."""
    with server.database() as name:
        server.execute((EXAMPLE / "memos.sql").read_text(), database=name)
        yield name


@pytest.fixture(scope="module")
def memos_api(
    server: Server, memos_database: str, api_settings: Settings, issuer: Issuer
) -> Iterator[RunningApi]:
    """An API with the routes of memos, as it would be with them in api/tables."""
    routers = [*discovery.routers(), import_module("tests.tables.memos.routes").router]
    # Other tests compare the models with a database that has no memos.
    SQLModel.metadata.remove(SQLModel.metadata.tables["app.memos"])
    url = SecretStr(text(server.api_url(memos_database)))
    settings = api_settings.model_copy(update={"database_url": url})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discovery, "routers", lambda: routers)
        app = create_app(settings, checked=True)  # no policy file describes the table
    with running_app(app) as base:
        yield RunningApi(app, base, issuer, Contract(app.openapi()))
