"""Every table, command and identity, and what a new table must have to be let in.

The catalogue names the tables. See tests/support/isolation.py for how a cell is tried.
"""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in all but its name

from tests.support import isolation


@pytest.mark.parametrize("command", isolation.COMMANDS)
def test_identities_can_reach_own_rows_only(owner: Connection, command: str) -> None:
    """In every table, a command reaches the caller's rows, and without a caller none."""
    assert isolation.observe(owner, [command]) == isolation.expect(owner, [command])


def test_api_may_run_each_of_its_statements(owner: Connection) -> None:
    """No grant is missing: a column that a statement names is granted to the API's role."""
    assert isolation.refused(owner) == {}
