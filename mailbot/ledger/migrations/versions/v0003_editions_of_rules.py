"""Which rules were in force since when, and why a duty differs from what was announced first."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns and the table; editions are facts, so no row of theirs is changed or taken away."""
    op.add_column("duty", sa.Column("excused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("duty", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("duty", sa.Column("letter", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("taken_up_at", _INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_edition"),
    )
    guard("edition", "UPDATE", "DELETE")
