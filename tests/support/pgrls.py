"""pgrls, run as a developer runs it, and the statements that it counts policies by."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pgrls.coverage import ExercisedTuple, exercised_from_sql, write_artifact
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above
from sqlalchemy import URL

from tests.support.server import connect, text

ROOT = Path(__file__).parents[2]

# Where the identity comes from. pgrls takes this from the command line alone.
IDENTITY = "--auth-function=app.current_user_id"

LINT = ("lint",)
MODES = ("anon", "cross-tenant", "write")

# Not a table's policies, but ways around them: owners that can be become, functions and views.
WAYS_AROUND = ("escalation", "reachability")

# The probe inserts a row of "tenant_b" and reads as "tenant_a", but sets no app.user_id, which it
# does not know. So its sessions are bound from the start, except those of an anonymous user.
PROBED = {"anon": None, "cross-tenant": "tenant_a", "write": "tenant_a"}

# The row that it plants holds '' and 0, values for generated columns, and none of some types. What
# would refuse that, and is no part of the question, is taken off a copy. Policies, grants and
# FORCE stay.
LOOSENED = """
do $$
declare
    loosened text;
begin
    for loosened in
        select format('alter table %s drop constraint %I', conrelid::regclass, conname)
        from pg_constraint
        where connamespace = 'app'::regnamespace and contype = 'c' and conislocal
        union all
        select format('alter table %s alter column %I drop expression', attrelid::regclass, attname)
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid
        where c.relnamespace = 'app'::regnamespace and attgenerated <> ''
        union all
        select format('alter table %s alter column %I drop not null', attrelid::regclass, attname)
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid and c.relkind in ('r', 'p')
        where
            c.relnamespace = 'app'::regnamespace and attnotnull and attnum > 0
            and not exists (
                select from pg_index as i
                where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)
            )
        union all
        select format('alter table %s disable trigger user', oid::regclass)
        from pg_class
        where relnamespace = 'app'::regnamespace and relkind in ('r', 'p')
    loop
        execute loosened;
    end loop;
end
$$;
"""

READ_TRIGGERS = "[lint.rules.SEC013]\nallowlist = [\n"
SHARED_TRIGGERS = """
select format('%s.%s.%s', n.nspname, c.relname, t.tgname)
from pg_trigger as t
inner join pg_class as c on t.tgrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    t.tgfoid in (to_regprocedure('trail.record()'), to_regprocedure('app.touch()'))
    and not t.tgisinternal
"""


def verify(mode: str, *more: str) -> tuple[str, ...]:
    """Prove a mode; no result may be undecided."""
    return ("verify", f"--mode={mode}", "--strict", *more, IDENTITY)


def coverage(artifact: Path) -> tuple[str, ...]:
    """Every policy was evaluated."""
    return ("coverage", f"--coverage={artifact}", "--fail-under=100")


def pgrls(
    url: URL, arguments: Iterable[str], user: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pgrls with the project's configuration; its sessions are bound to this user."""
    options = {} if user is None else {"PGOPTIONS": f"-c app.user_id={user}"}
    command = [sys.executable, "-m", "pgrls", *arguments, f"--database-url={text(url)}"]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as configuration:
        if "lint" in command:
            configuration.write(_configuration(url))
            configuration.flush()
            command.append(f"--config={configuration.name}")
        return subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | options,
            capture_output=True,
            text=True,
            check=False,
        )


def _configuration(url: URL) -> str:
    """pgrls.toml, with the triggers of every table whose function all tables share."""
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(SHARED_TRIGGERS)
        triggers = "".join(f"    '{name}',\n" for (name,) in cursor)
    before, start, after = (ROOT / "pgrls.toml").read_text("utf-8").partition(READ_TRIGGERS)
    assert start
    return before + start + triggers + after


def recorded(connection: Connection) -> set[ExercisedTuple]:
    """What statements over this connection come to reach from now on: tables, roles, commands.

    pgrls would count a statement that was only run. This counts one that a row came of.
    """
    found: set[ExercisedTuple] = set()

    class Recording(Cursor):
        def execute(self, query: object, variables: object = None) -> None:
            super().execute(query, variables)  # type: ignore[arg-type] # any that psycopg2 takes
            if self.rowcount > 0 and self.query is not None:
                with connection.cursor(cursor_factory=Cursor) as asked:
                    asked.execute("select current_user")
                    ((role,),) = asked.fetchall()
                found.update(
                    ExercisedTuple(schema, relation, role, command)
                    for schema, relation, command in exercised_from_sql(self.query.decode())
                )

    connection.cursor_factory = Recording
    return found


def write_coverage(artifact: Path, found: Iterable[ExercisedTuple]) -> None:
    """Write what was reached, as `pgrls coverage` reads it."""
    write_artifact(str(artifact), found, generated_at=datetime.now(UTC))
