"""What units were given to do, and what people noted about it."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make both tables; nothing in them may be changed or deleted."""
    op.create_table(
        "assignment",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_assignment"),
    )
    op.create_table(
        "note",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("noted_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["assignment"], ["assignment.number"], name="fk_note_assignment"),
        sa.PrimaryKeyConstraint("number", name="pk_note"),
    )
    op.create_index("ix_note_assignment", "note", ["assignment"])
    for table in ("assignment", "note"):
        guard(table, "UPDATE", "DELETE")
