"""What a delivery report says in its fields: RFC 3464, and how servers really write it.

Also the notifications of RFC 8098 by which some servers return a letter that they had taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.mail import Failure
from mailbot.inbox.fields import Block, read_block
from mailbot.inbox.words import header_text

ADDRESS = re.compile(r"[^\s@<>(),;:\"'\[\]]{1,64}@[^\s@<>(),;:\"'\[\]]{1,255}")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.-])([45])\d\d[ -]")
MOST_DIAGNOSTIC = 300
# As many as a letter of ours could have many times over; a hostile report names thousands.
MOST_FAILURES = 100
_MOST_BLOCKS = 500
_FAILED = ("fail", "error", "undeliver", "bounce")
_DELAYED = ("delay", "warn")


@dataclass(frozen=True, slots=True)
class Report:
    """A machine's account of a letter.

    Attributes:
        failed, delayed: the recipients that it has given up, and those that it still tries.
        speaks: whether it says anything of a recipient at all, be it that the letter has arrived.
    """

    failed: tuple[Failure, ...] = ()
    delayed: tuple[Failure, ...] = ()
    speaks: bool = False


def read_report(octets: bytes) -> Report:
    """A message/delivery-status part: one block of fields for the letter, then one for each recipient."""
    failed, delayed, speaks = [], [], False
    for block in _blocks(octets):
        action = _action(block)
        failure = _failure(block)
        speaks = speaks or bool(action or failure)
        if failure is None:
            continue
        if action.startswith(_FAILED):
            failed.append(failure)
        elif action.startswith(_DELAYED):
            delayed.append(failure)
    return Report(tuple(failed[:MOST_FAILURES]), tuple(delayed[:MOST_FAILURES]), speaks)


def joined(reports: Iterable[Report]) -> Report:
    """Several accounts as one."""
    found = list(reports)
    return Report(
        tuple(failure for report in found for failure in report.failed),
        tuple(failure for report in found for failure in report.delayed),
        any(report.speaks for report in found),
    )


def _action(block: Block) -> str:
    """What was done, as written and in lower case; where nobody wrote it the status tells."""
    action = header_text(block.first("action")).text.strip().lower()
    status = block.first("status").strip()[:1]
    return action or {b"5": "failed", b"4": "delayed", b"2": "delivered"}.get(status, "")


def _failure(block: Block) -> Failure | None:
    # The address that the letter was written to comes first: the final one may be behind an alias.
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    named = [address for address in (_recipient(block.first(name)) for name in names) if address]
    if not named:
        return None
    # "userx@sims-daemon": some servers put their own alias where the address as written belongs.
    whole = [address for address in named if "." in address.rpartition("@")[2]]
    diagnostic = header_text(block.first("diagnostic-code")).text
    return Failure(
        recipient=(whole or named)[0],
        status=status_of(header_text(block.first("status")).text) or status_of(diagnostic),
        diagnostic=diagnostic.partition(";")[2].strip()[:MOST_DIAGNOSTIC] or diagnostic[:MOST_DIAGNOSTIC],
    )


def status_of(text: str) -> str:
    """The first enhanced status code in `text`; a bare reply code of SMTP gives "5.0.0" or "4.0.0"."""
    if found := STATUS.search(text):
        return found[1]
    reply = _REPLY_CODE.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def _recipient(value: bytes) -> str:
    """The address of "rfc822; user@host"; "" if there is none."""
    written = header_text(value).text
    found = ADDRESS.search(written.partition(";")[2] or written)
    return found[0].lower().rstrip(".") if found else ""


def _blocks(octets: bytes) -> Iterable[Block]:
    at = 0
    for _ in range(_MOST_BLOCKS):
        if at >= len(octets):
            return
        block = read_block(octets, at, len(octets))
        yield block
        if block.body_at <= at:
            return
        at = block.body_at
