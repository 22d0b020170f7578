"""How mailbot itself is: its watch, its clock, its mailbox, its ledger, and whom to alarm."""
