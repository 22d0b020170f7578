"""Official letters: what changes duties, and what each changed."""

import sqlalchemy as sa
from alembic import op

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
    for change in ("UPDATE", "DELETE"):
        _guard("official", change)


def _guard(table: str, change: str) -> None:
    name = f"guard_{table}_{change.split(maxsplit=1)[0].lower()}"
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} may not be changed so'); END")
