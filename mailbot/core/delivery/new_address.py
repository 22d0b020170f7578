"""Addresses that nothing speaks for yet: by a slip in the register letters would go to somebody else.

An address has proved itself once our mail server took a letter for it, or somebody wrote from it, or a person
let a letter go to it. Before that, what mailbot writes to it by itself waits for a person to look.
"""

from collections.abc import Collection, Iterable

from mailbot.core.book import Book
from mailbot.core.delivery.fuse import ANSWERS
from mailbot.core.delivery.health import Sign
from mailbot.core.notice import Notice
from mailbot.core.posting import NoticeKind

# Begins the reason for which such a letter is held; the addresses follow.
_WHY = "lần đầu gửi đến địa chỉ mới, đề nghị kiểm tra: "
_PROOF = frozenset({Sign.TAKEN, Sign.ALIVE})
# Whoever wrote waits for these, or a person has just demanded them: an urgent matter is no time to ask.
_UNASKED = ANSWERS | {NoticeKind.INCIDENT, NoticeKind.DEMAND, NoticeKind.NUDGE}


def addresses_to_ask(notices: Iterable[Notice]) -> frozenset[str]:
    """The addresses of units that must have proved themselves before these letters may leave unseen."""
    return frozenset(email for notice in notices if _is_asked(notice) for email in _all(notice))


def unproved(emails: Collection[str], book: Book) -> frozenset[str]:
    """Those for which no letter was taken, and from which no mail came."""
    left = frozenset(emails)
    if left:
        left -= {fact.email for fact in book.addresses if fact.sign in _PROOF}
    return left - {arrival.sender for arrival in book.written_from(left)}


def question(notice: Notice, unknown: Collection[str]) -> str:
    """Why the letter must wait for a person to look at its addresses, in Vietnamese; "" if it need not."""
    new = [email for email in _all(notice) if email in unknown] if _is_asked(notice) else []
    return f"{_WHY}{', '.join(new)}" if new else ""


def asked_about(why: str) -> tuple[str, ...]:
    """The addresses that a letter held for this reason waits for; none if for another reason."""
    return tuple(why.removeprefix(_WHY).split(", ")) if why.startswith(_WHY) else ()


def common_reason(why: str) -> str:
    """The reason without the addresses, which are each letter's own."""
    return _WHY.removesuffix(": ") if why.startswith(_WHY) else why


def _is_asked(notice: Notice) -> bool:
    return notice.unit is not None and notice.kind not in _UNASKED


def _all(notice: Notice) -> tuple[str, ...]:
    return (*notice.to, *notice.copies)
