"""Commands by reply; and letters of any kind: which kinds there are is the code's to say, not the table's."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
_GUARDED = "UPDATE OF number, kind, unit, answers, message_id, recipients, subject, raw, queued_at"


def upgrade() -> None:
    """Make the table, and take the list of kinds out of the one for letters."""
    op.create_table(
        "command",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("done", sa.String(20), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "done IN ('done', 'asked', 'refused', 'forged', 'locked', 'untrusted')", name="ck_command_done"
        ),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_command_arrival"),
        sa.PrimaryKeyConstraint("number", name="pk_command"),
        sa.UniqueConstraint("arrival", name="uq_command_arrival"),
    )
    guard("command", "UPDATE", "DELETE")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_letter_kind", "letter", type_="check")
    else:
        _copy_letters()


def _copy_letters() -> None:
    """Copy the table: SQLite drops no constraint in place (https://sqlite.org/lang_altertable.html, 7)."""
    op.create_table(
        "letter_copy",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("answers", sa.Integer()),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("not_before", _INSTANT),
        sa.Column("sending_since", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.Column("last_reply", sa.Text()),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'sent', 'given_up', 'withdrawn')", name="ck_letter_state"
        ),
        sa.CheckConstraint("tries >= 0 AND unknown >= 0", name="ck_letter_counts"),
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) = (state IN ('sent', 'given_up', 'withdrawn'))",
            name="ck_letter_settled",
        ),
        sa.ForeignKeyConstraint(["answers"], ["arrival.number"], name="fk_letter_answers"),
        sa.PrimaryKeyConstraint("number", name="pk_letter"),
    )
    op.execute("INSERT INTO letter_copy SELECT * FROM letter")
    op.drop_table("letter")
    op.rename_table("letter_copy", "letter")
    for column in ("message_id", "state", "turn"):
        op.create_index(f"ix_letter_{column}", "letter", [column])
    wire = sa.column("sending_since").is_not(None)
    op.create_index("ix_letter_sending", "letter", ["sending_since"], sqlite_where=wire)
    guard("letter", _GUARDED, "DELETE")
