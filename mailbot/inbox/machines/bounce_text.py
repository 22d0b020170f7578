"""Delivery reports in prose: which recipients they name, and what was said of each.

Servers lay them out in a hundred ways, but nearly all put a failed address on a line of its own, or
right after a word such as "to" or "recipient". The surer place wins, and who our letter was written to
settles what is left.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

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


class Signs:
    """What subject and words say of a delivery report, whoever wrote them.

    Each is looked for when it is asked for: of an ordinary mail, none of the costly ones ever is.
    """

    def __init__(self, subject: str, report: str) -> None:
        """`report` is the text without the letter that it returns."""
        self._subject = subject
        self._opening = report[:_OPENING]

    @cached_property
    def subject(self) -> bool:
        """Whether the subject is one of a delivery report."""
        return FAILED_SUBJECT.search(self._subject) is not None

    @cached_property
    def late_subject(self) -> bool:
        """Whether the subject is one of a warning."""
        return DELAYED_SUBJECT.search(self._subject) is not None

    @cached_property
    def _late(self) -> bool:
        return DELAYED.search(self._opening) is not None

    @cached_property
    def text(self) -> bool:
        """Whether a machine's sentence says that a letter failed or is late."""
        return self._late or FAILED.search(self._opening) is not None

    @property
    def kind(self) -> Automation:
        """Which of the two, if it is a report at all."""
        given_up = GIVEN_UP.search(self._opening) is not None
        warns = (self.late_subject and not self.subject) or (self._late and not given_up)
        return Automation.DELAYED if warns else Automation.BOUNCE

    @property
    def blunt(self) -> bool:
        """Whether the mail begins with such a sentence, without a greeting."""
        return BLUNT.match(self._opening) is not None

    @property
    def alone(self) -> bool:
        """Whether an address stands on a line of its own."""
        return _ALONE.search(self._opening) is not None

    @property
    def greets(self) -> bool:
        """Whether the mail begins as people here begin."""
        return GREETS.match(self._opening) is not None

    @property
    def forwarded(self) -> bool:
        """Whether somebody sends the mail on."""
        return FORWARDED.match(self._subject) is not None

    @property
    def any_subject(self) -> bool:
        """Whether the subject alone tells of a report."""
        return self.subject or self.late_subject

    @property
    def tells(self) -> bool:
        """Whether anything tells of a report."""
        return self.any_subject or self.text


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
