"""`--format json`: the report that docs/reference/audit-report.md describes."""

import re
from pathlib import Path
from typing import Any

from api.audit.view_columns import FINDINGS, VIEWS
from api.operations.migrate import newest_revision
from tests.report.conftest import HOSTILE, Run
from tests.support.server import Server

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "audit-report.md"


def test_report_has_every_view(audit: Run, database: str) -> None:
    """The report has metadata, findings, and each view as a list of objects with its columns."""
    done = audit(database, "--format", "json")
    report = done.json

    assert list(report) == [
        *("format", "generated_at", "database", "login", "server_version", "revision", "summary"),
        *("findings", *VIEWS, "reach"),
    ]
    assert report["format"] == 1
    assert report["database"] == database
    assert report["revision"] == newest_revision()
    assert report["reach"] is None
    for view, columns in VIEWS.items():
        assert {tuple(row) for row in report[view]} <= {columns}, view
    assert {tuple(row) for row in report["findings"]} <= {(*FINDINGS, "accepted")}
    assert done.out.isascii()


def test_report_shows_the_rows_of_the_database(audit: Run, database: str) -> None:
    """The report has the table app.tasks, its access matrix and its policies."""
    report = audit(database, "--format", "json").json

    table = next(row for row in report["tables"] if row["table_name"] == "tasks")
    assert (table["row_security"], table["forced"], table["select_policies"]) == (True, True, 1)
    assert access_of(report, "rowlock_api", "tasks") == {
        "select": "own",
        "insert": "own",
        "update": "own",
        "delete": "own",
        "truncate": "none",
    }
    policy = next(row for row in report["policies"] if row["policy"] == "tasks_select_own")
    assert policy["using_expression"] == "(user_id = app.current_user_id())"
    assert policy["roles"] == ["rowlock_api"]
    assert re.fullmatch("[0-9a-f]{64}", policy["sha256"])
    assert {row["drifted"] for row in report["drift"]} == {False}


def access_of(report: dict[str, Any], role: str, table: str) -> dict[str, str]:
    """The reach of one role on a table, by command."""
    return {
        row["command"]: row["reach"]
        for row in report["access"]
        if (row["role"], row["table_name"]) == (role, table)
    }


def test_hostile_names_come_back_as_they_are(audit: Run, server: Server, own_database: str) -> None:
    """A hostile name is unchanged in the report, and the remedy with this name can be run."""
    server.execute("create table app.{} (user_id text)", HOSTILE, database=own_database)

    done = audit(own_database, "--format", "json")
    assert done.status == 1
    assert HOSTILE in {row["table_name"] for row in done.json["tables"]}
    assert done.out.isascii()

    remedy = next(f["remedy"] for f in done.json["findings"] if f["rule"] == "tables_rls")
    server.execute(remedy.replace("{", "{{"), database=own_database)
    after = audit(own_database, "--format", "json").json
    assert "tables_rls" not in {f["rule"] for f in after["findings"]}


def test_document_names_every_key() -> None:
    """The document names every view and every column."""
    described = set(re.findall(r"`([a-z_0-9]+)`", DOCUMENT.read_text()))
    columns = {column for names in VIEWS.values() for column in names}

    assert {*VIEWS, *columns, *FINDINGS, "accepted"} - described == set()
