"""Mails that were listed, and gone before they could be read."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table, and let nobody change what it holds."""
    op.create_table(
        "vanished",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_vanished"),
        sa.CheckConstraint("since <= until", name="ck_vanished_order"),
    )
    guard("vanished", "UPDATE", "DELETE")
