"""Judgement: what a mail is, what is owed, which letters ought to exist.

Standard library only. No I/O, no clock, no logging, no async: everything here is a function of its
arguments, so a whole year can be rehearsed in seconds and any past day replayed.
"""
