"""Several machines on one ledger: who is the active one, and a copy of each mail that outlives a machine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make both tables; nobody is active yet."""
    op.create_table(
        "lease",
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", _INSTANT),
    )
    op.execute("INSERT INTO lease (epoch, holder) VALUES (0, '')")
    op.create_table(
        "piece",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "ordinal", name="pk_piece"),
    )
