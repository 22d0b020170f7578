"""The tables of what units were given to do, beside those of `mailbot.ledger.schema`."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from mailbot.ledger.schema import metadata
from mailbot.ledger.types import AnyText, Instant, Json

# What was given is a value; nothing searches in it.
assignment = Table(
    "assignment",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("given", Json, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
note = Table(
    "note",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("assignment", ForeignKey(assignment.c.number), nullable=False, index=True),
    Column("word", String(20), nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("proposal", AnyText, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("noted_at", Instant, nullable=False),
)
