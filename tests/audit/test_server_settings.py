"""The rule server_settings finds harmful settings in postgresql.conf."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.installation import Installation, new_installation
from tests.support.server import connect

HARM = {
    "default_transaction_read_only=on": "every write fails",
    "lo_compat_privileges=on": "large objects need no privilege",
    "row_security=off": "queries that policies would filter fail",
    "session_replication_role=replica": "triggers do not fire",
}
FOUND = """
select object, detail, remedy from audit.findings where rule = 'server_settings' order by 1
"""


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A new server, because the test changes its configuration."""
    with new_installation() as made:
        yield made


def found(installation: Installation) -> list[tuple[str, str, str]]:
    """The findings of the rule, in a new session."""
    with closing(connect(installation.owner_url)) as connection, connection.cursor() as cursor:
        cursor.execute(FOUND)
        return cursor.fetchall()


def test_settings_of_the_server_are_found(installation: Installation) -> None:
    """Each setting is a finding that states its harm; a comment says how to reset the setting."""
    assert found(installation) == []

    cluster = installation.cluster
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as configuration:
        for setting in HARM:
            name, _, value = setting.partition("=")
            configuration.write(f"{name} = '{value}'\n")
    cluster.start()

    findings = found(installation)

    assert [(about, detail) for about, detail, _ in findings] == [
        (f"setting {setting}", f"is set for the whole server: {harm}")
        for setting, harm in HARM.items()
    ]
    assert {remedy.partition(" reset ")[0] for *_, remedy in findings} == {"-- alter system"}
