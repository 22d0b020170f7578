"""The doors that a configuration names: which inbox, and which way out."""

from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from mailbot.clock import Clock
from mailbot.config import FIND_JUNK, NO_JUNK, Canary, Config, ImapInbox, MaildirInbox, MaildirPost, SmtpPost
from mailbot.inbox import imap, maildir
from mailbot.inbox.source import Inbox, Sifted
from mailbot.post import maildir as post_maildir
from mailbot.post import smtp
from mailbot.post.door import Post
from mailbot.tokens import TokenCommand, Tokens, TokenServer


def open_tokens(config: Config, clock: Clock) -> Tokens | None:
    """The access tokens of `[oauth]`; None where passwords are used."""
    oauth = config.oauth
    if not oauth.used:
        return None
    source: TokenServer | TokenCommand
    if oauth.token_url is None:
        source = TokenCommand(command=oauth.token_command, lives=oauth.token_lives_seconds)
    else:
        source = TokenServer(
            url=oauth.token_url,
            client_id=oauth.client_id or "",
            refresh_token=oauth.refresh_token_file.read if oauth.refresh_token_file else None,
            client_secret=oauth.client_secret_file.read if oauth.client_secret_file else None,
            scope=oauth.scope or "",
            ca_file=oauth.ca_file,
        )
    return Tokens(source, config.state / "token.json", clock)


def open_inbox(config: Config, tokens: Tokens | None) -> Inbox:
    """The mailbox of `[inbox]`, not connected yet; with `tokens` in the place of a password.

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
            return imap.ImapInbox(_imap(section, tokens))
        case _:
            assert_never(section)


def _imap(section: ImapInbox, tokens: Tokens | None) -> imap.ImapSettings:
    return imap.ImapSettings(
        host=section.host,
        port=section.port,
        user=section.user,
        password=section.password_file.read() if section.password_file else "",
        token=tokens.token if tokens and not section.password_file else None,
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


def open_filed(config: Config, tokens: Tokens | None) -> Inbox:
    """The folder that recorded mails are filed into, to be read and left as it is; not connected yet.

    Raises:
        Misconfigured: if the password file cannot be read.
    """
    section = config.inbox
    match section:
        case MaildirInbox():
            filed = section.path / f".{section.filed_folder}"
            # There is none before the first mail is filed; that the Maildir is there is seen when it is read.
            with suppress(OSError):
                maildir.make_folder(filed)
            return maildir.MaildirInbox(filed, move=False)
        case ImapInbox():
            return imap.ImapInbox(replace(_imap(section, tokens), folder=section.filed_folder, move=False))
        case _:
            assert_never(section)


def open_junk(config: Config, inbox: Inbox, tokens: Tokens | None) -> Sifted | None:
    """The folder for junk beside `inbox`, to be read and left as it is; None where none is, or is wanted.

    Args:
        config: says which folder that is, or that the server is to be asked.
        inbox: connected.
        tokens: as for the mailbox.

    Raises:
        Unavailable: the server does not say which folder it is.
        Misconfigured: if the password file cannot be read.
    """
    section = config.inbox
    if not isinstance(section, ImapInbox) or not isinstance(inbox, imap.ImapInbox):
        return None
    if section.junk == NO_JUNK:
        return None
    folder = inbox.junk_folder() if section.junk == FIND_JUNK else section.junk
    if folder is None or folder == section.folder:
        return None
    return imap.ImapInbox(replace(_imap(section, tokens), folder=folder, move=False))


def open_post(config: Config, sender: str, own_box: str, tokens: Tokens | None = None) -> Post:
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
                    token=tokens.token if tokens and section.user and not password else None,
                    ca_file=section.ca_file,
                    sender=sender,
                    copy_to=own_box if config.delivery.receipt_copy else "",
                    connections=section.connections,
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
