"""pgrls proves that users are isolated, and detects mistakes in policies."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.proof.exercise import exercise
from tests.support import isolation
from tests.support.installation import Installation
from tests.support.pgrls import (
    LINT,
    LOOSENED,
    MODES,
    PROBED,
    WAYS_AROUND,
    coverage,
    pgrls,
    recorded,
    verify,
    write_coverage,
)
from tests.support.server import connect

JSON = "--format=json"
OPENED = "drop policy {0} on app.tasks; create policy {0} on app.tasks for {1} to rowlock_api {2}"
OWN_OR_SHARED = "(user_id = app.current_user_id() or title = 'shared')"
MISTAKES = {
    "anon": OPENED.format("tasks_select_own", "select", "using (true)"),
    "cross-tenant": OPENED.format("tasks_select_own", "select", f"using {OWN_OR_SHARED}"),
    "write": OPENED.format(
        "tasks_update_own", "update", f"using {OWN_OR_SHARED} with check {OWN_OR_SHARED}"
    ),
}


@pytest.fixture
def copy(installation: Installation) -> Iterator[Installation]:
    """A copy of the database without the constraints that the probe's rows would violate."""
    name = f"copy_{uuid.uuid4().hex}"
    made = installation.copy(name)
    made.run(LOOSENED)
    yield made
    installation.cluster_run("drop database {} with (force)", name)


def tables(installation: Installation) -> list[str]:
    """The names of all tables of schema app."""
    with closing(connect(installation.owner_url)) as connection:
        return [table.name for table in isolation.tables(connection)]


def verdicts(
    installation: Installation, *arguments: str, user: str | None = None
) -> dict[str, Any]:
    """The JSON output of pgrls, with its exit status."""
    done = pgrls(installation.owner_url, [*arguments, JSON], user)
    said: dict[str, Any] = json.loads(done.stdout)
    return said | {"status": done.returncode}


def test_lint_finds_nothing(installation: Installation) -> None:
    """The linter of pgrls has no finding, not even advice."""
    assert verdicts(installation, *LINT)["status"] == 0


@pytest.mark.parametrize("mode", MODES)
def test_every_table_is_proven(installation: Installation, mode: str) -> None:
    """In each mode, pgrls proves every table of schema app isolated, and leaves none undecided."""
    said = verdicts(installation, *verify(mode))

    assert {t["table"]: t["verdict"] for t in said["tables"]} == dict.fromkeys(
        tables(installation), "isolated"
    )
    assert said["status"] == 0


@pytest.mark.parametrize("mode", WAYS_AROUND)
def test_no_way_around(installation: Installation, mode: str) -> None:
    """No role, function or view bypasses the policies of a table."""
    said = verdicts(installation, *verify(mode))

    assert [t for t in said["tables"] if t["verdict"] != "isolated"] == []
    assert said["status"] == 0


@pytest.mark.parametrize("mode", MODES)
def test_probe_agrees(copy: Installation, mode: str) -> None:
    """A probe with real rows agrees with the proof for each table."""
    said = verdicts(copy, *verify(mode, "--probe"), user=PROBED[mode])

    assert {t["table"]: t["agreement"] for t in said["tables"]} == dict.fromkeys(
        tables(copy), "agree"
    )
    assert said["status"] == 0


def test_probe_would_see_the_row(copy: Installation) -> None:
    """As the user of the planted row, the probe sees the row: this shows that the probe works."""
    said = verdicts(copy, *verify("cross-tenant", "--probe"), user="tenant_b")

    assert [t["observed"] for t in said["tables"] if t["table"] == "app.tasks"] == ["rows_visible"]
    assert said["status"] == 1


@pytest.mark.parametrize("mode", MODES)
def test_mistake_is_noticed(copy: Installation, mode: str) -> None:
    """A policy that passes other users' rows is a leak in the proof and in the probe."""
    copy.run(MISTAKES[mode])

    proven = verdicts(copy, *verify(mode))
    probed = verdicts(copy, *verify(mode, "--probe"), user=PROBED[mode])

    assert [t["verdict"] for t in proven["tables"] if t["table"] == "app.tasks"] == ["leak"]
    assert [t["agreement"] for t in probed["tables"] if t["table"] == "app.tasks"] == [
        "leak_confirmed"
    ]
    assert (proven["status"], probed["status"]) == (1, 1)


def covered(installation: Installation, folder: Path, names: tuple[str, ...]) -> dict[str, bool]:
    """Whether each policy passes a row while these commands of the isolation matrix run."""
    with closing(connect(installation.owner_url)) as connection:
        found = recorded(connection)
        exercise(connection, names)
    write_coverage(folder / "coverage.json", found)
    said = verdicts(installation, *coverage(folder / "coverage.json"))
    return {p["location"]: p["covered"] for p in said["policies"]}


def test_every_policy_is_exercised(installation: Installation, tmp_path: Path) -> None:
    """With all commands of the isolation matrix, each policy passes a row."""
    found = covered(installation, tmp_path, tuple(isolation.COMMANDS))

    assert found
    assert [name for name, reached in found.items() if not reached] == []


def test_policy_that_nothing_uses_is_reported(installation: Installation, tmp_path: Path) -> None:
    """With the matrix's select alone, the policy for select is covered; that for delete is not."""
    found = covered(installation, tmp_path, ("select",))

    assert found["app.tasks.tasks_select_own"]
    assert not found["app.tasks.tasks_delete_own"]
