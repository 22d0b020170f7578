"""The first tables, what guards them, and the ledger's own name and secret."""

import secrets
import uuid

import sqlalchemy as sa
from alembic import op

from mailbot.ledger.migrations.guards import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

# What is refused, on which table. Facts are corrected by new rows only; a letter's bytes are those that
# were queued; a key is freed only by withdrawing its letter, and never by taking rows away.
_GUARDS = (
    ("arrival", "UPDATE"),
    ("arrival", "DELETE"),
    ("ruling", "UPDATE"),
    ("ruling", "DELETE"),
    ("stamp", "UPDATE"),
    ("stamp", "DELETE"),
    ("duty", "UPDATE"),
    ("duty", "DELETE"),
    ("letter", "UPDATE OF number, kind, unit, answers, message_id, recipients, subject, raw, queued_at"),
    ("letter", "DELETE"),
    ("notice", "UPDATE OF letter, ordinal, key"),
    ("notice", "DELETE"),
    ("attempt", "DELETE"),
)


def upgrade() -> None:
    """Make everything."""
    _make_keeping()
    _make_arrivals()
    _make_duties()
    _make_letters()
    _make_scans()
    _make_guards()
    op.execute("INSERT INTO tally (changes) VALUES (0)")
    meta = sa.table("meta", sa.column("name"), sa.column("value"))
    named = {"instance": uuid.uuid4().hex, "message_secret": secrets.token_hex(32)}
    op.bulk_insert(meta, [{"name": name, "value": value} for name, value in named.items()])


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer(), autoincrement=False, nullable=False)


def _make_keeping() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table("tally", sa.Column("changes", sa.BigInteger(), nullable=False))


def _make_arrivals() -> None:
    op.create_table(
        "arrival",
        _number(),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("arrived_at", _INSTANT, nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("clocks", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "clock IN ('given', 'boundary', 'server', 'trace', 'seen')", name="ck_arrival_clock"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_arrival"),
        sa.UniqueConstraint("sha256", name="uq_arrival_sha256"),
    )
    op.create_index("ix_arrival_identity", "arrival", ["identity"])
    op.create_index("ix_arrival_message_id", "arrival", ["message_id"])
    op.create_table(
        "sighting",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_sighting_arrival"),
        sa.PrimaryKeyConstraint("mailbox", "validity", "name", name="pk_sighting"),
    )
    op.create_index("ix_sighting_arrival", "sighting", ["arrival"])
    op.create_table(
        "ruling",
        _number(),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ruled_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_ruling_arrival"),
        sa.PrimaryKeyConstraint("number", name="pk_ruling"),
    )
    op.create_index("ix_ruling_arrival", "ruling", ["arrival"])


def _make_duties() -> None:
    op.create_table(
        "stamp",
        _number(),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("stamped_at", _INSTANT, nullable=False),
        sa.Column("register_no", sa.Text(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_stamp"),
        sa.UniqueConstraint("unit", "report", "period", "register_no", name="uq_stamp_unit"),
    )
    op.create_table(
        "duty",
        _number(),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("opens_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("derivation", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("announced_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_duty"),
    )
    op.create_index("ix_duty_unit", "duty", ["unit", "report", "period"])


def _make_letters() -> None:
    op.create_table(
        "letter",
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
        sa.Column("not_before", _INSTANT),
        sa.Column("sending_since", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.Column("last_reply", sa.Text()),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'query', 'reminder', 'late', 'sealed', 'alert', 'digest')",
            name="ck_letter_kind",
        ),
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
    for column in ("message_id", "state", "turn"):
        op.create_index(f"ix_letter_{column}", "letter", [column])
    wire = sa.column("sending_since").is_not(None)
    op.create_index(
        "ix_letter_sending", "letter", ["sending_since"], sqlite_where=wire, postgresql_where=wire
    )
    op.create_table(
        "notice",
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["letter.number"], name="fk_notice_letter"),
        sa.PrimaryKeyConstraint("letter", "key", name="pk_notice"),
    )
    live = sa.column("live", sa.Boolean())
    op.create_index(
        "ix_notice_live", "notice", ["key"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "attempt",
        _number(),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("began_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reply", sa.Text()),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'deferred', 'refused', 'lost')", name="ck_attempt_outcome"
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ck_attempt_ended"),
        sa.ForeignKeyConstraint(["letter"], ["letter.number"], name="fk_attempt_letter"),
        sa.PrimaryKeyConstraint("number", name="pk_attempt"),
    )
    op.create_index("ix_attempt_letter", "attempt", ["letter"])
    op.create_index("ix_attempt_began_at", "attempt", ["began_at"])


def _make_scans() -> None:
    op.create_table(
        "scan",
        _number(),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("from_at", _INSTANT, nullable=False),
        sa.Column("sure_until", _INSTANT, nullable=False),
        sa.Column("until_at", _INSTANT, nullable=False),
        sa.CheckConstraint("from_at <= sure_until AND sure_until <= until_at", name="ck_scan_order"),
        sa.PrimaryKeyConstraint("number", name="pk_scan"),
    )
    op.create_index("ix_scan_mailbox", "scan", ["mailbox"])


def _make_guards() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '% may not be changed so', TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, change in _GUARDS:
        guard(table, change)
    # A key that was freed stays free of that letter, which was withdrawn.
    head = "CREATE TRIGGER guard_notice_revival BEFORE UPDATE OF live ON notice FOR EACH ROW"
    head += " WHEN (NEW.live AND NOT OLD.live)"
    body = (
        "EXECUTE FUNCTION refuse_change()"
        if postgresql
        else "BEGIN SELECT RAISE(ABORT, 'notice may not be changed so'); END"
    )
    op.execute(f"{head} {body}")
