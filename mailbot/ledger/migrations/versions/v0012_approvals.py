"""When a person let a held letter go: what was approved is not asked about again when it is written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("letter", sa.Column("released_at", _INSTANT))
