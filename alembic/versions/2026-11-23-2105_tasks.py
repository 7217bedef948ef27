"""The table tasks, with row-level security and without policies."""

from alembic import op

revision = "202611232105"
down_revision = "202611232100"
branch_labels = None
depends_on = None
floor = revision

TABLE = r"""
create table app.tasks (
    user_id text not null default app.current_user_id(),
    id uuid not null default app.new_id(),
    title text not null,
    description text,
    completed boolean not null default false,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    constraint tasks_pkey primary key (user_id, id),
    constraint tasks_user_id_check check (user_id <> ''),
    constraint tasks_title_check check (
        char_length(title) between 1 and 200 and title = btrim(title, E' \t\n\r\f\x0b')
    ),
    constraint tasks_description_check check (char_length(description) <= 20000),
    constraint tasks_completed_at_check check (completed = (completed_at is not null))
);
alter table app.tasks enable row level security;
alter table app.tasks force row level security;
comment on table app.tasks is 'What users have to do. A user reaches only their own rows.';
"""


def upgrade() -> None:
    """Create the table with RLS enabled and forced."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop the table and its rows."""
    op.execute("drop table app.tasks")
    op.execute("drop function if exists app.touch_task()")  # of db/policies/tasks.sql
