"""Mails that a person sealed: which facts lost their words, and what their links are made to since."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table; its rows are facts, so none is changed or taken away."""
    op.create_table(
        "sealing",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("blanked", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_sealing_arrival"),
        sa.PrimaryKeyConstraint("number", name="pk_sealing"),
    )
    guard("sealing", "UPDATE", "DELETE")
