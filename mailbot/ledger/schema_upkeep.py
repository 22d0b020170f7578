"""The tables by which a ledger is kept: who works with it, proof of watching, copies of mails, the chain."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from mailbot.ledger.schema import metadata, numbered
from mailbot.ledger.types import AnyText, Instant, Json

# One row, used where several machines share the ledger: the active mailbot's epoch, who it is, and until
# when it is so without renewing; `until` is empty while nobody is.
lease = Table(
    "lease",
    metadata,
    Column("epoch", BigInteger, nullable=False),
    Column("holder", AnyText, nullable=False),
    Column("until", Instant),
)

# Raw mails in pieces, by the hash of the whole; only there where several machines share the ledger.
piece = Table(
    "piece",
    metadata,
    Column("sha256", String(64), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sha256", "ordinal"),
)

# Stretches in which the mailbox was really read: from the first scan's start to the last one's end.
# `sure_until` is the start of the last scan: what came later may have been missed by it.
scan = Table(
    "scan",
    metadata,
    numbered(),
    Column("mailbox", AnyText, nullable=False, index=True),
    Column("from_at", Instant, nullable=False),
    Column("sure_until", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    CheckConstraint("from_at <= sure_until AND sure_until <= until_at", name="order"),
)

# A person's word that the mailbox was left alone while mailbot did not watch.
vouch = Table(
    "vouch",
    metadata,
    numbered(),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("vouched_at", Instant, nullable=False),
    CheckConstraint("since < until", name="order"),
)

# A mail that was listed, and gone before it could be read: it came after `since`, and was gone by `until`.
vanished = Table(
    "vanished",
    metadata,
    numbered(),
    Column("mailbox", AnyText, nullable=False),
    Column("place", AnyText, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    CheckConstraint("since <= until", name="order"),
)

# One link a transaction that added facts: `ends` are the highest numbers of each kind of fact that it covers.
link = Table(
    "link",
    metadata,
    numbered(),
    Column("sha256", String(64), nullable=False),
    Column("ends", Json, nullable=False),
)

# A person sealed a mail: `blanked` says which facts lost its words, `links` what links are made to since.
sealing = Table(
    "sealing",
    metadata,
    numbered(),
    Column("arrival", ForeignKey("arrival.number"), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("blanked", Json, nullable=False),
    Column("links", Json, nullable=False),
)
