"""A report as a file, and a browser to look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.audit import html
from api.audit.report import Report, read
from api.migrations import newest_revision
from tests.browser.devtools import Page, running_chromium
from tests.report.conftest import HOSTILE
from tests.support.server import Server

# What a fork and its DBA may have: a second table, an auditor, roles that go too far.
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
    """A report, and the file with it."""

    report: Report
    path: Path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Page]:
    """The browser."""
    with running_chromium() as page:
        yield page


@pytest.fixture(scope="session")
def written(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """The report on a database with something to see in it."""
    with server.database() as name:
        server.execute(FORK, database=name)
        try:
            yield _write(server, name, tmp_path_factory.mktemp("fork"))
        finally:
            server.execute("drop owned by reporting", database=name)
            server.execute("drop role reporting")


@pytest.fixture(scope="session")
def hostile(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """The report on a database whose names are meant to break a page."""
    with server.database() as name:
        server.execute("create table app.{} (user_id text)", HOSTILE, database=name)
        server.execute("create policy {} on app.{}", HOSTILE, HOSTILE, database=name)
        server.execute("create table app.{} (id int)", "w" * 63, database=name)
        yield _write(server, name, tmp_path_factory.mktemp("hostile"))


def _write(server: Server, database: str, folder: Path) -> Written:
    name, url = server.settings(database).audit_url()
    report = read(url, name, newest_revision(), {"server_floor": "this is a test's server"})
    path = folder / "report.html"
    path.write_text(html.render(report), encoding="utf-8")
    return Written(report, path)
