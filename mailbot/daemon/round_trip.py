"""A mail from us to our own mailbox: proves the way out and in, its announcement, filing, and the clocks.

It is marked as ours, so a mailbot that is at work meanwhile sets it aside and answers nobody.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from mailbot.core.calendar import local
from mailbot.core.machine.alarm import Condition
from mailbot.core.mail import OWN_FIELD, Place
from mailbot.core.posting import Accepted, Letter, NoticeKind
from mailbot.daemon.doors import open_filed
from mailbot.daemon.house import House
from mailbot.daemon.lock import is_held
from mailbot.daemon.own_mails import always, mails_at
from mailbot.errors import MailbotError
from mailbot.inbox.archive import Archive
from mailbot.inbox.raw import RawMail
from mailbot.inbox.source import Inbox

# A mailbox is looked through at least so often while the mail is on its way, announced or not.
_LOOK_SECONDS = 5.0
# Servers that keep time by NTP differ by much less; from there on arrival times would be disputed.
_SKEW = timedelta(minutes=1)
# Of the folder of filed mails only the newest are looked at: a mailbot at work may have been faster.
_NEWEST = 20


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place
    server_at: datetime | None
    announced: bool | None
    in_inbox: bool


async def round_trip(house: House, seconds: float) -> list[Condition]:
    """Send the mail, wait for it at most `seconds`, and file it away; what was found of each step.

    Raises:
        Unavailable: the mailbox or the mail server cannot be reached.
    """
    inbox, post = house.inbox(), house.post()
    try:
        await asyncio.to_thread(inbox.connect)
        before = frozenset(await asyncio.to_thread(inbox.scan))
        letter = _letter(house)
        outcome = await post.send(letter, always)
        if not isinstance(outcome, Accepted):
            return [Condition(what="mail", well=False, says=f"not accepted: {outcome.reply}")]
        began = time.monotonic()
        found = await asyncio.to_thread(_wait, house, inbox, before, letter.message_id, seconds)
        if found is None:
            says = f"accepted ({outcome.reply}), and did not arrive within {seconds:g} s"
            return [Condition(what="mail", well=False, says=says)]
        says = f"arrived after {time.monotonic() - began:.1f} s"
        return [
            Condition(what="mail", well=True, says=says),
            *_announcement(house, found),
            *await asyncio.to_thread(_filing, house, inbox, found),
            *_clocks(house, found),
        ]
    finally:
        await asyncio.to_thread(inbox.close)
        await post.close()


def _letter(house: House) -> Letter:
    now, to = house.clock(), house.rules.office.mailbox
    mail = EmailMessage(policy=SMTP)
    message_id = f"<check.{secrets.token_hex(8)}@{house.sender.rpartition('@')[2]}>"
    mail["From"], mail["To"] = house.sender, to
    mail["Subject"] = "Kiểm tra đường thư của mailbot; không cần trả lời"
    mail["Date"], mail["Message-ID"] = format_datetime(local(now)), message_id
    mail["Auto-Submitted"], mail[OWN_FIELD] = "auto-generated", house.ledger.instance
    mail.set_content("Thư do lệnh mailbot check gửi cho chính hộp thư báo cáo.\n", cte="base64")
    return Letter(
        kind=NoticeKind.ALERT,
        keys=(f"check/{message_id}",),
        unit=None,
        message_id=message_id,
        recipients=(to,),
        subject=str(mail["Subject"]),
        raw=mail.as_bytes(),
        expires_at=now + timedelta(hours=1),
    )


def _wait(
    house: House, inbox: Inbox, before: Collection[Place], message_id: str, seconds: float
) -> _Found | None:
    ends = time.monotonic() + seconds
    looked = set(before)
    with tempfile.TemporaryDirectory(prefix="mailbot-") as folder:
        archive = Archive(Path(folder) / "archive")
        while True:
            left = max(0.0, ends - time.monotonic())
            announced = inbox.idle(min(_LOOK_SECONDS, left))
            fresh = [place for place in inbox.scan() if place not in looked]
            looked.update(fresh)
            for raw in _those(house, inbox, fresh, archive, message_id):
                return _Found(_placed(raw), raw.server_at, announced, in_inbox=True)
            if (filed := _filed_already(house, archive, message_id)) is not None:
                return _Found(_placed(filed), filed.server_at, announced=None, in_inbox=False)
            if not left:
                return None


def _filed_already(house: House, archive: Archive, message_id: str) -> RawMail | None:
    if house.config.inbox.filing == "none":
        return None
    filed = open_filed(house.config, house.tokens)
    try:
        filed.connect()
        newest = filed.scan()[-_NEWEST:]
        return next(_those(house, filed, newest, archive, message_id), None)
    except MailbotError:
        # There is no such folder before the first mail is filed.
        return None
    finally:
        filed.close()


def _those(
    house: House, inbox: Inbox, places: Sequence[Place], archive: Archive, message_id: str
) -> Iterator[RawMail]:
    for raw, mail in mails_at(places, inbox, house.readers.first, archive):
        if mail.message_id == message_id:
            yield raw


def _placed(raw: RawMail) -> Place:
    assert raw.place is not None, "a mail from a mailbox has a place"
    return raw.place


def _announcement(house: House, found: _Found) -> Iterator[Condition]:
    if found.announced is None or not getattr(house.config.inbox, "idle", False):
        return
    says = (
        "announced by the server" if found.announced else "not announced; mailbot looks every minute itself"
    )
    yield Condition(what="idle", well=True, says=says)


def _filing(house: House, inbox: Inbox, found: _Found) -> Iterator[Condition]:
    if not found.in_inbox:
        yield Condition(what="move", well=True, says="filed away by the mailbot that is at work")
    elif is_held(house.config.lock_file):
        # A mail that is moved under its eyes would look to it like one that somebody took away unread.
        yield Condition(what="move", well=True, says="left to the mailbot that is at work")
    elif inbox.not_filing_because:
        yield Condition(what="move", well=True, says=f"left in the inbox: {inbox.not_filing_because}")
    else:
        moved = bool(inbox.file_away([found.place]))
        says = "filed away" if moved else "the server kept it in the inbox"
        yield Condition(what="move", well=moved, says=says)


def _clocks(house: House, found: _Found) -> Iterator[Condition]:
    if found.server_at is None:
        return
    apart = abs(found.server_at - house.clock())
    says = f"the mail server's clock and ours differ by {apart.total_seconds():.0f} s"
    yield Condition(what="clock", well=apart < _SKEW, says=says)
