"""`check`: everything tried that must work, and what to do where it does not."""

import asyncio
import os
import pwd
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click

from mailbot.cli.advice import advice
from mailbot.cli.options import config_file, configured, with_config, with_json
from mailbot.cli.printing import coloured, print_rows
from mailbot.clock import system_clock
from mailbot.config import NO_JUNK, Config
from mailbot.core.book import Book
from mailbot.core.changes.revision import changes
from mailbot.core.machine.alarm import Condition
from mailbot.core.machine.quota import warning
from mailbot.core.machine.timepiece import behind
from mailbot.core.machine.watch import Stretch
from mailbot.core.rules import Rules
from mailbot.daemon.alarm import try_command, try_mail
from mailbot.daemon.canary import fly
from mailbot.daemon.doors import open_inbox, open_junk, open_post, open_tokens
from mailbot.daemon.health import disk
from mailbot.daemon.house import load_words, open_ledger, opened
from mailbot.daemon.places import Places
from mailbot.daemon.round_trip import round_trip
from mailbot.daemon.storage import is_read_only
from mailbot.errors import Fault, MailbotError, Misconfigured
from mailbot.inbox.antivirus import Antivirus
from mailbot.inbox.imap import ImapInbox
from mailbot.inbox.signatures import Resolver
from mailbot.inbox.source import Inbox

Row: TypeAlias = dict[str, Any]

# A domain that is reserved for examples (RFC 2606): the profiles' addresses are invented.
_INVENTED = ".example"
_MOVED_BY_HAND = "Thư đã ghi nhận ở lại hộp thư đến; mailbot vẫn chạy đúng, chỉ chậm hơn khi hộp thư đầy."
_CLOCK = "Chỉnh giờ: `timedatectl set-ntp true`; hỏi quản trị máy chủ thư giờ của máy chủ đó."
_CLAMD = (
    "Xem clamav-daemon có chạy không (`systemctl status clamav-daemon`), đường dẫn `clamd` ở [reading], và"
    " người dùng của dịch vụ có được mở tệp đó không. Khi chưa sửa, thư vẫn được đọc nhưng không được"
    " quét vi-rút."
)
_RESOLVER = (
    "Xem `resolver` ở [authentication] có phải địa chỉ của máy phân giải tên miền không. Khi chưa sửa, chữ ký"
    " DKIM không được kiểm tra và không chứng minh được ai gửi thư."
)
_NOT_ARRIVED = (
    "Máy chủ nhận thư rồi nhưng thư không vào hộp thư: xem thư mục thư rác, chuyển tiếp, quy tắc lọc của hộp"
    " thư; hỏi quản trị máy chủ theo số hàng đợi ở trên."
)


@click.command()
@click.option("--offline", is_flag=True, help="Do not try the connections.")
@click.option(
    "--mail", is_flag=True, help="Also send a mail to our own mailbox: does it arrive, and can it be filed?"
)
@click.option(
    "--auth", is_flag=True, help="Send forged mails from outside, to see whether they are believed."
)
@with_json
@with_config
def check(offline: bool, mail: bool, auth: bool, as_json: bool, config_path: str | None) -> None:
    """Load everything, compile every template, try every connection, and say what to do where one fails.

    With --mail a mail goes to our own mailbox and is seen to arrive, to be announced, and to be filed away.
    With --auth the account of [canary] sends mails with forged Authentication-Results to it. All is well if
    none of them would be believed as it arrives. The daemon must not run meanwhile.
    """
    config = configured(config_path)
    rules, _ = load_words(config)
    rows = [
        _row("configuration", well=True, says=str(config_file(config_path))),
        _row("rules", well=True, says=_of_the_rules(rules, config)),
        _row("templates", well=True, says=str(config.templates)),
        *(_of(condition, "disk") for condition in _on_this_machine(config)),
        *_rows("alarm", try_command(config.alarm)),
    ]
    if not offline:
        rows += connections(config, rules, mail=mail)
    if auth:
        rows += _forged(config, config_file(config_path))
    print_checked(rows, as_json=as_json)
    sys.exit(0 if all(row["well"] for row in rows) else 1)


def connections(config: Config, rules: Rules, *, mail: bool) -> list[Row]:
    """Ledger, mailbox and mail server, each tried; with `mail` the way of a mail, too."""
    sender = config.post.sender or rules.office.mailbox
    rows = [
        *_tried("ledger", lambda: _try_ledger(config)),
        *_tried("inbox", lambda: _try_inbox(config)),
        *_tried("post", lambda: [_fine("post", asyncio.run(_try_post(config, sender)))]),
        *_rows("alarm", try_mail(config.alarm)),
        *_helpers(config, rules),
    ]
    if mail and all(row["well"] for row in rows):
        rows += _on_its_way(config)
    return rows


def print_checked(rows: list[Row], *, as_json: bool) -> None:
    """The rows, and for people the next step for each that is not well."""
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"))
    if as_json:
        return
    for row in rows:
        if row["next"] and not row["well"]:
            click.echo()
            click.echo(click.style(f"{row['what']}:", bold=True) if coloured() else f"{row['what']}:")
            click.echo(click.wrap_text(row["next"], 78, "  ", "  "))


def _row(what: str, *, well: bool, says: str, then: str = "") -> Row:
    return {"what": what, "well": well, "says": says, "next": then or None}


def _fine(what: str, says: str) -> Row:
    return _row(what, well=True, says=says)


def _of(condition: Condition, about: str, then: str = "") -> Row:
    then = then or advice(about, MailbotError(condition.says))
    return _row(condition.what, well=condition.well, says=condition.says, then="" if condition.well else then)


def _rows(about: str, condition: Condition | None) -> list[Row]:
    return [] if condition is None else [_of(condition, about)]


def _helpers(config: Config, rules: Rules) -> Iterator[Row]:
    """Who is asked about mails: without them mails are read all the same, and nobody would notice."""
    if (clamd := config.reading.clamd) is not None:
        trouble = Antivirus(clamd).trouble()
        yield _row("clamd", well=not trouble, says=f"{clamd}: {trouble or 'answers'}", then=_CLAMD)
    if (server := config.authentication.resolver) is not None:
        trouble = Resolver(server).trouble(rules.office.mailbox.partition("@")[2])
        yield _row("resolver", well=not trouble, says=f"{server}: {trouble or 'answers'}", then=_RESOLVER)


def _of_the_rules(rules: Rules, config: Config) -> str:
    says = f"{rules.profile}: {len(rules.units)} units, {len(rules.reports)} reports"
    if config.post.kind == "maildir":
        return says
    invented = sum(
        any(address.email.endswith(_INVENTED) for address in unit.addresses) for unit in rules.units
    )
    if rules.office.mailbox.endswith(_INVENTED):
        says += f"; the office's mailbox {rules.office.mailbox} is an invented one (office.toml)"
    return f"{says}; {invented} units with invented addresses (units*.toml)" if invented else says


def _on_this_machine(config: Config) -> Iterator[Condition]:
    if not config.state.is_dir():
        says = f"{config.state} is not there yet; it is made when it is needed"
        yield Condition(what="permissions", well=True, says=says)
        return
    found = config.state.stat()
    says, well = f"{config.state} belongs to {_user(found.st_uid)} and is closed to all others", True
    if is_read_only(config.state):
        says, well = f"{config.state} is on a file system that is read-only", False
    elif not os.access(config.state, os.W_OK | os.X_OK):
        says, well = f"{config.state}: Permission denied for {_user(os.geteuid())}", False
    elif found.st_mode & stat.S_IRWXO:
        says, well = f"everybody may open {config.state}; chmod 700 takes that away", False
    yield Condition(what="permissions", well=well, says=says)
    yield disk(config)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _tried(what: str, attempt: Callable[[], Iterable[Row]]) -> list[Row]:
    try:
        return list(attempt())
    except MailbotError as error:
        return [_row(what, well=False, says=str(error), then=advice(what, error))]


def _try_ledger(config: Config) -> Iterator[Row]:
    with opened(config, words=True) as house:
        book, now = house.ledger.book(), house.clock()
        past = sum(change.past for change in changes(house.rules, book, now, config.go_live))
        scan = house.ledger.last_scan()
        unwatched = _due_unwatched(book, house.ledger.stretches())
        shadow = config.approval.shadow and house.ledger.live_since is None
    if doubt := behind(now, scan[1] if scan else None):
        raise MailbotError(doubt)
    says = f"{len(book.arrivals)} arrivals"
    if past:
        says += f"; {past} duties that are due would change, see `mailbot rules diff`"
    if unwatched:
        says += f"; {unwatched} duties were due before the mailbox was first read: unless it had been left"
        says += " alone until then, set go_live to that day"
    if shadow:
        says += "; shadow mode: no letter leaves until `mailbot go-live`"
    yield _fine("ledger", says)


def _due_unwatched(book: Book, stretches: Sequence[Stretch]) -> int:
    """How many duties fell due after go_live and before the first look at the mailbox.

    What a person had taken out of it by then mailbot has never seen, and would miss.
    """
    first = min((stretch.since for stretch in stretches), default=None)
    return sum(first is not None and duty.due_at < first for duty in book.duties.values())


def _try_inbox(config: Config) -> Iterator[Row]:
    inbox = open_inbox(config, open_tokens(config, system_clock))
    try:
        inbox.connect()
        yield _fine("inbox", f"{len(inbox.scan())} mails in the inbox")
        if isinstance(inbox, ImapInbox):
            says = "offered" if inbox.announces else "not offered; mailbot looks every minute itself"
            yield _fine("idle", says if getattr(config.inbox, "idle", False) else "switched off")
            yield from _tried("junk", lambda: [_fine("junk", _of_the_junk(config, inbox))])
        if quotas := inbox.quotas():
            yield _fine("quota", warning(quotas) or f"{', '.join(map(str, quotas))} are used")
        yield from _tried("move", lambda: [_fine("move", _of_filing(config, inbox))])
    finally:
        inbox.close()


def _of_filing(config: Config, inbox: Inbox) -> str:
    with open_ledger(config) as ledger:
        Places(ledger).see_that_none_is_missed(inbox)
    return inbox.not_filing_because or f"mails can be filed into {config.inbox.filed_folder}"


def _of_the_junk(config: Config, inbox: ImapInbox) -> str:
    folder = open_junk(config, inbox, open_tokens(config, system_clock))
    if folder is None:
        off = getattr(config.inbox, "junk", NO_JUNK) == NO_JUNK
        return "not read, it is switched off" if off else "the server has no folder for it that mailbot knows"
    try:
        folder.connect()
        return f"{len(folder.scan())} mails in {folder.mailbox}; those of registered senders are read"
    finally:
        folder.close()


async def _try_post(config: Config, sender: str) -> str:
    post = open_post(config, sender, sender, open_tokens(config, system_clock))
    try:
        return await post.check()
    finally:
        await post.close()


def _on_its_way(config: Config) -> list[Row]:
    if config.post.kind == "maildir" or config.inbox.kind == "maildir":
        return [_row("mail", well=True, says="not tried: mails or letters are in folders")]
    then = {"clock": _CLOCK, "mail": _NOT_ARRIVED, "move": _MOVED_BY_HAND}
    try:
        with opened(config, words=True) as house:
            found = asyncio.run(round_trip(house, config.canary.wait_seconds))
    except MailbotError as error:
        return [_row("mail", well=False, says=str(error), then=advice("post", error))]
    return [_of(condition, "post", then.get(condition.what, "")) for condition in found]


def _forged(config: Config, file: Path) -> list[Row]:
    """What becomes of mails with forged results."""
    if config.canary.host is None or config.canary.sender is None:
        says = "needs host and sender: an account outside, from which forged mails are sent"
        raise Misconfigured([Fault(file, says, key="canary")])
    with opened(config, alone=True, words=True) as house:
        found = asyncio.run(fly(house))
    return [_row(f"forged {f.name}", well=f.well, says=f.says) for f in found]
