-- revisions: which revisions the database holds. db/revisions.py writes it, and code that is older
-- than the database reads it.
create table if not exists rowlock.revisions (
    revision text primary key,
    place integer not null,
    floor text not null,
    version text not null,
    applied_at timestamptz not null default now()
);
comment on table rowlock.revisions is
'The revisions that the database holds, in order. version: the version of Rowlock that applied the '
'revision. floor: the oldest revision whose code still works after this one. Code whose newest '
'revision is older than the floor of the last row does not work on this database.';
