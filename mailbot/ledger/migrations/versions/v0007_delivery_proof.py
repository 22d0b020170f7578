"""The final dot as a state of its own, letters held for a reason, and what became of each recipient."""

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
_FATES = "'accepted', 'deferred', 'refused', 'lost'"
_STATES = "'waiting', 'held', 'sent', 'given_up', 'withdrawn', 'dropped'"
_FINAL = "'sent', 'given_up', 'withdrawn', 'dropped'"
_ACTIONS = "'failed', 'delayed', 'delivered', 'relayed', 'expanded', 'copied'"
_COUNTS = "tries >= 0 AND unknown >= 0 AND taken >= 0"
_KEPT = (
    "number, kind, unit, answers, message_id, recipients, subject, raw, queued_at, expires_at, state, tries,"
    " unknown, not_before, sending_since, settled_at, last_reply, turn"
)
# What a letter is never changes, and no fact of its way is taken back.
_GUARDS = (
    (
        "letter",
        "UPDATE OF number, kind, unit, answers, message_id, recipients, subject, raw, queued_at, batch",
    ),
    ("letter", "DELETE"),
    ("fate", "UPDATE"),
    ("fate", "DELETE"),
    ("echo", "UPDATE"),
    ("echo", "DELETE"),
)


def upgrade() -> None:
    """Widen `letter` and `attempt`; add `fate` and `echo`."""
    if op.get_bind().dialect.name == "postgresql":
        _alter_letters()
    else:
        _rebuild_letters()
    _widen_attempts()
    _make_fates()
    _make_echoes()
    for table, change in _GUARDS:
        guard(table, change)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer(), autoincrement=False, nullable=False)


def _alter_letters() -> None:
    op.execute("DROP TRIGGER guard_letter_update ON letter")
    op.execute("DROP TRIGGER guard_letter_delete ON letter")
    for check in ("ck_letter_state", "ck_letter_counts", "ck_letter_settled"):
        op.drop_constraint(check, "letter")
    op.add_column("letter", sa.Column("dot_at", _INSTANT))
    for count in ("taken", "batch", "forgiven"):
        op.add_column("letter", sa.Column(count, sa.Integer(), nullable=False, server_default="0"))
        op.alter_column("letter", count, server_default=None)
    op.add_column("letter", sa.Column("held_why", sa.Text()))
    op.create_check_constraint("ck_letter_state", "letter", f"state IN ({_STATES})")
    op.create_check_constraint("ck_letter_counts", "letter", _COUNTS)
    op.create_check_constraint("ck_letter_dot", "letter", "dot_at IS NULL OR sending_since IS NOT NULL")
    op.create_check_constraint(
        "ck_letter_settled", "letter", f"(settled_at IS NOT NULL) = (state IN ({_FINAL}))"
    )
    op.create_index("ix_letter_batch", "letter", ["batch"])


def _rebuild_letters() -> None:
    """SQLite cannot change a table's checks: make a new one (https://sqlite.org/lang_altertable.html)."""
    op.create_table(
        "letter_new",
        _number(),
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
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("not_before", _INSTANT),
        sa.Column("sending_since", _INSTANT),
        sa.Column("dot_at", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.Column("last_reply", sa.Text()),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("held_why", sa.Text()),
        sa.Column("forgiven", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="ck_letter_state"),
        sa.CheckConstraint(_COUNTS, name="ck_letter_counts"),
        sa.CheckConstraint("dot_at IS NULL OR sending_since IS NOT NULL", name="ck_letter_dot"),
        sa.CheckConstraint(f"(settled_at IS NOT NULL) = (state IN ({_FINAL}))", name="ck_letter_settled"),
        sa.ForeignKeyConstraint(["answers"], ["arrival.number"], name="fk_letter_answers"),
        sa.PrimaryKeyConstraint("number", name="pk_letter"),
    )
    values = f"SELECT {_KEPT}, 0, 0, 0 FROM letter"  # noqa: S608 - all of it is written above
    op.execute(f"INSERT INTO letter_new ({_KEPT}, taken, batch, forgiven) {values}")
    op.execute("DROP TABLE letter")
    op.execute("ALTER TABLE letter_new RENAME TO letter")
    for column in ("message_id", "state", "turn", "batch"):
        op.create_index(f"ix_letter_{column}", "letter", [column])
    op.create_index(
        "ix_letter_sending", "letter", ["sending_since"], sqlite_where=sa.text("sending_since IS NOT NULL")
    )


def _widen_attempts() -> None:
    op.add_column("attempt", sa.Column("dot_at", _INSTANT))
    op.add_column("attempt", sa.Column("cause", sa.String(20)))
    op.add_column("attempt", sa.Column("queue_id", sa.Text()))


def _make_fates() -> None:
    op.create_table(
        "fate",
        _number(),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint(f"fate IN ({_FATES})", name="ck_fate_fate"),
        sa.CheckConstraint("stage IN ('rcpt', 'data', 'dot')", name="ck_fate_stage"),
        sa.ForeignKeyConstraint(["attempt"], ["attempt.number"], name="fk_fate_attempt"),
        sa.ForeignKeyConstraint(["letter"], ["letter.number"], name="fk_fate_letter"),
        sa.PrimaryKeyConstraint("number", name="pk_fate"),
    )
    for column in ("attempt", "letter", "recipient"):
        op.create_index(f"ix_fate_{column}", "fate", [column])


def _make_echoes() -> None:
    op.create_table(
        "echo",
        _number(),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("arrival", sa.Integer()),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint(f"action IN ({_ACTIONS})", name="ck_echo_action"),
        sa.ForeignKeyConstraint(["letter"], ["letter.number"], name="fk_echo_letter"),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_echo_arrival"),
        sa.PrimaryKeyConstraint("number", name="pk_echo"),
    )
    for column in ("letter", "at"):
        op.create_index(f"ix_echo_{column}", "echo", [column])
