"""Records in the database its revisions, and the oldest code that still works with each.

api/operations/schema_version.py reads these records when the code is older than the database.
"""

from alembic.script import ScriptDirectory
from alembic.util import CommandError

# Without this table, no newer version has migrated the database.
KNOWN = "select to_regclass('rowlock.revisions') is not null"

# NOTE: for revisions before head, the version that first applied them is kept.
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

# After a downgrade: removes the records of all revisions after the current one.
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
    """The SQL that records every revision up to head, its floor and the version that migrates."""
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
