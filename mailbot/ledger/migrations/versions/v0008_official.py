"""Official letters: what changes duties, and what each changed."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table; nothing in it may be changed or deleted."""
    op.create_table(
        "official",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_official"),
    )
    guard("official", "UPDATE", "DELETE")
