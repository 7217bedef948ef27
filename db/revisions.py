"""Keeps in the database which revisions it holds, and which older code still works on it.

Code that is older than the database reads it: api/operations/schema_version.py.
"""

from alembic.script import ScriptDirectory
from alembic.util import CommandError

# Nothing is newer where nothing of this was migrated yet.
KNOWN = "select to_regclass('rowlock.revisions') is not null"

# NOTE: the version of an older revision stays that which migrated to it.
RECORD = """
insert into rowlock.revisions as known (revision, place, floor, version)
values {rows}
on conflict (revision) do update set
    place = excluded.place,
    floor = excluded.floor,
    version = case known.revision when '{head}' then excluded.version else known.version end
where
    (known.place, known.floor) is distinct from (excluded.place, excluded.floor)
    or (known.revision = '{head}' and known.version <> excluded.version);
"""

# After a downgrade: whatever comes behind the revision that the database is at.
FORGET = """
do $$
begin
    if to_regclass('rowlock.revisions') is not null then
        delete from rowlock.revisions
        where place > (
            select r.place
            from rowlock.revisions as r
            inner join rowlock.alembic_version as v on r.revision = v.version_num
        );
    end if;
end
$$;
"""


def record(script: ScriptDirectory, version: str) -> str:
    """The SQL that records every revision up to head, with its floor, and who migrates."""
    rows, floor, places = [], "", dict[str, int]()
    for place, revision in enumerate(reversed(list(script.walk_revisions()))):
        places[revision.revision] = place
        declared = getattr(revision.module, "floor", revision.revision) or floor
        if declared not in places:
            raise CommandError(
                f"{revision.path}: floor {declared!r} is neither this revision nor an older one."
            )
        # Code that does not work on an older revision does not work on this one.
        floor = max(declared, floor or declared, key=places.__getitem__)
        rows.append(f"('{revision.revision}', {place}, '{floor}', '{version}')")
    return RECORD.format(rows=", ".join(rows), head=script.get_current_head())
