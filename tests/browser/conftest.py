"""Reports as files, and Debian's Chromium to open them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from psycopg2 import sql

from api.audit.formats import html
from api.audit.report import Report, read
from api.operations.migrate import migrate, newest_revision
from tests.report.conftest import HOSTILE
from tests.support.cluster import EMBEDDED, new_cluster
from tests.support.server import Server, connect, text

DESK = {"width": 1200, "height": 900}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "is_mobile": True,
    },
}

# What a fork and its DBA may have created: a second table, an auditor, roles with too many rights.
FORK = """
create table app.notes (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null default app.new_id(),
    body text not null,
    primary key (user_id, id)
);
alter table app.notes enable row level security;
alter table app.notes force row level security;
create policy notes_select_own on app.notes
    for select to rowlock_api using (user_id = app.current_user_id());
create policy notes_insert_own on app.notes
    for insert to rowlock_api with check (user_id = app.current_user_id());
grant select, insert (id, body) on app.notes to rowlock_api;
create role reporting;
grant select on app.tasks to reporting;
create policy tasks_reporting on app.tasks for select to reporting using (true);
"""


@dataclass(frozen=True)
class Written:
    """A report, and the HTML file that contains it."""

    report: Report
    path: Path


Look = Callable[[Written, str], Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window. Playwright downloads no browser of its own."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        raise RuntimeError(
            "These tests open a page in Chromium: on Debian, apt-get install chromium."
        )
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path) as found:
        yield found


@pytest.fixture(scope="session")
def pages(chromium: Browser) -> dict[str, Page]:
    """A page for each kind of screen. The tests share them, because a new page takes 0.1 s."""
    return {name: chromium.new_page(**options) for name, options in SCREENS.items()}


@pytest.fixture
def look(pages: dict[str, Page]) -> Look:
    """Open the report on a screen of this kind."""

    def opened(written: Written, screen: str) -> Page:
        pages[screen].goto(written.path.as_uri())
        return pages[screen]

    return opened


@pytest.fixture(scope="session")
def own_server() -> Iterator[Server]:
    """A server whose roles no other test creates."""
    with new_cluster(EMBEDDED) as cluster:
        cluster.start()
        yield Server("its own", text(cluster.url), "template1")


@pytest.fixture(scope="session")
def written(own_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The report on a database with roles, policies and findings."""
    return _write(own_server, "rowlock", FORK, tmp_path_factory.mktemp("fork"))


@pytest.fixture(scope="session")
def hostile(own_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The report on a database whose names contain HTML and other special characters."""
    name = sql.Identifier(HOSTILE)
    long = sql.Identifier("w" * 63)
    statements = sql.SQL(
        "create table app.{0} (user_id text);"
        "create policy {0} on app.{0};"
        "create table app.{1} (id int)"
    ).format(name, long)
    return _write(own_server, "hostile", statements, tmp_path_factory.mktemp("hostile"))


def _write(server: Server, database: str, statements: str | sql.Composed, folder: Path) -> Written:
    server.execute("create database {}", database)
    migrate(server.settings(database))
    with closing(connect(server.owner_url(database))) as connection, connection.cursor() as cursor:
        cursor.execute(statements)
        connection.commit()
    name, url = server.settings(database).audit_url()
    report = read(url, name, newest_revision(), {"server_floor": "this is a test's server"})
    path = folder / "report.html"
    path.write_text(html.render(report), encoding="utf-8")
    return Written(report, path)
