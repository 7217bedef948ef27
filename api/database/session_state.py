"""Clears session state that must not reach the next user, and detects changed parameters."""

from psycopg2 import extensions

# Committed separately, before the transaction that binds a user. In the same transaction, a
# rollback would restore the settings; and default_transaction_read_only takes effect when a
# transaction begins. DISCARD ALL clears more, but cannot run in one packet with other statements
# (decision 19).
CLEAR = "begin;close all;reset all;deallocate all;unlisten *;commit;"

# Parameters whose changes the server reports by itself
# (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-ASYNC), and that affect how a
# packet is parsed or how a transaction begins, or that CLEAR does not restore. Others, such as
# TimeZone, are cleared before a statement sees them; comparing each costs 0.3 µs.
REPORTED = (
    "client_encoding",
    "default_transaction_read_only",
    "in_hot_standby",
    "is_superuser",
    "search_path",  # from Postgres 18
    "session_authorization",
    "standard_conforming_strings",
)


class Reported:
    """The parameters that the server reported when the session was last cleared.

    Two of them, `client_encoding` and `standard_conforming_strings`, affect how a packet is parsed,
    before anything in it runs. So a connection that reports another value is not used again.
    """

    def __init__(self, driver: extensions.connection) -> None:
        get = driver.get_parameter_status
        self._driver = driver
        # Which ones are reported depends on the server's version and on the pooler.
        self._names = [name for name in REPORTED if get(name) is not None]
        self._values = [get(name) for name in self._names]

    @property
    def unchanged(self) -> bool:
        """Whether all values are the same. libpq stores them, so this costs no round trip."""
        get = self._driver.get_parameter_status
        return [get(name) for name in self._names] == self._values
