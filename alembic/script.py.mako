"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """A new table enables and forces row-level security here; see CONTRIBUTING.md."""
    ${upgrades if upgrades else 'op.execute("")'}


def downgrade() -> None:
    """Leave row-level security on."""
    ${downgrades if downgrades else 'op.execute("")'}
