"""Letters found by the moment at which they were written: the fuse asks for those of today at every plan."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; it holds all that is asked for, so that nobody reads past the letters' bytes."""
    op.create_index("ix_letter_queued_at", "letter", ["queued_at", "state", "kind"])
