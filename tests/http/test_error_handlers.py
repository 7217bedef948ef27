"""The table of SQLSTATEs gives each code or class one HTTP status."""

import psycopg2
import pytest

from api.http.error_handlers import SQLSTATES, kind_of


class DatabaseError(psycopg2.Error):
    """An error like the driver's, with any SQLSTATE."""

    def __init__(self, code: str) -> None:
        super().__init__("internal detail")
        self.code = code

    @property
    def pgcode(self) -> str:  # type: ignore[override] # the driver's pgcode is read-only too
        """The SQLSTATE."""
        return self.code


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("08000", 503), ("08001", 503), ("08003", 503), ("08006", 503), ("08P01", 503),
        ("22P02", 422), ("22001", 422), ("22003", 422), ("22007", 422), ("22021", 422),
        ("23001", 409), ("23502", 422), ("23503", 422), ("23505", 409), ("23514", 422),
        ("23P01", 409), ("23000", 500),
        ("25006", 503), ("25001", 500), ("25P02", 500),
        ("40001", 503), ("40P01", 503), ("40000", 500), ("40002", 500),
        ("42501", 500), ("42P01", 500), ("42601", 500), ("42000", 500),
        ("53000", 503), ("53100", 503), ("53200", 503), ("53300", 503),
        ("55P03", 503), ("55006", 500),
        ("57014", 504), ("57P01", 503), ("57P02", 503), ("57P03", 503), ("57000", 500),
        ("XX000", 500), ("P0001", 500), ("99999", 500), ("0A000", 500),
    ],
)  # fmt: skip
def test_sqlstate_has_one_status(code: str, status: int) -> None:
    """A code or its class decides the status; a code without a rule is 500."""
    assert kind_of(DatabaseError(code)).status == status


def test_every_rule_of_the_table_is_tested() -> None:
    """The table has exactly the rules that test_sqlstate_has_one_status covers."""
    assert set(SQLSTATES) == {
        "08", "22", "23001", "23502", "23503", "23505", "23514", "23P01", "25006", "40001", "40P01",
        "42501", "53", "55P03", "57014", "57P",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (psycopg2.OperationalError("connection refused"), 503),
        (psycopg2.InterfaceError("connection already closed"), 503),
        (psycopg2.ProgrammingError("no results to fetch"), 500),
        (psycopg2.Error(), 500),
    ],
)
def test_error_without_sqlstate(error: psycopg2.Error, status: int) -> None:
    """Without a SQLSTATE, a lost connection is 503 and any other error 500."""
    assert kind_of(error).status == status
