"""The findings of pgrls on a database with all faults of docs/reference/rules.md."""

import json
from collections.abc import Iterator

import pytest

from tests.faults.catalogue import faults
from tests.proof.transcripts import RULES, fault_table, of_pgrls
from tests.support.installation import Installation, new_installation
from tests.support.pgrls import LINT, MODES, WAYS_AROUND, pgrls, verify

JSON = "--format=json"
LISTED = [fault for fault in faults() if fault.listed]


@pytest.fixture(scope="module")
def broken() -> Iterator[Installation]:
    """An installation with every listed fault."""
    with new_installation() as made:
        # One session plants them all, because some are settings that change later sessions.
        made.run("".join(fault.plant for fault in LISTED))
        yield made


def findings(installation: Installation) -> set[str]:
    """The findings: each rule with its place, and each mode with a table not proven isolated."""
    linted = json.loads(pgrls(installation.owner_url, [*LINT, JSON]).stdout)
    found = {f"{v['rule_id']} {v['location']}" for v in linted["violations"]}
    for mode in (*MODES, *WAYS_AROUND):
        verified = json.loads(pgrls(installation.owner_url, [*verify(mode), JSON]).stdout)
        found |= {f"{mode} {t['table']}" for t in verified["tables"] if t["verdict"] != "isolated"}
    return found


def test_pgrls_finds_what_each_fault_says(broken: Installation) -> None:
    """The findings of pgrls are exactly those that the files of the faults name."""
    assert findings(broken) == {place for fault in LISTED for place in fault.places}


def test_each_fault_is_found_by_our_rules() -> None:
    """Each listed fault names a rule of Rowlock; tests/audit tests that the rule finds it."""
    assert [fault.name for fault in LISTED if not fault.rules] == []


def test_rules_of_pgrls_are_named_once() -> None:
    """For the table, each rule and mode of a fault is listed once, without its place."""
    found = {fault.name: of_pgrls(fault) for fault in LISTED}

    assert found["wide"] == [
        "SEC005",
        "SEC008",
        "SEC038",
        "SEC049",
        "verify anon",
        "verify cross-tenant",
    ]
    assert found["published"] == []


def test_document_has_the_table_of_today() -> None:
    """The table in docs/reference/rules.md is up to date with tests/faults; see `make docs`."""
    assert fault_table() in RULES.read_text(encoding="utf-8")
