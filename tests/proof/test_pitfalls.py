"""Who finds which pitfall, with all of them planted: pgrls, our rules, and together every one."""

import json
from collections.abc import Iterator

import pytest

from tests.audit.test_pitfalls import ALL
from tests.proof.second_opinion import FOUND, finders
from tests.proof.transcripts import RULES, pitfall_table
from tests.support.installation import Installation, new_installation
from tests.support.pgrls import LINT, MODES, WAYS_AROUND, pgrls, verify

JSON = "--format=json"


@pytest.fixture(scope="module")
def broken() -> Iterator[Installation]:
    """An installation with every pitfall in it."""
    with new_installation() as made:
        # In one session: some are settings that later sessions start with.
        made.run(";\n".join(pitfall.plant for pitfall in ALL))
        yield made


def findings(installation: Installation) -> set[str]:
    """What pgrls finds: rules with places, and modes with what they do not prove isolated."""
    linted = json.loads(pgrls(installation.owner_url, [*LINT, JSON]).stdout)
    found = {f"{v['rule_id']} {v['location']}" for v in linted["violations"]}
    for mode in (*MODES, *WAYS_AROUND):
        verified = json.loads(pgrls(installation.owner_url, [*verify(mode), JSON]).stdout)
        found |= {f"{mode} {t['table']}" for t in verified["tables"] if t["verdict"] != "isolated"}
    return found


def test_pgrls_finds_what_it_is_said_to(broken: Installation) -> None:
    """With all of them planted, it finds exactly what is written down for each, and no more."""
    assert findings(broken) == {place for places in FOUND.values() for place in places}


def test_together_none_is_missed() -> None:
    """Every pitfall is found by a rule of ours; some by pgrls as well. tests/audit finds ours."""
    assert [pitfall.name for pitfall in ALL if not pitfall.rules] == []
    assert {pitfall.name for pitfall in ALL} > FOUND.keys()


def test_finders_are_told_once_each() -> None:
    """Rules and modes, without the places."""
    assert finders("a policy that is true for every row") == [
        "SEC005",
        "SEC008",
        "SEC038",
        "SEC049",
        "verify anon",
        "verify cross-tenant",
    ]
    assert finders("a publication") == []


def test_table_of_pitfalls_is_that_of_today() -> None:
    """The document's table says the same: if not, run `make docs`."""
    assert pitfall_table() in RULES.read_text(encoding="utf-8")
