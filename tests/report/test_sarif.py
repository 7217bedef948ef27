"""`--format sarif`: valid by OASIS's schema; each result names its rule and its object."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.report.conftest import HOSTILE, Audit, Run
from tests.support.server import Server

ROOT = Path(__file__).parents[2]
# The schema of OASIS. sarif-schema-2.1.0.txt states its source.
SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text())


def run_of(done: Audit) -> dict[str, Any]:
    """The only run of a valid log. The time is checked here, because the schema allows any text."""
    jsonschema.Draft4Validator(SCHEMA).validate(done.json)
    (run,) = done.json["runs"]
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", run["invocations"][0]["endTimeUtc"])
    return dict(run)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"level": "fatal"}, "'fatal' is not one of"),
        ({"remedy": "x"}, "'remedy' was unexpected"),
        ({"message": None}, "None is not of type 'object'"),
        ({"ruleIndex": "0"}, "'0' is not of type 'integer'"),
    ],
)
def test_schema_refuses(
    audit: Run, server: Server, own_database: str, broken: dict[str, Any], sentence: str
) -> None:
    """The schema refuses a result with a wrong or an unknown property."""
    server.execute("alter table app.tasks no force row level security", database=own_database)
    log = audit(own_database, "--format", "sarif").json
    log["runs"][0]["results"][0] |= broken

    with pytest.raises(jsonschema.ValidationError, match=sentence):
        jsonschema.Draft4Validator(SCHEMA).validate(log)


def test_finding_leads_to_its_rule_and_its_object(
    audit: Run, server: Server, own_database: str
) -> None:
    """A result has the rule, its level, the rule's file, the object and the remedy."""
    server.execute("alter table app.tasks no force row level security", database=own_database)

    done = audit(own_database, "--format", "sarif")
    run = run_of(done)
    result = next(r for r in run["results"] if r["ruleId"] == "tables_rls")

    assert done.status == 1
    assert result["level"] == "error"
    assert result["locations"] == [
        {
            "logicalLocations": [{"fullyQualifiedName": "app.tasks"}],
            "physicalLocation": {"artifactLocation": {"uri": "db/checks/tables_rls.sql"}},
        }
    ]
    assert "force row level security" in result["properties"]["remedy"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    first = (ROOT / "db/checks/tables_rls.sql").read_text().partition("\n")[0]
    assert rule == {
        "id": "tables_rls",
        "shortDescription": {"text": first.removeprefix("-- ")},
        "defaultConfiguration": {"level": "error"},
    }


def test_every_rule_is_described(audit: Run, database: str) -> None:
    """Each rule file is described with a sentence and a level."""
    driver = run_of(audit(database, "--format", "sarif"))["tool"]["driver"]
    files = {p.stem: p for p in (*ROOT.glob("db/checks/*.sql"), *ROOT.glob("db/audit/rules/*.sql"))}

    assert {rule["id"] for rule in driver["rules"]} == files.keys() - {"role_name", "unbound"}
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"].endswith((".", "policy"))
        assert rule["defaultConfiguration"]["level"] in {"error", "warning"}


def test_accepted_finding_is_suppressed(audit: Run, server: Server, own_database: str) -> None:
    """An accepted finding is in the log, marked as suppressed, with its reason."""
    server.execute("alter table app.tasks no force row level security", database=own_database)
    accept = ("--accept", "tables_rls=made for a test")

    results = run_of(audit(own_database, "--format", "sarif", *accept))["results"]
    suppressions = {r["ruleId"]: r.get("suppressions") for r in results}

    assert suppressions["tables_rls"] == [{"kind": "external", "justification": "made for a test"}]
    assert suppressions["drift"] is None


def test_hostile_names_are_valid_sarif(audit: Run, server: Server, own_database: str) -> None:
    """With a hostile table name, the log is valid and only ASCII."""
    server.execute("create table app.{} (user_id text)", HOSTILE, database=own_database)

    done = audit(own_database, "--format", "sarif")

    assert run_of(done)["results"] != []
    assert done.out.isascii()
