"""The few questions that matter of a new office, in Vietnamese; each answer is tried before the next."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click

from mailbot.cli.advice import advice
from mailbot.cli.new_office import Door, profiles
from mailbot.cli.options import Day
from mailbot.cli.printing import say
from mailbot.config import server_faults
from mailbot.errors import MailbotError
from mailbot.inbox.imap import ImapInbox, ImapSettings
from mailbot.post.smtp import Security, SmtpPost, SmtpSettings
from mailbot.resources import resource
from mailbot.rulebook import office_of

# What is asked about each kind of server, and what need not be.
_KINDS = {
    "1": ("Dovecot, Postfix và tương tự", "", ""),
    "2": ("Zimbra", "", ""),
    "3": ("Exchange đặt tại tỉnh", "", ""),
    "4": ("Microsoft 365", "outlook.office365.com", "smtp.office365.com"),
    "5": ("Google Workspace", "imap.gmail.com", "smtp.gmail.com"),
    "0": ("chưa nối máy chủ nào: diễn tập với thư mục trên máy này", "", ""),
}
_MICROSOFT, _REHEARSAL = "4", "0"
_PASSWORD, _SECRET = "hop-thu.password", "oauth.secret"
_PROTECTED, _PORT = click.Choice(["tls", "starttls"]), click.IntRange(1, 65535)
# Mailboxes have dozens of folders; a person reads so many.
_MOST_FOLDERS = 40


@dataclass(slots=True)
class Answers:
    """What a person answered."""

    profile: str
    go_live: date
    doors: dict[str, Any] = field(default_factory=dict)


def ask(profile: str, go_live: date) -> Answers:
    """Ask, with the given answers as what Enter means."""
    click.echo("Enter là nhận giá trị trong ngoặc vuông. Mọi điều sửa lại được trong config.toml.\n")
    names = profiles()
    for number, name in enumerate(names, 1):
        click.echo(f"  {number}. {name} ({office_of(resource('rules') / name)})")
    number = click.prompt(
        "Bộ quy tắc ban đầu", type=click.IntRange(1, len(names)), default=names.index(profile) + 1
    )
    day = click.prompt(
        "Không viết thư về việc gì đến hạn hoặc đến trước ngày",
        type=Day(),
        default=go_live.isoformat(),
    )
    answers = Answers(names[number - 1], day)
    for choice, (name, _, _) in _KINDS.items():
        click.echo(f"  {choice}. {name}")
    kind = click.prompt("Hộp thư báo cáo ở máy chủ loại nào", type=click.Choice(list(_KINDS)), default="1")
    if kind == _MICROSOFT:
        answers.doors = _microsoft(kind)
    elif kind != _REHEARSAL:
        answers.doors = _with_password(kind)
    return answers


def _with_password(kind: str) -> dict[str, Any]:
    _, imap_host, smtp_host = _KINDS[kind]
    if imap_host:
        click.echo("Google không nhận mật khẩu thường: tạo mật khẩu ứng dụng cho hộp thư này.")
    imap = _imap(imap_host)
    while (folder := _folder(imap)) is None and _again():
        imap = _imap(imap.host, imap)
    smtp = _smtp(smtp_host or imap.host, imap)
    while not _lets_in(smtp) and _again():
        smtp = _smtp(smtp.host, imap, smtp)
    account: dict[str, Any] = {
        "user": imap.user,
        "password_file": _PASSWORD,
        "ca_file": str(imap.ca_file) if imap.ca_file else None,
    }
    return {
        "inbox": Door(host=imap.host, port=imap.port, tls=imap.tls, folder=folder, **account),
        "post": Door(host=smtp.host, port=smtp.port, tls=str(smtp.security), **account),
        "secrets": {_PASSWORD: imap.password},
    }


def _again() -> bool:
    return click.confirm("Sửa lại rồi thử nữa", default=True)


def _imap(host: str, before: ImapSettings | None = None) -> ImapSettings:
    """How to reach the mailbox; what was answered `before` is what Enter means."""
    host = click.prompt("Máy chủ đọc thư (IMAP)", default=host or None, value_proc=_server)
    if before is None:
        user = click.prompt("Tên đăng nhập (thường là địa chỉ hộp thư)")
        password = click.prompt("Mật khẩu", hide_input=True)
    else:
        user = click.prompt("Tên đăng nhập", default=before.user)
        kept = "Mật khẩu (Enter: giữ như trước)"
        password = click.prompt(kept, hide_input=True, default=before.password, show_default=False)
    port = click.prompt("Cổng IMAP", type=_PORT, default=before.port if before else 993)
    usual = before.tls if before and before.port == port else _tls(port, 993)
    chosen = click.prompt("Bảo vệ kết nối", type=_PROTECTED, default=usual)
    return ImapSettings(
        host=host,
        user=user,
        password=password,
        port=port,
        tls="tls" if chosen == "tls" else "starttls",
        ca_file=_ca_file(before.ca_file) if before else None,
        move=False,
    )


def _smtp(host: str, account: ImapSettings, before: SmtpSettings | None = None) -> SmtpSettings:
    """How letters leave, by the mailbox's account; asked again, also how that is protected."""
    host = click.prompt("Máy chủ gửi thư (SMTP)", default=host, value_proc=_server)
    port = click.prompt("Cổng SMTP", type=_PORT, default=before.port if before else 587)
    tls = _tls(port, 465)
    if before:
        tls = click.prompt("Bảo vệ kết nối", type=_PROTECTED, default=tls)
    return SmtpSettings(
        host=host,
        port=port,
        security=Security(tls),
        username=account.user,
        password=account.password,
        ca_file=account.ca_file,
        sender=account.user,
    )


def _microsoft(kind: str) -> dict[str, Any]:
    """An application of Entra ID that works in its own name; its tokens are tried by `mailbot check`."""
    _, imap_host, smtp_host = _KINDS[kind]
    user = click.prompt("Địa chỉ hộp thư")
    tenant = click.prompt("Mã tổ chức (tenant ID)")
    client = click.prompt("Mã ứng dụng (client ID)")
    secret = click.prompt("Bí mật ứng dụng (client secret)", hide_input=True)
    tokens = f"""
[oauth]
token_url = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
client_id = "{client}"
client_secret_file = "{_SECRET}"
scope = "https://outlook.office365.com/.default"
"""
    return {
        "inbox": Door(host=imap_host, user=user),
        "post": Door(host=smtp_host, user=user),
        "tokens": tokens,
        "secrets": {_SECRET: secret},
    }


def _folder(settings: ImapSettings) -> str | None:
    """The folder to read, of those that the account sees; None if the server cannot be used like this."""
    inbox = ImapInbox(settings)
    try:
        inbox.connect()
        found, waiting = inbox.folders(), len(inbox.scan())
    except MailbotError as error:
        _troubled("inbox", error)
        return None
    finally:
        inbox.close()
    click.echo(f"Đăng nhập được; INBOX có {waiting} thư. Các thư mục:")
    for name in found[:_MOST_FOLDERS]:
        click.echo(f"  {name}")
    return click.prompt("Thư mục thư đến", type=click.Choice(found), default="INBOX", show_choices=False)


def _lets_in(settings: SmtpSettings) -> bool:
    """Whether the server that letters leave by takes the account."""
    try:
        asyncio.run(_greeted(settings))
    except MailbotError as error:
        _troubled("post", error)
        return False
    click.echo("Máy chủ gửi thư chấp nhận đăng nhập.")
    return True


async def _greeted(settings: SmtpSettings) -> str:
    post = SmtpPost(settings)
    try:
        return await post.check()
    finally:
        await post.close()


def _troubled(what: str, error: MailbotError) -> None:
    say(f"Không được: {error}")
    say(f"  {advice(what, error)}")


def _ca_file(before: Path | None) -> Path | None:
    says = f"Enter: {before or 'không có'}"
    while answer := click.prompt(
        f"Tệp chứng thư gốc do tỉnh cấp ({says})", default=str(before or ""), show_default=False
    ):
        if Path(answer).is_file():
            return Path(answer).absolute()
        click.echo(f"Không có tệp {answer}.")
    return None


def _server(written: str) -> str:
    """The name of a server, as config.toml takes it."""
    table = {"kind": "imap", "host": written.strip(), "user": "?"}
    if server_faults(Path("config.toml"), "inbox", table):
        says = "ghi tên máy chủ, như mail.example.gov.vn, hoặc địa chỉ IP; không có https:// và số cổng"
        raise click.BadParameter(says)
    return written.strip()


def _tls(port: int, direct: int) -> str:
    return "tls" if port == direct else "starttls"
