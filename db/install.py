"""Applies the policy files that need it, in the transaction of the migration.

A file is applied when its text changed, or when the catalogue differs from what the file installed
(drift). Policies, triggers, rules and grants that are in no file are removed. The bookkeeping is in
two relations that a DBA can read: rowlock.installed_policies and rowlock.live_policies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from db import audit_schema, trail_schema
from db.policy_error import run_file

POLICIES = Path(__file__).parent / "policies"

# These come first, because the tables' policies and triggers use their roles and functions. Schema
# audit takes longest, so it comes before the first file that locks a table.
FIRST = ("roles.sql", "identity.sql", "columns.sql", audit_schema.NAME, trail_schema.NAME)

Run = Callable[[str], None]

CHANGED = text("""
select files.file
from unnest(cast(:files as text[]), cast(:hashes as text[])) as files (file, sha256)
left join rowlock.installed_policies as installed using (file)
left join rowlock.live_policies as live using (file)
where
    installed.sha256 is distinct from files.sha256
    or installed.fingerprint is distinct from live.fingerprint
""")

CLOSE_TABLES = """
do $$
begin
    if to_regprocedure('rowlock.close(regclass)') is not null then
        perform rowlock.close(c.oid)
        from pg_class as c
        where
            c.relnamespace = to_regnamespace('app')
            and c.relkind in ('r', 'p')
            and c.relname <> all (array[%s]::text[]);
    end if;
end
$$;
"""

RECORD = """
insert into rowlock.installed_policies (file, sha256, fingerprint)
select file, changed.sha256, live.fingerprint
from (values %s) as changed (file, sha256)
inner join rowlock.live_policies as live using (file)
on conflict (file) do update set
    sha256 = excluded.sha256,
    fingerprint = excluded.fingerprint,
    installed_at = excluded.installed_at,
    installed_by = excluded.installed_by;
"""

# All locks are taken together before the first file, so requests wait only once: at most this long
# for the locks, then for the files. The timeout is shorter than deadlock_timeout (1 s). So if
# requests take the same locks in another order, the migration fails and is retried, and Postgres
# cancels no request.
LOCK_TIMEOUT = "500ms"
LOCK = """
set local statement_timeout = '1s';
lock table %s in access exclusive mode;
set local statement_timeout to default;
"""

# Creates the partitions of the next months, even if no file changed.
PREPARE = "select trail.prepare();"

FORGET = "delete from rowlock.installed_policies where file <> all (array[%s]::text[]);"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file of db/policies, or one of the two schemas that are composed of several files."""

    name: str
    sql: str

    @property
    def hash(self) -> str:
        """SHA-256 of the file's text, in hexadecimal."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def table(self) -> str | None:
        """The table of schema app whose policies the file holds, or None."""
        return None if self.name in FIRST else self.name.removesuffix(".sql")


def policy_files(folder: Path | None = None) -> list[PolicyFile]:
    """Every policy file and the composed schemas, in the order of installation."""
    files = [
        PolicyFile(path.name, path.read_text(encoding="utf-8"))
        for path in (folder or POLICIES).glob("*.sql")
    ]
    files.append(PolicyFile(audit_schema.NAME, audit_schema.compose()))
    files.append(PolicyFile(trail_schema.NAME, trail_schema.compose()))
    order = {name: place for place, name in enumerate(FIRST)}
    return sorted(files, key=lambda file: (order.get(file.name, len(order)), file.name))


def changed_files(connection: Connection | None) -> list[PolicyFile]:
    """The files whose text or effect differs from what was installed; without a database, all."""
    files = policy_files()
    if connection is None:
        return files
    names, hashes = [file.name for file in files], [file.hash for file in files]
    changed = set(connection.execute(CHANGED, {"files": names, "hashes": hashes}).scalars())
    return [file for file in files if file.name in changed]


def install(run: Run, changed: Sequence[PolicyFile]) -> None:
    """Apply the changed files; close every table that has no file."""
    known = policy_files()
    close_tables(run, keep=[file.table for file in known if file.table])
    locks = _locks(changed)
    for file in changed:
        if locks and (file.table or file.name == trail_schema.NAME):
            run(LOCK % ", ".join(locks))
            locks = []
        if file.table:
            run(f"select rowlock.close('app.{file.table}');")
        run_file(run, file.name, file.sql)
    if changed:
        run(RECORD % ", ".join(f"('{file.name}', '{file.hash}')" for file in changed))
    run(FORGET % _literals([file.name for file in known]))
    run(PREPARE)


def close_tables(run: Run, keep: Sequence[str] = ()) -> None:
    """Close every table of schema app except those to keep."""
    run(CLOSE_TABLES % _literals(keep))


def _locks(changed: Sequence[PolicyFile]) -> list[str]:
    """The tables to lock while the files are applied, in the order that requests lock them in."""
    tables = [f"app.{file.table}" for file in changed if file.table and file.table != "events"]
    names = {file.name for file in changed}
    if trail_schema.NAME in names:
        return [*tables, "trail.heads", "trail.anchors", "app.events"]
    return [*tables, "app.events"] if "events.sql" in names else tables


def _literals(names: Sequence[str]) -> str:
    """SQL string literals of file names, which contain no quote."""
    return ", ".join(f"'{name}'" for name in names)
