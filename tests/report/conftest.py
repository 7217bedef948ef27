"""`rowlock audit` on a database, in this process."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from api import cli
from tests.support.server import Server, text

# One name with what a terminal, a browser and SQL would each take for their own.
HOSTILE = "\x1b[31m<script>\"'; drop table app.tasks;--\n\u202eאבג\x9b"

# A schema of 500 tables, each as the tutorial makes one.
MANY_TABLES = """
do $$
begin
    for n in 1..500 loop
        execute format(
            'create table app.t%1$s (user_id text not null default app.current_user_id()'
            ' check (user_id <> ''''), id int, primary key (user_id, id));'
            ' alter table app.t%1$s enable row level security;'
            ' alter table app.t%1$s force row level security;'
            ' create policy t%1$s_select_own on app.t%1$s for select to rowlock_api'
            ' using (user_id = app.current_user_id());'
            ' grant select on app.t%1$s to rowlock_api', n
        );
    end loop;
end
$$
"""


@dataclass(frozen=True)
class Audit:
    """What a run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The report that was printed."""
        document: dict[str, Any] = json.loads(self.out)
        return document


def sentence(done: Audit) -> str:
    """The one line that a refused audit says."""
    assert (done.status, done.out) == (1, "")
    assert done.err.count("\n") == 1, done.err
    return done.err.rstrip("\n")


Run = Callable[..., Audit]


@pytest.fixture
def audit(
    monkeypatch: pytest.MonkeyPatch, server: Server, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run `rowlock audit` with these arguments; a variable of None is not set."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "120")

    def run(database: str, *arguments: str, **variables: str | None) -> Audit:
        given = {
            "DATABASE_URL": text(server.api_url(database)),
            "MIGRATION_DATABASE_URL": text(server.owner_url(database)),
            "ALLOW_DEVELOPMENT_KEY": "true",
            "ALLOW_PLAINTEXT": "true",  # a container may be reached at an address of its own
        } | variables
        for name, value in given.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        capsys.readouterr()
        status = cli.main(["audit", *arguments])
        return Audit(status, *capsys.readouterr())

    yield run
    signal.signal(signal.SIGTERM, before)
