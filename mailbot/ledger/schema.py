"""The tables, as the newest migration leaves them.

Written by `migrations/`; a test holds the two together. Numbers are given by the ledger itself, from 1
and without gaps. What must never change is guarded by triggers, which only the migrations know.
"""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from mailbot.core.changes.lesson import Teaches
from mailbot.core.command import Done
from mailbot.core.mail import ArrivalClock
from mailbot.core.posting import FINAL, Fate, Stage, State
from mailbot.ledger.types import AnyText, Instant, Json

# The revision that this code works with: the file name of the newest migration begins with it.
REVISION = "0017"


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def numbered() -> Column[int]:
    """The number of a row, which the ledger gives itself."""
    return Column("number", Integer, primary_key=True, autoincrement=False)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# What the ledger is called, its secret for Message-IDs, and the hold switch.
meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", AnyText, nullable=False),
)

# One row: how many writing transactions there were. Whoever has seen this number has seen everything.
tally = Table("tally", metadata, Column("changes", BigInteger, nullable=False))

# `message_id` and `sender` repeat what stands in `mail`, for look-ups by hand.
arrival = Table(
    "arrival",
    metadata,
    numbered(),
    Column("sha256", String(64), nullable=False),
    Column("identity", String(64), nullable=False, index=True),
    Column("message_id", AnyText, nullable=False, index=True),
    Column("sender", AnyText, nullable=False, index=True),
    Column("arrived_at", Instant, nullable=False),
    Column("clock", String(20), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("rules", Text, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("mail", Json, nullable=False),
    Column("verdict", Json, nullable=False),
    Column("clocks", Json, nullable=False),
    UniqueConstraint("sha256"),
    _one_of("clock", ArrivalClock),
)

sighting = Table(
    "sighting",
    metadata,
    Column("mailbox", AnyText, nullable=False),
    Column("validity", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("arrival", ForeignKey(arrival.c.number), nullable=False, index=True),
    PrimaryKeyConstraint("mailbox", "validity", "name"),
)

ruling = Table(
    "ruling",
    metadata,
    numbered(),
    Column("arrival", ForeignKey(arrival.c.number), nullable=False, index=True),
    Column("verdict", Json, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("ruled_at", Instant, nullable=False),
)

# What became of each command by reply; a mail gives one command, and it is carried out once.
command = Table(
    "command",
    metadata,
    numbered(),
    Column("arrival", ForeignKey(arrival.c.number), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("done", String(20), nullable=False),
    Column("says", AnyText, nullable=False),
    Column("decided_at", Instant, nullable=False),
    UniqueConstraint("arrival"),
    _one_of("done", Done),
)

stamp = Table(
    "stamp",
    metadata,
    numbered(),
    Column("unit", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("period", String(20), nullable=False),
    Column("stamped_at", Instant, nullable=False),
    Column("register_no", AnyText, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("unit", "report", "period", "register_no"),
)

# An official letter: what it says and what it did are values; nothing searches in them.
official = Table(
    "official",
    metadata,
    numbered(),
    Column("document", Json, nullable=False),
    Column("effect", Json, nullable=False),
    Column("scope", Json, nullable=False),
    Column("changes", Json, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# What people decided about proposals; the last row of (teaches, words, of) counts.
lesson = Table(
    "lesson",
    metadata,
    numbered(),
    Column("teaches", String(20), nullable=False),
    Column("words", AnyText, nullable=False),
    Column("of", Text, nullable=False),
    Column("arrivals", Json, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("decided_at", Instant, nullable=False),
    _one_of("teaches", Teaches),
)

# The last row of a (unit, report, period) counts.
duty = Table(
    "duty",
    metadata,
    numbered(),
    Column("unit", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("period", String(20), nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("basis", AnyText, nullable=False),
    Column("derivation", AnyText, nullable=False),
    Column("rules", Text, nullable=False),
    Column("announced_at", Instant, nullable=False),
    Column("excused", Boolean, nullable=False, server_default=false()),
    Column("reason", AnyText, nullable=False, server_default=""),
    Column("letter", AnyText, nullable=False, server_default=""),
    Index("ix_duty_unit", "unit", "report", "period"),
    Index("ix_duty_period", "period"),
)

# Which rules were in force since when; the last row is what counts.
edition = Table(
    "edition",
    metadata,
    numbered(),
    Column("fingerprint", Text, nullable=False),
    Column("profile", AnyText, nullable=False),
    Column("taken_up_at", Instant, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
)

# `sending_since` is set while the letter is on the wire, and `dot_at` once its final dot may have left;
# `turn` is the tally of its last change, `batch` the plan that it was written by. What kinds there are is
# known to the code alone: a new one must not rebuild the table. `taken` counts the recipients who have it;
# when a person has it tried again, refusals up to the number `forgiven` in `fate` no longer count.
letter = Table(
    "letter",
    metadata,
    numbered(),
    Column("kind", String(20), nullable=False),
    Column("unit", Text, index=True),
    Column("answers", ForeignKey(arrival.c.number)),
    Column("message_id", AnyText, nullable=False, index=True),
    Column("recipients", Json, nullable=False),
    Column("subject", AnyText, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("not_before", Instant),
    Column("sending_since", Instant),
    Column("dot_at", Instant),
    Column("settled_at", Instant),
    Column("last_reply", AnyText),
    Column("turn", BigInteger, nullable=False, index=True),
    Column("batch", Integer, nullable=False, index=True),
    Column("held_why", AnyText),
    Column("forgiven", Integer, nullable=False),
    Column("released_at", Instant),
    _one_of("state", State),
    CheckConstraint("tries >= 0 AND unknown >= 0 AND taken >= 0", name="counts"),
    CheckConstraint("dot_at IS NULL OR sending_since IS NOT NULL", name="dot"),
    CheckConstraint(
        "(settled_at IS NOT NULL) = (state IN ({}))".format(
            ", ".join(f"'{state}'" for state in State if state in FINAL)
        ),
        name="settled",
    ),
)

# The keys that a letter answers. `live` ends only when the letter is withdrawn: it never left.
notice = Table(
    "notice",
    metadata,
    Column("letter", ForeignKey(letter.c.number), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("live", Boolean, nullable=False),
    PrimaryKeyConstraint("letter", "key"),
)
Index("ix_letter_queued_at", letter.c.queued_at, letter.c.state, letter.c.kind)
# Both are as partial on PostgreSQL, which the migration says: to say it here, too, would load that dialect
# for every command, 2 MiB and 45 ms of it.
Index("ix_letter_sending", letter.c.sending_since, sqlite_where=letter.c.sending_since.is_not(None))
Index("ix_notice_live", notice.c.key, unique=True, sqlite_where=notice.c.live)

# One row a try; `ended_at` stays empty while nobody knows what became of it.
attempt = Table(
    "attempt",
    metadata,
    numbered(),
    Column("letter", ForeignKey(letter.c.number), nullable=False, index=True),
    Column("began_at", Instant, nullable=False, index=True),
    Column("dot_at", Instant),
    Column("ended_at", Instant),
    Column("outcome", String(20)),
    Column("cause", String(20)),
    Column("reply", AnyText),
    Column("queue_id", AnyText),
    _one_of("outcome", Fate),
    CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
)

# What became of each recipient in a try. `stage` "rcpt" speaks of that very address.
fate = Table(
    "fate",
    metadata,
    numbered(),
    Column("attempt", ForeignKey(attempt.c.number), nullable=False, index=True),
    Column("letter", ForeignKey(letter.c.number), nullable=False, index=True),
    Column("recipient", AnyText, nullable=False, index=True),
    Column("fate", String(20), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("reply", AnyText, nullable=False),
    Column("at", Instant, nullable=False),
    _one_of("fate", Fate),
    _one_of("stage", Stage),
)

# What the world said later of a letter for one recipient: delivery reports (RFC 3464), and the copy that
# came to our own mailbox. `status` is the enhanced code of RFC 3463, or "".
echo = Table(
    "echo",
    metadata,
    numbered(),
    Column("letter", ForeignKey(letter.c.number), nullable=False, index=True),
    Column("recipient", AnyText, nullable=False),
    Column("action", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("arrival", ForeignKey(arrival.c.number)),
    Column("at", Instant, nullable=False, index=True),
    _one_of("action", ("failed", "delayed", "delivered", "relayed", "expanded", "copied")),
)
