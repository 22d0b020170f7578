"""Closed periods: the figures that a person approved, which later changes amend and never overwrite."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table; a closing is a fact, so no row of it is changed or taken away."""
    op.create_table(
        "closing",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("rulings", sa.Integer(), nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("via", sa.Integer()),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["via"], ["arrival.number"], name="fk_closing_via"),
        sa.PrimaryKeyConstraint("number", name="pk_closing"),
    )
    op.create_index("ix_closing_period", "closing", ["period"])
    guard("closing", "UPDATE", "DELETE")
