"""The trail: events of users' rows, in partitions by month, and the head of each user's chain.

Users cannot read schema `trail`. It holds the partitions, the head of each user's chain, and the
anchors: the last event of each user that retention dropped. Their policies and functions are in
db/trail and db/policies/events.sql. Changes before this revision are not in the trail.
"""

from alembic import op

revision = "202611250300"
down_revision = "202611232110"
branch_labels = None
depends_on = None
floor = revision

# NOTE: the primary key contains occurred_at, because the key of a partitioned table must contain
# the partition key. The lock on the head makes positions unique.
TRAIL = """
create schema trail;

create table app.events (
    user_id text not null default app.current_user_id(),
    position bigint not null,
    occurred_at timestamptz not null,
    action text not null,
    table_name text not null,
    row_id text not null,
    changes jsonb not null,
    request_id text,
    session_role text not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint events_pkey primary key (user_id, position, occurred_at),
    constraint events_user_id_check check (user_id <> ''),
    constraint events_position_check check (position > 0),
    constraint events_action_check check (action in ('create', 'update', 'delete'))
) partition by range (occurred_at);
alter table app.events enable row level security;
alter table app.events force row level security;
create index events_row_idx on app.events (user_id, row_id, position);
comment on table app.events is
'What happened to the rows of users, written by triggers. A user reads only their own.';

create table trail.events_default partition of app.events default;
alter table trail.events_default enable row level security;
alter table trail.events_default force row level security;

create table trail.heads (
    user_id text primary key,
    position bigint not null default 0,
    occurred_at timestamptz not null default '-infinity',
    previous_hash bytea not null default '',
    hash bytea not null default ''
) with (fillfactor = 50);
alter table trail.heads enable row level security;
alter table trail.heads force row level security;
comment on table trail.heads is
'The last event of each user. Locked until the transaction ends that writes the next one.';

create table trail.anchors (
    user_id text primary key,
    position bigint not null,
    occurred_at timestamptz not null,
    hash bytea not null
);
alter table trail.anchors enable row level security;
alter table trail.anchors force row level security;
comment on table trail.anchors is
'The last event of each user that retention dropped: the chain goes on from there.';
"""


def upgrade() -> None:
    """Create the tables with RLS enabled and forced."""
    op.execute(TRAIL)


def downgrade() -> None:
    """Drop the trail with all its events, and the triggers that write it."""
    # The function was created by db/trail.
    op.execute("drop function if exists trail.record() cascade")
    op.execute("drop table app.events")
    op.execute("drop schema trail cascade")
