"""Applies the policy files: repeatable, in the migration's transaction, only where needed.

A file is applied when it changed, or when the catalogue no longer says what the file left behind
(drift). Policies, triggers, rules and grants that no file knows are removed. The bookkeeping is two
relations a DBA can read: rowlock.installed_policies and rowlock.live_policies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from db import audit_schema

POLICIES = Path(__file__).parent / "policies"
BOOKKEEPING = Path(__file__).parent / "bookkeeping.sql"

# Roles, the identity function and the recorder come first: the tables' policies and triggers name
# them.
FIRST = ("roles.sql", "identity.sql", "trail.sql")
NO_TABLE = (*FIRST, audit_schema.NAME)

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
select file, '%(hash)s', fingerprint from rowlock.live_policies where file = '%(file)s'
on conflict (file) do update set
    sha256 = excluded.sha256,
    fingerprint = excluded.fingerprint,
    installed_at = excluded.installed_at,
    installed_by = excluded.installed_by;
"""

# Months come without a change of any file.
PREPARE = "select trail.prepare();"

FORGET = "delete from rowlock.installed_policies where file <> all (array[%s]::text[]);"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file of db/policies, or schema audit: the present truth about what it names."""

    name: str
    sql: str

    @property
    def hash(self) -> str:
        """SHA-256 of the file's text, in hexadecimal."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def table(self) -> str | None:
        """The table the file speaks for, or None."""
        return None if self.name in NO_TABLE else self.name.removesuffix(".sql")


def policy_files(folder: Path | None = None) -> list[PolicyFile]:
    """Every policy file in the order of installation, and schema audit behind them."""
    paths = sorted((folder or POLICIES).glob("*.sql"), key=lambda p: (p.name not in FIRST, p.name))
    by_name = {path.name: path for path in paths}
    ordered = [by_name.pop(name) for name in FIRST] + list(by_name.values())
    files = [PolicyFile(path.name, path.read_text(encoding="utf-8")) for path in ordered]
    return [*files, PolicyFile(audit_schema.NAME, audit_schema.compose())]


def changed_files(connection: Connection | None) -> list[PolicyFile]:
    """The files whose text or effect differs from what was installed; all without a database."""
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
    for file in changed:
        if file.table:
            run(f"select rowlock.close('app.{file.table}');")
        run(file.sql)
    for file in changed:
        run(RECORD % {"file": file.name, "hash": file.hash})
    run(FORGET % _literals([file.name for file in known]))
    run(PREPARE)


def close_tables(run: Run, keep: Sequence[str] = ()) -> None:
    """Close every table of schema app, but for those to keep."""
    run(CLOSE_TABLES % _literals(keep))


def _literals(names: Sequence[str]) -> str:
    """SQL string literals for file names, which hold no quote."""
    return ", ".join(f"'{name}'" for name in names)
