"""${message}."""

% if "sa." in (upgrades or "") + (downgrades or ""):
import sqlalchemy as sa
% endif
from alembic import op

revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}
branch_labels = None
depends_on = None
floor = revision  # None where this only adds: docs/how-to/deploy.md says what older code needs


def upgrade() -> None:
    """Say what changes. docs/tutorial/add-a-table.md shows how to add a table."""
    ${upgrades if upgrades else 'op.execute("select")'}


def downgrade() -> None:
    """Say what is lost. Row-level security stays on."""
    ${downgrades if downgrades else 'op.execute("select")'}
