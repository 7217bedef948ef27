"""`make audit` passes on a new database, and fails on any finding."""

from collections.abc import Iterator

import pytest

from tests.proof import run
from tests.support.installation import Installation
from tests.support.pgrls import LINT


@pytest.fixture
def copy(installation: Installation) -> Iterator[Installation]:
    """A copy that the test may change."""
    made = installation.copy("to_break")
    yield made
    installation.cluster_run("drop database {} with (force)", "to_break")


def test_fresh_database_passes(
    installation: Installation, capfd: pytest.CaptureFixture[str]
) -> None:
    """The accepted finding is shown with its reason, and there is no other finding."""
    assert run.audit(installation)
    assert run.prove(installation, LINT)
    assert run.cover(installation)

    said = capfd.readouterr().out
    assert run.ACCEPTED[1] in said
    assert "pgrls: no issues found." in said
    assert "(100.0%)" in said


def test_a_warning_is_enough_to_fail(copy: Installation) -> None:
    """A warning fails `make audit`, although `rowlock audit` exits with 0."""
    copy.run("alter database to_break set log_statement = 'all'")

    assert not run.audit(copy)


def test_what_pgrls_finds_fails(copy: Installation) -> None:
    """A trigger that is not in the allowlist of pgrls.toml is a finding."""
    copy.run(
        "create trigger unread before insert on app.tasks for each row"
        " execute function suppress_redundant_updates_trigger()"
    )

    assert not run.prove(copy, LINT)
