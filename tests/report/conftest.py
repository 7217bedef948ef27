"""A fixture that runs `rowlock audit` on a database, in this process."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from api import cli
from tests.support.server import Server, text

# A name with an escape sequence of terminals, a tag of HTML, and quotes and a statement of SQL.
HOSTILE = "\x1b[31m<script>\"'; drop table app.tasks;--\n\u202eאבג\x9b"

# Creates 500 tables like the one in the tutorial.
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
    """The exit status and the output of a run of the command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The report that was printed."""
        document: dict[str, Any] = json.loads(self.out)
        return document


def sentence(done: Audit) -> str:
    """The single line that a refused audit prints."""
    assert (done.status, done.out) == (1, "")
    assert done.err.count("\n") == 1, done.err
    return done.err.rstrip("\n")


Run = Callable[..., Audit]


@pytest.fixture
def audit(
    monkeypatch: pytest.MonkeyPatch, server: Server, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run `rowlock audit` with these arguments and variables; a value of None unsets a variable."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "120")

    def run(database: str, *arguments: str, **variables: str | None) -> Audit:
        given = {
            "DATABASE_URL": text(server.api_url(database)),
            "MIGRATION_DATABASE_URL": text(server.owner_url(database)),
            "ALLOW_DEVELOPMENT_KEY": "true",
            "ALLOW_PLAINTEXT": "true",  # a container's address may not be a loopback address
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
