"""The caretaker: three loops that meet only in the ledger, and what starts and stops them.

`intake` brings mails in, `planning` writes the letters that ought to exist, `delivery` posts them.
None calls another; a lost wake-up hint costs one tick.
"""
