"""The doors that a configuration names: which inbox, and which way out."""

from dataclasses import replace
from typing import assert_never

from mailbot.config import Canary, Config, ImapInbox, MaildirInbox, MaildirPost, SmtpPost
from mailbot.inbox import imap, maildir
from mailbot.inbox.source import Inbox
from mailbot.post import maildir as post_maildir
from mailbot.post import smtp
from mailbot.post.door import Post


def open_inbox(config: Config) -> Inbox:
    """The mailbox of `[inbox]`, not connected yet.

    Raises:
        Misconfigured: if the password file cannot be read.
    """
    section = config.inbox
    match section:
        case MaildirInbox():
            return maildir.MaildirInbox(
                section.path, filed_folder=section.filed_folder, move=section.filing == "move"
            )
        case ImapInbox():
            return imap.ImapInbox(_imap(section))
        case _:
            assert_never(section)


def _imap(section: ImapInbox) -> imap.ImapSettings:
    return imap.ImapSettings(
        host=section.host,
        port=section.port,
        user=section.user,
        password=section.password_file.read(),
        tls=section.tls.value,
        folder=section.folder,
        filed_folder=section.filed_folder,
        move=section.filing == "move",
        idle=section.idle,
        ca_file=section.ca_file,
        connect_seconds=section.connect_seconds,
        read_seconds=section.read_seconds,
        slice_bytes=section.slice_bytes,
    )


def open_filed(config: Config) -> Inbox:
    """The folder that recorded mails are filed into, to be read and left as it is; not connected yet.

    Raises:
        Misconfigured: if the password file cannot be read.
    """
    section = config.inbox
    match section:
        case MaildirInbox():
            return maildir.MaildirInbox(section.path / f".{section.filed_folder}", move=False)
        case ImapInbox():
            return imap.ImapInbox(replace(_imap(section), folder=section.filed_folder, move=False))
        case _:
            assert_never(section)


def open_post(config: Config, sender: str, own_box: str) -> Post:
    """The way out of `[post]`, not connected yet; letters come from `sender`, copies go to `own_box`.

    Raises:
        Misconfigured: if the password file cannot be read.
    """
    section = config.post
    match section:
        case MaildirPost():
            return post_maildir.MaildirPost(section.path)
        case SmtpPost():
            password = section.password_file.read() if section.password_file else ""
            return smtp.SmtpPost(
                smtp.SmtpSettings(
                    host=section.host,
                    port=section.port,
                    security=smtp.Security(section.tls.value),
                    username=section.user or "",
                    password=password,
                    ca_file=section.ca_file,
                    sender=sender,
                    copy_to=own_box if config.delivery.receipt_copy else "",
                    timeout=section.read_seconds,
                    dot_timeout=section.dot_seconds,
                )
            )
        case _:
            assert_never(section)


def open_canary(section: Canary) -> smtp.SmtpPost:
    """The way from outside that `[canary]` names, not connected yet; host and sender must be there.

    Raises:
        Misconfigured: if the password file cannot be read.
    """
    assert section.host is not None
    assert section.sender is not None
    return smtp.SmtpPost(
        smtp.SmtpSettings(
            host=section.host,
            port=section.port,
            security=smtp.Security(section.tls.value),
            username=section.user or "",
            password=section.password_file.read() if section.password_file else "",
            ca_file=section.ca_file,
            sender=section.sender,
        )
    )
