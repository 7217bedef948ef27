"""The findings as SARIF 2.1.0 (OASIS), a format for results of analysis tools."""

import json
from hashlib import sha256
from typing import Any

from api.audit.report import Finding, Report
from api.audit.rules import rules

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """One run with a result for each finding; accepted ones are suppressed, with the reason."""
    index = {name: number for number, name in enumerate(rules())}
    run = {
        "tool": {"driver": {"name": "rowlock audit", "rules": _rules()}},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": f"{report.generated_at:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
        "results": [_result(finding, index) for finding in report.findings],
        "properties": {
            "database": report.database,
            "revision": report.revision,
            "serverVersion": report.server_version,
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": rule.name,
            "shortDescription": {"text": rule.sentence},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in rules().values()
    ]


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.object}]}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": f"{finding.object}: {finding.detail}. Repair: {finding.remedy}"},
        "locations": [location],
        "partialFingerprints": {
            "ruleAndObject/v1": sha256(f"{finding.rule} {finding.object}".encode()).hexdigest()
        },
        "properties": {"remedy": finding.remedy},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
        location["physicalLocation"] = {"artifactLocation": {"uri": rules()[finding.rule].file}}
    if finding.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": finding.accepted}]
    return result
