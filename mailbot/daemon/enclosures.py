"""What goes with a letter as a file: deadlines for the calendar, and drafts for the head of the office."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from mailbot.core.deadlines import deadline_of
from mailbot.core.notice import ChaseItem, ChaseMatter, EscalationMatter, Notice
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Office, Rules
from mailbot.papers.ics import calendar_file
from mailbot.papers.reprimand import draft
from mailbot.papers.wording import Wording
from mailbot.post.letter import Enclosure

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def enclosures(
    notice: Notice, rules: Rules, wording: Callable[[], Wording] | None, now: datetime
) -> Iterator[Enclosure]:
    """The files that go with the letter for `notice`; without `wording` no drafts are made."""
    match notice.matter:
        case ChaseMatter(items=items) if notice.kind is NoticeKind.REMINDER:
            yield Enclosure(
                name="thoi-han.ics",
                content_type="text/calendar; charset=utf-8",
                octets=_calendar(items, rules.office, now),
            )
        case EscalationMatter() if wording is not None:
            octets = draft(notice.matter, rules, wording(), now)
            yield Enclosure(name="du-thao-van-ban.docx", content_type=_WORD, octets=octets)
        case _:
            return


def _calendar(items: Sequence[ChaseItem], office: Office, now: datetime) -> bytes:
    names = {item.report.id: item.report.name for item in items}
    found = [deadline_of(names, [item.judgement.duty]) for item in items]
    return calendar_file(office, "Thời hạn gửi báo cáo", found, now)
