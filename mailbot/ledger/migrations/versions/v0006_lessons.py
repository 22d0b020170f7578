"""What people decided about the addresses and phrases that their rulings suggest to remember."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table, and let nobody change a row of it."""
    op.create_table(
        "lesson",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("teaches", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("arrivals", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.CheckConstraint("teaches IN ('address', 'topic')", name="ck_lesson_teaches"),
        sa.PrimaryKeyConstraint("number", name="pk_lesson"),
    )
    guard("lesson", "UPDATE", "DELETE")
