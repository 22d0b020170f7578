"""The book on disk (sổ): arrivals, rulings, announced duties and letters, in SQLite or PostgreSQL.

The only room that knows SQL. It keeps what it is told and never judges: who is late is nowhere stored.
Its guarantees: what `record`, `begin` or `settle` returned from is on the disk; an arrival, ruling,
stamp or announced duty is never changed; one notice key has one letter, ever.
"""

from mailbot.ledger.store import Attempt, Echo, Entry, Ledger, LetterRow, Outgoing

__all__ = ["Attempt", "Echo", "Entry", "Ledger", "LetterRow", "Outgoing"]
