"""A database with many users, and how many rows and pages of its tables a function reads.

Every table with a `user_id` is filled: each user gets a copy of one valid row.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above

from tests.support import rows
from tests.support.server import Server, connect

USERS = 100_000
FIRST = "user-0"
WAIT_SECONDS = 20
# The most pages that a dozen requests of a user with few rows read. The smallest index has 390.
MOST_ROWS, MOST_PAGES = 200, 300
SCHEMAS = ("app", "trail", "rowlock")

# Partitions are filled through their parent. Generated columns cannot be copied.
TABLES = """
select
    c.oid::regclass::text,
    array(
        select b.attname::text from pg_attribute as b
        where
            b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped
            and b.attgenerated = '' and b.attidentity <> 'a' and b.attname <> 'user_id'
    )
from pg_class as c
inner join pg_attribute as a on c.oid = a.attrelid and a.attname = 'user_id'
where
    c.relnamespace::regnamespace::text = any(%s)
    and c.relkind in ('r', 'p') and not c.relispartition
"""
# Events are in the current month, like the events of the measured work.
NOW = "update app.events set occurred_at = now() where user_id = %s"
COPY = """
insert into {0} (user_id, {1})
select 'user-' || n, {1} from {0}, generate_series(1, %s) as n where user_id = %s
"""
# Autovacuum would read pages too.
STILL = """
do $$
declare
    leaf regclass;
begin
    for leaf in
        select oid from pg_class
        where relkind = 'r' and relnamespace::regnamespace::text in ('app', 'trail', 'rowlock')
    loop
        execute format('alter table %s set (autovacuum_enabled = off)', leaf);
    end loop;
end
$$
"""
# For a table with rows of most users: sequential scans, rows found, and pages read.
READS = """
select
    s.relid::regclass::text,
    s.seq_scan,
    s.seq_tup_read + coalesce(s.idx_tup_fetch, 0) + (
        select coalesce(sum(i.idx_tup_read), 0)
        from pg_stat_user_indexes as i where i.relid = s.relid
    ),
    b.heap_blks_read + b.heap_blks_hit
    + coalesce(b.idx_blks_read, 0) + coalesce(b.idx_blks_hit, 0)
from pg_stat_user_tables as s
inner join pg_statio_user_tables as b on s.relid = b.relid
inner join pg_class as c on s.relid = c.oid
where
    s.schemaname = any(%s) and c.relkind = 'r' and c.reltuples >= %s
    and exists (
        select from pg_attribute as a where a.attrelid = s.relid and a.attname = 'user_id'
    )
"""
OTHERS = """
select count(*), clock_timestamp() from pg_stat_activity
where
    datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
# In Postgres 14 statistics may be half a second old (PGSTAT_STAT_INTERVAL in pgstat.c).
IS_FRESH = """
select
    current_setting('server_version_num')::int >= 150000
    or clock_timestamp() > %s + interval '0.6 s'
"""


@dataclass(frozen=True)
class Reads:
    """The rows and pages that were read of one table."""

    scans: int
    rows: int
    pages: int


def grown(found: dict[str, Reads]) -> dict[str, Reads]:
    """The tables of which more was read than one user's rows and their pages."""
    return {
        table: read
        for table, read in found.items()
        if read.scans or read.rows > MOST_ROWS or read.pages > MOST_PAGES
    }


@dataclass(frozen=True)
class Crowd:
    """The database with many users."""

    server: Server
    name: str

    def reads(self, work: Callable[[], None]) -> dict[str, Reads]:
        """What the work read, by table. It must close its connections: sessions report when closed.

        A sequential scan counts even if it returned no row.
        """
        before = self._counted()
        work()
        after = self._counted()
        return {
            table: Reads(*(a - b for a, b in zip(counts, before[table], strict=True)))
            for table, counts in after.items()
        }

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the owner, a superuser, and undo it."""
        with closing(self.owner()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def owner(self) -> Connection:
        """A connection of the owner."""
        return connect(self.server.owner_url(self.name))

    def _counted(self) -> dict[str, tuple[int, ...]]:
        deadline = time.monotonic() + WAIT_SECONDS
        ended = None
        while time.monotonic() < deadline:
            with closing(self.owner()) as connection, connection.cursor() as cursor:
                if ended is None:
                    cursor.execute(OTHERS)
                    ((others, now),) = cursor.fetchall()
                    ended = None if others else now
                if ended is not None:
                    cursor.execute(IS_FRESH, (ended,))
                    if cursor.fetchall()[0][0]:
                        cursor.execute(READS, (list(SCHEMAS), USERS / 2))
                        return {table: tuple(map(int, counts)) for table, *counts in cursor}
            time.sleep(0.02)
        raise AssertionError("sessions are open still, or their statistics did not come")


def fill(cursor: Cursor, users: int) -> None:
    """Give this many users (user-1 and following) a row in each table. No trigger fires.

    user-0 has the original rows.
    """
    cursor.execute("set local session_replication_role = replica")
    cursor.execute(TABLES, (list(SCHEMAS),))
    for table, columns in cursor.fetchall():
        rows.plant(cursor, table, FIRST)
        if table == "app.events":
            cursor.execute(NOW, (FIRST,))
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        cursor.execute(sql.SQL(COPY).format(rows.identifier(table), names), (users, FIRST))


@contextmanager
def crowd(server: Server) -> Iterator[Crowd]:
    """A migrated database in which each of many users has a row in each table."""
    with server.database() as name:
        found = Crowd(server, name)
        with closing(found.owner()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(STILL)
            fill(cursor, USERS)
        server.execute("vacuum (analyze)", database=name)
        yield found
