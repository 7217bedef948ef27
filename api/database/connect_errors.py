"""Which errors of connecting are transient, by their message: the driver gives no SQLSTATE.

The messages are those of the sources below. Any other message means a permanent error, and so does
a permanent error that a pooler or a proxy quotes.

- libpq: `fe-connect.c`, `fe-misc.c`, `fe-secure.c`, `fe-secure-openssl.c` of
  `src/interfaces/libpq`, and `src/include/port.h`
- the server: `tcop/backend_startup.c`, `tcop/postgres.c`, `utils/init/postinit.c` of `src/backend`
- PgBouncer: `client.c`, `janitor.c`, `objects.c`, `server.c` of `src`
- Neon's proxy: `auth/mod.rs`, `compute/mod.rs`, `control_plane/errors.rs` and `messages.rs` of
  `proxy/src`, and `src/error/mod.rs` of `libs/proxy/tokio-postgres2`
"""

import errno
import os
import re

# A connection is refused, or fails later (ALL_CONNECTION_FAILURE_ERRNOS of port.h). libpq gives the
# operating system's message.
_ERRNOS = (
    errno.ECONNREFUSED,
    errno.EAGAIN,  # the queue of the server's Unix socket is full
    errno.EPIPE,
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.ENETRESET,
    errno.ENETUNREACH,
    errno.ETIMEDOUT,
)
_LIBPQ = (
    "timeout expired",
    "Temporary failure in name resolution",
    "No such file or directory.*on that socket",  # of the Unix socket of a server that stopped
    "server closed the connection unexpectedly",
    "could not (receive data from|send data to) server",
    "could not send (startup|SSL negotiation|GSSAPI negotiation) packet",
    "SSL connection has been closed unexpectedly",
    "SSL SYSCALL error",
    "SSL error: unexpected eof",
    "server sent an error response during (SSL|GSS encryption) exchange",  # it cannot fork
    "session is read-only|server is in hot standby mode",  # target_session_attrs, during a failover
)
_SERVER = (
    "the database system is ",  # starting up, shutting down, in recovery, not yet accepting
    "must be superuser to connect during database shutdown",  # Postgres 14
    "terminating connection due to (administrator command|immediate shutdown command)",
    "terminating connection due to unexpected postmaster exit",
    "terminating connection because of (crash of another server process|unexpected SIGQUIT)",
    "remaining connection slots are reserved",
    "too many clients already",
    "too many connections for (database|role)",
    "could not fork new process for connection",
)
_PGBOUNCER = (
    "server login has been failing",
    "pgbouncer cannot connect to server",  # in old versions
    "no more connections allowed",
    "client connections exceeded",
    "client_login_timeout",
    "query_wait_timeout",
    "query_timeout",
    "suspend_timeout",
    "server shutting down",
)
_NEON = (
    "Control plane request failed",  # with "endpoint is in transition", among others
    "endpoint is in transition",
    "Couldn't connect to compute node",
    "error communicating with the server|error connecting to server|timeout waiting for server",
    "connection closed",
    "Failed to acquire permit to connect",
    "Too many connections (attempts|to this endpoint)",
    "Authentication timed out",
)
_TRANSIENT = re.compile(
    "|".join(
        (*(re.escape(os.strerror(e)) for e in _ERRNOS), *_LIBPQ, *_SERVER, *_PGBOUNCER, *_NEON)
    ),
    re.DOTALL,
)

# PgBouncer repeats the server's error ("cached error: …"), and Neon's proxy its control plane's.
_PERMANENT = re.compile(
    "authentication failed|pg_hba.conf|is not permitted to log in"
    "|does not exist|permission denied"
    "|is not currently accepting connections|cannot connect to invalid database"
    "|server refused SSL"
    "|endpoint cannot be found|is disabled|Check your quotas"
)


def is_transient(message: str) -> bool:
    """Whether an error with this message can go away by itself."""
    return bool(_TRANSIENT.search(message)) and not _PERMANENT.search(message)
