"""What people do about urgent matters: demands for a report, and closings."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table; its rows are facts, so none is changed or taken away."""
    op.create_table(
        "incident",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.CheckConstraint("act IN ('demand', 'close')", name="ck_incident_act"),
        sa.PrimaryKeyConstraint("number", name="pk_incident"),
    )
    guard("incident", "UPDATE", "DELETE")
