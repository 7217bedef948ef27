"""Each fault of tests/faults is found by the rules that it names, alone and among all others."""

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
    """The findings of the rules that a fault states sentences of; `also` names the others.

    The rule drift finds every change of what a file installed; it counts where a fault names it.
    """
    unstated = fault.also | ({"drift"} - set(fault.rules))
    return sorted(finding for finding in findings if finding[0] not in unstated)


@pytest.mark.parametrize("fault", [f for f in faults() if NAMES & set(f.rules)], ids=str)
def test_rules_find_a_fault_until_their_remedies_are_run(
    owner: Connection, ask: Ask, find: Find, database: str, fault: Fault
) -> None:
    """Exactly what the file says is found; a rule's SQL repairs it, or its comment says how."""
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
    """Planted together, no fault that stands in docs/reference/rules.md hides another's finding."""
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
    """A new file of db/audit/rules or db/checks needs a fault in tests/faults that it finds."""
    named = {rule for fault in faults() if fault.listed for rule in fault.rules}

    assert NAMES - named == {
        "server_floor",
        "server_version",
        "encoding",  # see tests/guard/test_settings.py
        "server_settings",  # see test_server_settings.py
        "replication_slots",  # see test_slots.py
    }
