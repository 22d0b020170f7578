"""Marks of State secrecy, and what is done about a mail that has one or ought to."""
