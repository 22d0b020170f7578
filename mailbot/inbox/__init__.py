"""The door in: where mails come from, how their bytes are kept, and what is read from them.

Only this room knows imapclient and mail-parser. It reads no clock and writes no log; times are
parameters, and what went wrong is a value or an error of `mailbot.errors`. Nothing here changes a
mailbox before the caller says that the mail is recorded.
"""
