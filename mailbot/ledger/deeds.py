"""What people did about urgent matters: demands for a report, and closings."""

from sqlalchemy import CheckConstraint, Column, String, Table, Text

from mailbot.ledger.schema import metadata, numbered
from mailbot.ledger.types import AnyText, Instant

incident = Table(
    "incident",
    metadata,
    numbered(),
    Column("act", String(20), nullable=False),
    Column("unit", Text, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("about", String(20), nullable=False),
    Column("summary", AnyText, nullable=False),
    Column("source", AnyText, nullable=False),
    Column("due_at", Instant),
    CheckConstraint("act IN ('demand', 'close')", name="act"),
)
