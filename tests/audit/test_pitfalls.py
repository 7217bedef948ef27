"""Every known pitfall is found: each by the rules that are said to, and all of them at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from db.audit_schema import rule_files
from tests.audit import (
    pitfalls_around,
    pitfalls_of_names,
    pitfalls_of_roles,
    pitfalls_of_tables,
    pitfalls_of_the_rest,
)
from tests.audit.conftest import Ask, Connection, run
from tests.audit.pitfalls import Pitfall

ALL = [
    *pitfalls_of_tables.ALL,
    *pitfalls_of_roles.ALL,
    *pitfalls_of_the_rest.ALL,
    *pitfalls_around.ALL,
    *pitfalls_of_names.ALL,
]
# What an older server says of what it does not know yet.
UNKNOWN = r'syntax error|unrecognized (privilege|parameter|event name)|role "pg_\w+" does not exist'
FINDINGS = "select rule, object from audit.findings"

Found = set[tuple[str, str]]


@contextmanager
def planted(owner: Connection, *pitfalls: Pitfall) -> Iterator[None]:
    """The pitfalls, for a while."""
    run(owner, "savepoint planted; delete from app.tasks")
    for pitfall in pitfalls:
        run(owner, pitfall.plant)
    yield
    run(owner, "rollback to savepoint planted")


def found(ask: Ask) -> Found:
    """Which rules find something, and with what it is wrong."""
    return {(rule, about) for rule, about in ask(FINDINGS) if rule != "server_floor"}


def of_the_rules(pairs: Found, pitfall: Pitfall) -> Found:
    """Without drift, which finds every change, where another rule is named."""
    return {(rule, about) for rule, about in pairs if rule != "drift" or rule in pitfall.rules}


def can_be_made(owner: Connection) -> list[Pitfall]:
    """The pitfalls that this version of Postgres knows."""
    return [pitfall for pitfall in ALL if owner.server_version >= pitfall.since]


@pytest.mark.parametrize("pitfall", ALL, ids=str)
def test_pitfall_is_found_by_its_rules(owner: Connection, ask: Ask, pitfall: Pitfall) -> None:
    """Planted alone, it is found by exactly the rules it names; before, nothing is."""
    if pitfall not in can_be_made(owner):
        with pytest.raises(Exception, match=UNKNOWN):
            run(owner, pitfall.plant)
        return
    assert found(ask) == set()

    with planted(owner, pitfall):
        rules = {rule for rule, _ in of_the_rules(found(ask), pitfall)}

    assert rules == set(pitfall.rules)


def test_none_is_missed_where_all_are_planted(owner: Connection, ask: Ask) -> None:
    """With all of them planted together none hides another: `pitfall | found by`."""
    pitfalls = can_be_made(owner)
    alone = {}
    for pitfall in pitfalls:
        with planted(owner, pitfall):
            alone[pitfall] = of_the_rules(found(ask), pitfall)

    with planted(owner, *pitfalls):
        together = found(ask)

    table = {
        pitfall.name: sorted({rule for rule, _ in alone[pitfall] & together}) for pitfall in alone
    }
    assert table == {pitfall.name: sorted(pitfall.rules) for pitfall in pitfalls}
    assert found(ask) == set()


def test_every_rule_finds_a_pitfall() -> None:
    """No rule stands there for a mistake that nobody planted."""
    named = {rule for pitfall in ALL for rule in pitfall.rules}

    assert {path.stem for path in rule_files()} - named == {
        "server_floor",
        "server_version",
        "encoding",  # see tests/guard/test_settings.py
        "server_settings",  # see test_server_settings.py
        "replication_slots",  # see test_slots.py
    }


def test_names_of_pitfalls_differ() -> None:
    """A table of pitfalls has one line for each."""
    assert len({pitfall.name for pitfall in ALL}) == len(ALL)
