"""Separate installations of Rowlock, because these tests check all roles of a cluster."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.proof.example import example
from tests.proof.transcripts import DOCUMENTS
from tests.support import isolation
from tests.support.installation import Installation, new_installation
from tests.support.server import connect

FORGET = """
delete from rowlock.installed_policies as i
where not exists (select from rowlock.live_policies as l where l.file = i.file)
"""


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A migrated database with tasks of two users. Tests must not change it, but may copy it."""
    with new_installation() as made:
        example(made)
        yield made


@pytest.fixture(scope="session")
def documented() -> Iterator[Installation]:
    """A migrated database with only the tables that the documents show: a fork may have others."""
    shown = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    with new_installation() as made:
        with closing(connect(made.owner_url)) as connection:
            names = [table.name.removeprefix("app.") for table in isolation.tables(connection)]
        for name in names:
            if not re.search(rf"\bapp\.{re.escape(name)}\b", shown):
                made.run(f"drop table app.{name} cascade; {FORGET}")
        example(made)
        yield made
