"""The trigger function of tasks writes only completed_at; app.touch() writes the shared columns.

The old function is renamed, not dropped: a rename keeps the trigger and takes no lock on the table.
Afterwards db/policies/columns.sql and tasks.sql replace functions and triggers.
"""

from alembic import op

revision = "202611271500"
down_revision = "202611250300"
branch_labels = None
depends_on = None
floor = None  # older code calls neither function

RENAME = """
do $$
begin
    if to_regprocedure('app.touch_task()') is not null then
        alter function app.touch_task() rename to set_completed_at;
    end if;
end
$$;
"""


def upgrade() -> None:
    """Rename the function of tasks; a new database does not have it yet."""
    op.execute(RENAME)


def downgrade() -> None:
    """Drop both functions and their triggers. At an older revision every table is closed."""
    op.execute("drop function if exists app.touch() cascade")
    op.execute("drop function if exists app.set_completed_at() cascade")
