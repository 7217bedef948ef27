"""What a pooled session must not remember: SQL that clears it, what the server reports of it."""

from psycopg2 import extensions

# Committed by itself, in front of the transaction that binds a user: rolled back with that one, a
# setting would stay; and a setting such as default_transaction_read_only decides how a transaction
# begins. DISCARD ALL does more, and cannot run in one packet with other statements (decision 19).
CLEAR = "begin;close all;reset all;deallocate all;unlisten *;commit;"

# What the server reports of its own accord when it changes
# (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-ASYNC), as far as it decides
# how a packet is read or how a transaction begins, or clearing does not bring it back. The others,
# such as TimeZone, are cleared before a statement sees them; comparing each costs 0.3 µs.
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
    """The parameters that a connection's server reported when the session was cleared last.

    Two of them, `client_encoding` and `standard_conforming_strings`, decide how a packet is read,
    before anything in it is run. So a connection that reports another value is not used again.
    """

    def __init__(self, driver: extensions.connection) -> None:
        get = driver.get_parameter_status
        self._driver = driver
        # A server reports what its version knows; a pooler may keep some of it to itself.
        self._names = [name for name in REPORTED if get(name) is not None]
        self._values = [get(name) for name in self._names]

    @property
    def unchanged(self) -> bool:
        """Whether all are as they were, as libpq knows without asking the server."""
        get = self._driver.get_parameter_status
        return [get(name) for name in self._names] == self._values
