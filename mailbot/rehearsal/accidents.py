"""What goes wrong with a report on its way: forgotten files, slips of the pen, two deliveries."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.core.verdict import Filing
from mailbot.rehearsal.dice import Dice
from mailbot.rehearsal.drafts import Draft
from mailbot.rehearsal.enclosures import enclosed
from mailbot.rehearsal.province import Clerk
from mailbot.rehearsal.titles import Title
from mailbot.rehearsal.truth import Meant, Truth

_SECRET_SYMBOLS = frozenset({"BCHQS", "CAT"})


class Accident(StrEnum):
    """What happens to one mailing."""

    NO_FILE = "no_file"
    TWICE = "twice"  # the relay delivers the same mail a second time
    AGAIN = "again"  # the clerk sends the same once more, to be safe
    CHANGED = "changed"  # a corrected file follows
    PRIVATE = "private"  # sent from a box at home
    OTHER_MONTH = "other_month"  # the file is named after another month than the subject
    UNLABELLED = "unlabelled"  # nothing says which period
    HTML_ONLY = "html_only"
    NO_SUBJECT = "no_subject"
    WRONG_CLOCK = "wrong_clock"  # the sender's machine lives in another week
    SECRET = "secret"  # noqa: S105 - a mark on a document


_CHANCES = {
    Accident.NO_FILE: 0.025,
    Accident.TWICE: 0.03,
    Accident.AGAIN: 0.02,
    Accident.CHANGED: 0.035,
    Accident.PRIVATE: 0.03,
    Accident.OTHER_MONTH: 0.012,
    Accident.UNLABELLED: 0.025,
    Accident.HTML_ONLY: 0.05,
    Accident.NO_SUBJECT: 0.015,
    Accident.WRONG_CLOCK: 0.03,
}


@dataclass(frozen=True, slots=True)
class Mailing:
    """One delivery of a mail."""

    draft: Draft
    at: datetime
    truth: Truth
    hop: str = "a"


def drawn_accident(clerk: Clerk, filings: tuple[Filing, ...], drawn: Dice) -> Accident | None:
    """What goes wrong this time; mostly nothing."""
    if clerk.symbol in _SECRET_SYMBOLS and len(filings) == 1 and drawn.happens(0.1):
        return Accident.SECRET
    chance = drawn.random()
    for accident, share in _CHANCES.items():
        chance -= share
        if chance < 0:
            return accident
    return None


def titled_badly(title: Title, accident: Accident | None, filings: tuple[Filing, ...], drawn: Dice) -> Title:
    """The title as the accident leaves it."""
    match accident:
        case Accident.OTHER_MONTH:
            other = filings[0].period.previous()
            name = f"Bao cao {_plain(other)}.docx"
            return replace(title, files=(name,))
        case Accident.UNLABELLED:
            subject = drawn.pick(("Gửi báo cáo", "BAO CAO", "Kính gửi VP UBND tỉnh"))
            text = "Kính gửi Văn phòng UBND tỉnh báo cáo của đơn vị.\n\nTrân trọng.\n"
            return replace(title, subject=subject, files=("scan0001.pdf",), text=text)
        case Accident.NO_SUBJECT:
            return replace(title, subject="")
        case Accident.NO_FILE:
            return replace(title, files=())
        case Accident.SECRET:
            return replace(title, subject=f"{title.heading} (Mật)")
        case _:
            return title


def mishandled(
    clerk: Clerk,
    draft: Draft,
    page: tuple[str, ...],
    truth: Truth,
    accident: Accident | None,
    now: datetime,
    drawn: Dice,
) -> Iterator[Mailing]:
    """The deliveries that the accident makes of one mail."""
    later = now + timedelta(minutes=drawn.randrange(6, 90))
    match accident:
        case Accident.NO_FILE:
            yield Mailing(draft, now, replace(truth, meant=Meant.NO_FILE))
        case Accident.SECRET:
            yield Mailing(draft, now, replace(truth, meant=Meant.SECRET))
        case Accident.PRIVATE:
            yield Mailing(replace(draft, sender=clerk.private, name=clerk.name), now, truth)
        case Accident.HTML_ONLY:
            paragraphs = "".join(f"<p>{line}</p>" for line in draft.text.splitlines() if line)
            yield Mailing(replace(draft, text="", html=f"<div>{paragraphs}</div>"), now, truth)
        case Accident.WRONG_CLOCK:
            yield Mailing(replace(draft, written_at=now - timedelta(days=drawn.randrange(4, 40))), now, truth)
        case Accident.TWICE:
            yield Mailing(draft, now, truth)
            yield Mailing(draft, later, replace(truth, twin=True), hop="b")
        case Accident.AGAIN:
            yield Mailing(draft, now, truth)
            yield Mailing(replace(draft, written_at=later), later, truth)
        case Accident.CHANGED:
            yield Mailing(draft, now, truth)
            yield Mailing(_changed(draft, page), later, replace(truth, subject=f"{draft.subject} (bổ sung)"))
        case _:
            yield Mailing(draft, now, truth)


def _changed(draft: Draft, page: tuple[str, ...]) -> Draft:
    files = tuple(enclosed(file.name, (*page, "Số liệu đã chỉnh lý.")) for file in draft.files)
    return replace(draft, subject=f"{draft.subject} (bổ sung)", files=files)


def _plain(period: object) -> str:
    year, _, rest = str(period).partition("-")
    return f"thang {int(rest)} nam {year}" if rest.isdigit() else str(period).replace("-", " ")
