"""The rules find each fault of tests/faults, planted alone and together with all the others."""

import pytest

from db.audit_schema import RULES, rule_files
from tests.audit.conftest import Ask, Connection, Find, run
from tests.faults.catalogue import faults
from tests.faults.fault import Fault
from tests.faults.planting import expected, plant

NAMES = {path.stem for path in rule_files()}
OF_THE_AUDIT = {path.stem for path in RULES.glob("*.sql")}
FINDINGS = "select rule, object, detail, remedy from audit.findings where rule <> 'server_floor'"

Finding = tuple[str, str, str]


def stated(findings: list[Finding], fault: Fault) -> list[Finding]:
    """The findings whose exact text the fault's file states.

    Left out are the rules in `also`, and drift unless the fault names it: drift reports every
    change of an installed policy file.
    """
    unstated = fault.also | ({"drift"} - set(fault.rules))
    return sorted(finding for finding in findings if finding[0] not in unstated)


@pytest.mark.parametrize("fault", [f for f in faults() if NAMES & set(f.rules)], ids=str)
def test_rules_find_a_fault_until_their_remedies_are_run(
    owner: Connection, ask: Ask, find: Find, database: str, fault: Fault
) -> None:
    """The findings are exactly those in the fault's file, and the remedies that are SQL fix them.

    A remedy that is not SQL is a comment.
    """
    if not plant(owner, fault):
        return

    found = ask(FINDINGS)
    assert stated([finding[:3] for finding in found], fault) == [
        finding for finding in expected(owner, database, fault) if finding[0] in NAMES
    ]
    assert {rule for rule, *_ in found} >= fault.also
    comments = {rule for rule, *_, remedy in found if remedy.startswith("-- ")}
    assert comments & (NAMES & set(fault.rules) - fault.also) == fault.advice & NAMES

    for name in OF_THE_AUDIT & set(fault.rules) - fault.also - fault.advice:
        run(owner, "savepoint found")
        for rule, _, _, remedy in found:
            if rule == name:
                run(owner, remedy)
        assert find(name) == []
        run(owner, "rollback to savepoint found")


def test_none_is_missed_where_all_are_planted(owner: Connection, ask: Ask, database: str) -> None:
    """If all faults of docs/reference/rules.md are planted together, no finding is missing."""
    planted = [fault for fault in faults() if fault.listed and plant(owner, fault)]

    found = {finding[:3] for finding in ask(FINDINGS)}

    missed = {
        fault.name: [
            finding for finding in expected(owner, database, fault) if finding not in found
        ]
        for fault in planted
    }
    assert {name: findings for name, findings in missed.items() if findings} == {}
    assert {rule for fault in planted for rule in fault.also} <= {rule for rule, *_ in found}


def test_every_rule_finds_a_fault() -> None:
    """Each rule and each check has a fault in tests/faults, except those listed here."""
    named = {rule for fault in faults() if fault.listed for rule in fault.rules}

    assert NAMES - named == {
        "server_floor",
        "server_version",
        "encoding",  # tested in tests/guard/test_settings.py
        "server_settings",  # tested in test_server_settings.py
        "replication_slots",  # tested in test_slots.py
    }
