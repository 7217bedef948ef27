"""${message}."""

from alembic import op

revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}
branch_labels = None
depends_on = None
floor = revision  # None where this only adds: docs/deploying.md says what older code needs

CHANGE = """
-- A new table enables and forces row-level security here: see CONTRIBUTING.md.
"""


def upgrade() -> None:
    """Say what changes."""
    op.execute(CHANGE)


def downgrade() -> None:
    """Say what is lost. Row-level security stays on."""
    op.execute("")
