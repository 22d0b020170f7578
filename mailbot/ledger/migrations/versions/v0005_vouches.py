"""What people say of the stretches in which mailbot did not watch."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table, and let nobody change what it holds."""
    op.create_table(
        "vouch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("vouched_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_vouch"),
        sa.CheckConstraint("since < until", name="ck_vouch_order"),
    )
    guard("vouch", "UPDATE", "DELETE")
