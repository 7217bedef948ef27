"""The isolation matrix: every table of schema app with every command and identity.

The tables come from the catalogue; tests/support/isolation.py runs the commands.
"""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.support import isolation


@pytest.mark.parametrize("command", isolation.COMMANDS)
def test_identities_can_reach_own_rows_only(owner: Connection, command: str) -> None:
    """In every table, each command reaches only the caller's rows, and none without a caller."""
    assert isolation.observe(owner, [command]) == isolation.expect(owner, [command])


def test_api_may_run_each_of_its_statements(owner: Connection) -> None:
    """rowlock_api has every grant that the API's statements need."""
    assert isolation.refused(owner) == {}
