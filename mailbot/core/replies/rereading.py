"""A command by reply that has mails read once more, which came before their sender was registered."""

from collections.abc import Mapping
from dataclasses import replace

from mailbot.core.calendar import local
from mailbot.core.command import Done
from mailbot.core.replies.order import Correction, Order, Outcome
from mailbot.core.rules import Staff, Unit
from mailbot.core.senders.known_since import known_since, why_again
from mailbot.core.verdict import FOR_A_PERSON, Filed, Ignored, Unclear, Verdict, unit_of
from mailbot.core.wording import vietnamese

# Each takes some seconds at worst, and letters wait meanwhile; the next digest offers the others.
_MOST = 50


def newest_known_since(order: Order) -> int:
    """What the digest's link is good for: the mails as they waited then, by the number of the last one."""
    return max(_waiting(order), default=0)


def reread(order: Order, staff: Staff) -> Outcome:
    """What follows from the link of the digest: the mails to read, the oldest first."""
    return Outcome(done=Done.DONE, by=staff.email, again=tuple(_waiting(order))[:_MOST])


def as_read(order: Order, outcome: Outcome, found: Mapping[int, Verdict | None]) -> Outcome:
    """The outcome once the mails were read: a ruling on each whose unit is known by now, and what became."""
    units = _waiting(order)
    rulings = tuple(
        Correction(arrival=n, verdict=v, why=why_again(order.book.by_number[n].sender, units[n]))
        for n, v in found.items()
        if v is not None
    )
    return replace(outcome, rulings=rulings, says=_says(found))


def _says(found: Mapping[int, Verdict | None]) -> str:
    filed = [number for number, verdict in found.items() if isinstance(verdict, Filed)]
    aside = [number for number, verdict in found.items() if isinstance(verdict, Ignored)]
    asked = [number for number, verdict in found.items() if _is_asked(verdict)]
    left = [number for number in found if number not in {*filed, *aside, *asked}]
    parts = [
        f"ghi nhận {_mails(filed)}" if filed else "",
        f"hỏi lại đơn vị về {_mails(asked)}" if asked else "",
        f"{_mails(aside)} không phải báo cáo" if aside else "",
        f"{_mails(left)} vẫn chờ cán bộ xử lý" if left else "",
    ]
    return f"đã đọc lại {vietnamese.number(len(found))} thư: {'; '.join(filter(None, parts))}"


def _mails(numbers: list[int]) -> str:
    return f"thư số {', '.join(map(str, numbers))}"


def _is_asked(verdict: Verdict | None) -> bool:
    """Whether the unit answers the question, and no member of the staff has to."""
    return (
        isinstance(verdict, Unclear) and verdict.question not in FOR_A_PERSON and unit_of(verdict) is not None
    )


def _waiting(order: Order) -> dict[int, Unit]:
    """The mails whose sender is registered by now, the oldest first, and whose they are."""
    return dict(known_since(order.rules, order.book, local(order.now).date()))
