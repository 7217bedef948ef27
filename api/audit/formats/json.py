"""The report as JSON, in the format of docs/reference/audit-report.md; fields are only added."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.audit.report import Report

FORMAT = 1


def render(report: Report) -> str:
    """The whole report as one object, in ASCII, so that any terminal can print it."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "generated_at": report.generated_at,
        "database": report.database,
        "login": report.login,
        "server_version": report.server_version,
        "revision": report.revision,
        "summary": {
            "errors": len(report.counted("error")),
            "warnings": len(report.counted("warning")),
            "accepted": len(report.accepted),
        },
        "findings": [asdict(finding) for finding in report.findings],
        **report.views,
        "reach": None if report.user is None else {"user": report.user, "tables": report.reach},
    }
    return json.dumps(document, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no representation in JSON")
