"""Real mail servers on loopback, in private directories, for the tests marked `servers`.

`loop.MailHome` is what most tests want: a unit's letter goes in by SMTP through Postfix, Dovecot
keeps it, and it is read by IMAP. `sink.SmtpSink` is a scripted SMTP server for faults that a sound
server never shows. `install.sh` brings the packages.
"""
