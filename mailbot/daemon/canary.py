"""The canary: forged results sent to ourselves from outside, to see whether anybody would believe them.

Trust in Authentication-Results stands on one promise of the provider (RFC 8601, 5): that it takes away
what outsiders write under its name. Each mail here breaks that promise in another way and carries a
random mark; if the mark is believed when the mail arrives, the promise does not hold.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from mailbot.core.mail import OWN_FIELD, Mail, Place
from mailbot.core.posting import Accepted, Letter, NoticeKind, Outcome
from mailbot.core.senders.sender import Trust, believed
from mailbot.daemon.doors import open_canary
from mailbot.daemon.house import House
from mailbot.daemon.own_mails import always, mails_at
from mailbot.inbox.archive import Archive
from mailbot.inbox.extract import Reader
from mailbot.inbox.source import Inbox
from mailbot.post.door import Post

# A mailbox is looked through so often while the mails are on their way.
_LOOK_SECONDS = 2.0
_NONE = "no result of our servers"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to forge: `head` are the lines that do it, above all others."""

    name: str
    head: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one of them."""

    name: str
    well: bool
    says: str


def variants(trust: Trust, mark: str, domain: str) -> Iterator[Variant]:
    """The forgeries that a provider with these names must take away."""
    server = min(trust.authserv_ids, default="")
    named = f"{server}; " if server else ""
    boundary = min(trust.boundary, default="mx.invalid")
    results = f"dmarc=pass header.from={domain} policy.canary={mark}"
    line = f"Authentication-Results: {named}{results}\r\n"
    forged = f"Received: from x by {boundary}; Tue, 25 Jun 2013 08:00:00 +0700\r\n"
    yield Variant("plain", line)
    yield Variant("folded", f"Authentication-Results: {named}\r\n\t{results}\r\n")
    yield Variant("in capitals", f"AUTHENTICATION-RESULTS: {named.upper()}{results}\r\n")
    yield Variant("above a Received of ours", line + forged)
    yield Variant("below a Received of ours", forged + line)
    yield Variant("behind a bare CR", "", subject=f"x\rAuthentication-Results: {named}{results}")


def letter_of(
    variant: Variant, number: int, *, mark: str, sender: str, to: str, instance: str, now: datetime
) -> Letter:
    """The mail that tries the variant; marked as ours, so that nobody ever answers it."""
    subject = f"mailbot canary {mark} {number}"
    head = (
        f"{variant.head}From: <{sender}>\r\nTo: <{to}>\r\nDate: {format_datetime(now)}\r\n"
        f"Message-ID: <canary.{mark}.{number}@{sender.rpartition('@')[2]}>\r\n"
        f"Auto-Submitted: auto-generated\r\n{OWN_FIELD}: {instance}\r\n"
        f"Subject: {subject} {variant.subject}\r\n"
    )
    return Letter(
        kind=NoticeKind.ALERT,
        keys=(f"canary/{mark}/{number}",),
        unit=None,
        message_id=f"<canary.{mark}.{number}@{sender.rpartition('@')[2]}>",
        recipients=(to,),
        subject=subject,
        raw=f"{head}\r\nKiểm tra xác thực thư đến; đề nghị không trả lời.\r\n".encode(),
        expires_at=now + timedelta(hours=1),
    )


def judged(mail: Mail, trust: Trust, mark: str) -> tuple[bool, str]:
    """Whether nothing forged is believed of the mail as it arrived, and why."""
    if mail.flaw:
        return True, f"such mails are believed in nothing: {mail.flaw}"
    try:
        results = list(believed(mail, trust))
    except ValueError as odd:
        return True, f"the results cannot be read and count for nothing: {odd}"
    if any(result.get("policy.canary") == mark.lower() for result in results):
        return False, "it is still there and would be believed: this provider must not be trusted"
    told = ", ".join(f"{result.method}={result.result}" for result in results)
    return True, f"taken away; our servers say: {told or _NONE}"


async def fly(house: House) -> list[Finding]:
    """Send every variant to our own mailbox, and what became of it; the daemon must not run meanwhile.

    Raises:
        Unavailable: the way out or the mailbox does not work.
    """
    section = house.config.canary
    route, inbox = open_canary(section), house.inbox()
    trust = house.config.authentication.trust(house.config.inbox.boundary)
    try:
        await asyncio.to_thread(inbox.connect)
        flight = Flight(inbox, route, trust, house.readers.first)
        to, now = house.rules.office.mailbox, house.clock()
        sender, instance = route.settings.sender, house.ledger.instance
        findings = await flight.check(
            sender=sender, to=to, instance=instance, now=now, wait_seconds=section.wait_seconds
        )
        if section.pretends:
            findings.append(await flight.pretend(section.pretends, to=to, instance=instance, now=now))
        return findings
    finally:
        await asyncio.to_thread(inbox.close)
        await route.close()


class Flight:
    """One check: sends every variant, waits for them to arrive, and looks at them."""

    def __init__(self, inbox: Inbox, post: Post, trust: Trust, reader: Reader) -> None:
        self._inbox = inbox
        self._post = post
        self._trust = trust
        self._reader = reader
        self._mark = secrets.token_hex(8)

    async def check(
        self, *, sender: str, to: str, instance: str, now: datetime, wait_seconds: float
    ) -> list[Finding]:
        """What became of each variant.

        Raises:
            Unavailable: the way out or the mailbox does not work.
        """
        before = set(await asyncio.to_thread(self._inbox.scan))
        findings: dict[int, Finding] = {}
        names: dict[int, str] = {}
        domain = sender.rpartition("@")[2]
        for number, variant in enumerate(variants(self._trust, self._mark, domain), 1):
            letter = letter_of(
                variant, number, mark=self._mark, sender=sender, to=to, instance=instance, now=now
            )
            outcome = await self._send(letter)
            if isinstance(outcome, Accepted):
                names[number] = variant.name
            else:
                findings[number] = Finding(variant.name, True, f"not let in: {outcome.reply}")
        seen = await asyncio.to_thread(self._wait, before, names, wait_seconds)
        for number, name in names.items():
            mail = seen.get(number)
            well, says = (False, "did not arrive") if mail is None else judged(mail, self._trust, self._mark)
            findings[number] = Finding(name, well, says)
        return [findings[number] for number in sorted(findings)]

    async def pretend(self, another: str, *, to: str, instance: str, now: datetime) -> Finding:
        """Whether the provider lets this account write in the name of another user of its own."""
        name = f"in the name of {another}"
        mail = letter_of(
            Variant(name, ""), 0, mark=self._mark, sender=another, to=to, instance=instance, now=now
        )
        outcome = await self._send(mail)
        if isinstance(outcome, Accepted):
            return Finding(name, False, "let in: this domain must not stand in from_enforced")
        return Finding(name, True, f"not let in: {outcome.reply}")

    async def _send(self, letter: Letter) -> Outcome:
        return await self._post.send(letter, always)

    def _wait(self, before: set[Place], names: Iterable[int], seconds: float) -> dict[int, Mail]:
        found: dict[int, Mail] = {}
        ends = time.monotonic() + seconds
        looked = set(before)
        with tempfile.TemporaryDirectory(prefix="mailbot-") as folder:
            archive = Archive(Path(folder) / "archive")
            while set(names) - found.keys() and time.monotonic() < ends:
                fresh = [place for place in self._inbox.scan() if place not in looked]
                looked.update(fresh)
                for _, mail in mails_at(fresh, self._inbox, self._reader, archive):
                    number = _number(mail, self._mark)
                    if number is not None:
                        found[number] = mail
                if set(names) - found.keys():
                    time.sleep(_LOOK_SECONDS)
        return found


def _number(mail: Mail, mark: str) -> int | None:
    beginning = f"<canary.{mark}."
    told = mail.message_id.partition(beginning)[2].partition("@")[0]
    return int(told) if told.isdigit() else None
