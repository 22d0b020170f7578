"""The door out: notices become letters, and letters reach a mail server or a folder.

The only room that uses jinja2 and aiosmtplib. `render` words a notice, `letter` builds its bytes,
`smtp` and `maildir` deliver them; all speak of `mailbot.core.posting.Letter`.
"""
