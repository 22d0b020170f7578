"""The few questions that matter of a new office, in Vietnamese; each answer is tried before the next."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import click

from mailbot.cli.advice import advice
from mailbot.cli.new_office import Door, profiles
from mailbot.cli.printing import print_rows
from mailbot.errors import MailbotError
from mailbot.inbox.imap import ImapInbox, ImapSettings
from mailbot.post.smtp import Security, SmtpPost, SmtpSettings

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
_PROTECTED = click.Choice(["tls", "starttls"])
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
        click.echo(f"  {number}. {name}")
    number = click.prompt(
        "Bộ quy tắc ban đầu", type=click.IntRange(1, len(names)), default=names.index(profile) + 1
    )
    day = click.prompt(
        "Không viết thư về việc gì đến hạn hoặc đến trước ngày",
        type=click.DateTime(["%Y-%m-%d"]),
        default=go_live.isoformat(),
    )
    answers = Answers(names[number - 1], day.date())
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
    host = click.prompt("Máy chủ đọc thư (IMAP)", default=imap_host or None)
    user = click.prompt("Tên đăng nhập (thường là địa chỉ hộp thư)")
    if imap_host:
        click.echo("Google không nhận mật khẩu thường: tạo mật khẩu ứng dụng cho hộp thư này.")
    password = click.prompt("Mật khẩu", hide_input=True)
    ca_file = None
    while True:
        port = click.prompt("Cổng IMAP", type=int, default=993)
        chosen = click.prompt("Bảo vệ kết nối", type=_PROTECTED, default=_tls(port, 993))
        tls: Literal["tls", "starttls"] = "tls" if chosen == "tls" else "starttls"
        settings = ImapSettings(
            host=host, user=user, password=password, port=port, tls=tls, ca_file=ca_file, move=False
        )
        folder = _folder(settings)
        if folder is not None or not click.confirm("Sửa lại rồi thử nữa", default=True):
            break
        host = click.prompt("Máy chủ đọc thư (IMAP)", default=host)
        user = click.prompt("Tên đăng nhập", default=user)
        password = click.prompt(
            "Mật khẩu (Enter: giữ như trước)", hide_input=True, default=password, show_default=False
        )
        ca_file = _ca_file(ca_file)
    smtp = click.prompt("Máy chủ gửi thư (SMTP)", default=smtp_host or host)
    smtp_port = click.prompt("Cổng SMTP", type=int, default=587)
    smtp_tls = _tls(smtp_port, 465)
    _try_post(smtp, smtp_port, smtp_tls, user, password, ca_file)
    account: dict[str, Any] = {
        "user": user,
        "password_file": _PASSWORD,
        "ca_file": str(ca_file) if ca_file else None,
    }
    return {
        "inbox": Door(host=host, port=port, tls=tls, folder=folder, **account),
        "post": Door(host=smtp, port=smtp_port, tls=smtp_tls, **account),
        "secrets": {_PASSWORD: password},
    }


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


def _try_post(host: str, port: int, tls: str, user: str, password: str, ca_file: Path | None) -> None:
    settings = SmtpSettings(
        host=host,
        port=port,
        security=Security(tls),
        username=user,
        password=password,
        ca_file=ca_file,
        sender=user,
    )
    try:
        asyncio.run(_greeted(settings))
        click.echo("Máy chủ gửi thư chấp nhận đăng nhập.")
    except MailbotError as error:
        _troubled("post", error)


async def _greeted(settings: SmtpSettings) -> str:
    post = SmtpPost(settings)
    try:
        return await post.check()
    finally:
        await post.close()


def _troubled(what: str, error: MailbotError) -> None:
    print_rows([{"lỗi": str(error)}], as_json=False, columns=("lỗi",))
    click.echo(click.wrap_text(advice(what, error), 78, "  ", "  "))


def _ca_file(before: Path | None) -> Path | None:
    answer = click.prompt(
        "Tệp chứng thư gốc do tỉnh cấp (Enter: không có)", default=str(before or ""), show_default=False
    )
    return Path(answer).absolute() if answer else None


def _tls(port: int, direct: int) -> Literal["tls", "starttls"]:
    return "tls" if port == direct else "starttls"
