"""The sort key and the indexes of the two orders of the task list.

`title_key` is a column and not an expression in the index, because `lower` is not leakproof: under
row-level security the planner may not use a function that is not leakproof in an index condition,
and a late page would read all rows before it.
"""

from alembic import op

revision = "202611232110"
down_revision = "202611232105"
branch_labels = None
depends_on = None
floor = revision


def upgrade() -> None:
    """Add the sort key of titles and one index per order."""
    op.execute(
        "alter table app.tasks add column title_key text not null"
        " generated always as (lower(title)) stored"
    )
    op.execute("create index tasks_created_idx on app.tasks (user_id, created_at, id)")
    op.execute("create index tasks_title_idx on app.tasks (user_id, title_key, id)")


def downgrade() -> None:
    """Remove both indexes and the sort key."""
    op.execute("drop index app.tasks_title_idx")
    op.execute("drop index app.tasks_created_idx")
    op.execute("alter table app.tasks drop column title_key")
