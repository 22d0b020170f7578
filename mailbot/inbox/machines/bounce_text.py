"""Delivery reports in prose: which recipients they name, and what was said of each.

Servers lay them out in a hundred ways, but nearly all put a failed address on a line of its own, or
right after a word such as "to" or "recipient". The surer place wins, and who our letter was written to
settles what is left.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mailbot.core.mail import Automation, Failure
from mailbot.inbox.machines.bounce_words import (
    BLUNT,
    DELAYED,
    DELAYED_SUBJECT,
    FAILED,
    FAILED_SUBJECT,
    FORWARDED,
    GIVEN_UP,
    GREETS,
)
from mailbot.inbox.machines.report import ADDRESS, MOST_DIAGNOSTIC, MOST_FAILURES, status_of

_MOST_LETTERS = 20_000
# A server says in its first sentences what happened; below may stand anything.
_OPENING = 1_500
_AFTER = 600
_LABEL = (
    r"(?:(?:e-?mail|address|recipient|user|to|smtp|rfc822|mailto|địa chỉ|người nhận|收件人|宛先)[:;：]\s*)?"
)
_ALONE = re.compile(
    rf"^[ \t>*•·|#\"'-]*(?:\d+[.)] )?{_LABEL}[\"'<(\[]{{0,2}}({ADDRESS.pattern})[\"'>)\]]{{0,2}}"
    r"[ \t]*(?:[.,;:]?[ \t]*$|:[ \t\n]|[ \t]-[ \t]|[ \t]\(|[ \t]on [A-Z])",
    re.MULTILINE | re.IGNORECASE,
)
_AFTER_WORD = re.compile(
    r"(?:rcpt to:|recipient|address(?:ed)?|mailbox|account|user|\bto|\bfor|deliver(?:ed|y)?|error-for:"
    r"|người nhận|địa chỉ|đến|tới|cho|hộp thư|tài khoản|an|à|для|收件人|宛先)"
    rf"[^\w@\n]{{1,12}}(?:[a-z]{{2,12}}[ :]{{1,2}})?[\"'<(\[]{{0,2}}({ADDRESS.pattern})",
    re.IGNORECASE,
)
_SERVERS_OWN = re.compile(
    r"(?:postmaster|mailer-daemon|mail-daemon|abuse|support|helpdesk|help|admin(?:istrator)?|webmaster|hostmaster"
    r"|no-?reply|noc|root)@",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What subject and words say, whoever wrote them.

    Attributes:
        subject, late_subject: the subject is one of a delivery report, or of a warning.
        text: a machine's sentence says that a letter failed or is late.
        kind: which of the two, if it is a report at all.
        blunt: the mail begins with such a sentence, without a greeting.
        alone: an address stands on a line of its own.
        greets: the mail begins as people here begin.
        forwarded: somebody sends the mail on.
    """

    subject: bool
    late_subject: bool
    text: bool
    kind: Automation
    blunt: bool
    alone: bool
    greets: bool
    forwarded: bool

    @property
    def any_subject(self) -> bool:
        """Whether the subject alone tells of a report."""
        return self.subject or self.late_subject

    @property
    def tells(self) -> bool:
        """Whether anything tells of a report."""
        return self.any_subject or self.text


def signs_of(subject: str, report: str) -> Signs:
    """The signs of a delivery report; `report` is the text without the letter that it returns."""
    opening = report[:_OPENING]
    failed_subject = FAILED_SUBJECT.search(subject) is not None
    late_subject = DELAYED_SUBJECT.search(subject) is not None
    late = DELAYED.search(opening) is not None
    warns = (late_subject and not failed_subject) or (late and GIVEN_UP.search(opening) is None)
    return Signs(
        subject=failed_subject,
        late_subject=late_subject,
        text=late or FAILED.search(opening) is not None,
        kind=Automation.DELAYED if warns else Automation.BOUNCE,
        blunt=BLUNT.match(opening) is not None,
        alone=_ALONE.search(opening) is not None,
        greets=GREETS.match(opening) is not None,
        forwarded=FORWARDED.match(subject) is not None,
    )


def told_recipients(report: str, written_to: Iterable[str], never: Iterable[str]) -> tuple[Failure, ...]:
    """The recipients that a report in prose names.

    Args:
        report: the machine's own words, without the letter that it returns.
        written_to: whom that letter was addressed to, where it can be seen.
        never: addresses that cannot have failed: ours, to which the report came, and its sender.
    """
    text = report[:_MOST_LETTERS]
    addressed, excluded = set(written_to), set(never)
    named = _first_named(text, lambda address: address not in excluded)
    meant = [address for address in named if address in addressed]
    if not meant and not named and len(addressed) == 1:
        meant = list(addressed)
    return tuple(_failure(address, text) for address in (meant or named)[:MOST_FAILURES])


def failures_at(addresses: Iterable[str], report: str) -> tuple[Failure, ...]:
    """These recipients, with what the report's prose says of each."""
    text = report[:_MOST_LETTERS]
    return tuple(_failure(address, text) for address in list(addresses)[:MOST_FAILURES])


def _first_named(text: str, may_fail: Callable[[str], bool]) -> list[str]:
    """The addresses found in the surest place that has any."""
    for places in (_ALONE, _AFTER_WORD, ADDRESS):
        found = [match[match.lastindex or 0].lower().strip(".'") for match in places.finditer(text)]
        fit = [address for address in dict.fromkeys(found) if may_fail(address) and _is_mailbox(address)]
        others = [address for address in fit if not _SERVERS_OWN.match(address)]
        if others or (fit and places is _ALONE):
            return others or fit
    return []


def _is_mailbox(address: str) -> bool:
    # "201306.r9G5@mx1" is a Message-ID; a mailbox that the office writes to has a domain with a dot.
    return "." in address.rpartition("@")[2] and not address.startswith(("=", "/"))


def _failure(address: str, text: str) -> Failure:
    at = text.lower().find(address)
    after = text[at + len(address) : at + len(address) + _AFTER] if at >= 0 else ""
    # What is said of the next recipient is not said of this one.
    another = ADDRESS.search(after)
    while another and another[0].lower().rstrip(".") == address:
        another = ADDRESS.search(after, another.end())
    own = after[: another.start()] if another else after
    told = " ".join(own.strip(" \t\r\n>:)\"'.,;-").split())
    return Failure(
        recipient=address,
        status=status_of(own) or status_of(text[:_MOST_LETTERS]),
        diagnostic=told[:MOST_DIAGNOSTIC],
    )
