"""mailbot, the clerk at a Vietnamese province's shared reporting mailbox."""

__version__ = "0.1.0"
