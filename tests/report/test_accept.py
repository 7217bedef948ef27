"""`--accept RULE=REASON`: the rule's findings are shown, but do not fail the audit."""

import pytest

from tests.report.conftest import Run
from tests.support.server import Server


def test_accepted_finding_does_not_count(audit: Run, server: Server, own_database: str) -> None:
    """Findings of an accepted rule are shown with the reason, and do not change the status."""
    server.execute("create table app.loose (id int)", database=own_database)
    refused = audit(own_database, "--format", "json")
    rules = {f["rule"] for f in refused.json["findings"] if f["level"] == "error"}
    accepting = [word for rule in rules for word in ("--accept", f"{rule}=made for a test")]

    accepted = audit(own_database, "--format", "json", *accepting)
    shown = audit(own_database, *accepting)

    assert refused.status == 1
    assert accepted.status == 0
    assert len(accepted.json["findings"]) == len(refused.json["findings"])
    assert accepted.json["summary"]["errors"] == 0
    assert accepted.json["summary"]["accepted"] == refused.json["summary"]["errors"]
    assert {f["accepted"] for f in accepted.json["findings"] if f["rule"] in rules} == {
        "made for a test"
    }
    assert shown.status == 0
    assert "✓ accepted tables_rls  app.loose: " in shown.out
    assert "\nbecause: made for a test\n" in shown.out


def test_accepting_one_rule_leaves_the_others(
    audit: Run, server: Server, own_database: str
) -> None:
    """Findings of other rules still fail the audit."""
    server.execute("create table app.loose (id int)", database=own_database)

    assert audit(own_database, "--accept", "tables_rls=made for a test").status == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("table_rls=why", "there is no rule 'table_rls'; is it tables_rls?"),
        ("zzz=why", "there is no rule 'zzz'"),
        ("\x1b[31m=why", "there is no rule '<U+001B>[31m'"),
        ("tables_rls", 'needs a reason: tables_rls="why it is as it should be"'),
        ("tables_rls= ", 'needs a reason: tables_rls="why it is as it should be"'),
    ],
)
def test_acceptance_needs_a_rule_and_a_reason(
    audit: Run, database: str, given: str, sentence: str
) -> None:
    """A misspelt rule and a missing reason are refused, and nothing is audited."""
    done = audit(database, "--accept", given)

    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(f"error: Invalid value for '--accept': {sentence}\n")
