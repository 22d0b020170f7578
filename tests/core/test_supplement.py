"""Parts that a report came without are asked for alone; the report counts as received."""

from datetime import datetime
from typing import Any

import pytest
from builders import GO_LIVE, a_book, a_report, an_arrival, at, posted, some_rules

from mailbot.core.book import Book
from mailbot.core.duty import DutyKey, opened_duties
from mailbot.core.notice import Notice
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import Part, ReportId, Rules, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Filed, Filing, Findings, Question, Unclear

PARTS = (
    Part(id="bieu-1", name="Biểu số 01", words=("biểu số 01",)),
    Part(id="phu-luc", name="Phụ lục", words=("phụ lục",)),
)
RULES: Rules = some_rules(reports=(a_report(parts=PARTS),))
KEY = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))


def brought(*parts: str, number: int = 1, when: str = "2013-06-24 10:00", unit: str = "so-tai-chinh") -> Any:
    filing = Filing(KEY.report, KEY.period, parts)
    verdict = Filed(unit=UnitId(unit), filings=(filing,), findings=Findings(unit=UnitId(unit)))
    return an_arrival(verdict, at(when), number)


def the_book(now: datetime, *arrivals: Any, **more: Any) -> Book:
    return a_book(*arrivals, duties=opened_duties(RULES, now, GO_LIVE), scanned_at=now, **more)


def asked(now: datetime, book: Book) -> list[Notice]:
    return [n for n in plan(RULES, book, now, GO_LIVE).post if n.kind is NoticeKind.SUPPLEMENT]


def test_what_is_missing_is_asked_for_after_the_due_day_and_the_report_stays_on_time() -> None:
    now = at("2013-06-26 09:00")
    book = the_book(now, brought("bieu-1"))
    (notice,) = asked(now, book)
    assert notice.keys == ("supplement/so-tai-chinh/bc-month/2013-06/1",)
    assert notice.to == ("so-tai-chinh@tinh.example",)
    assert [part.id for part in notice.matter.parts] == ["phu-luc"]  # type: ignore[union-attr]
    assert judge(book.duties[KEY], book, now).standing is Standing.ON_TIME
    late = [n for n in plan(RULES, book, now, GO_LIVE).post if n.kind is NoticeKind.LATE]
    assert all(n.unit is not None and n.unit.id != KEY.unit for n in late)


@pytest.mark.parametrize(
    "arrivals",
    [
        (brought("bieu-1", "phu-luc"),),
        (brought("bieu-1"), brought("phu-luc", number=2)),
        (),  # nothing came at all: that is the late notice's matter
    ],
)
def test_nothing_is_asked_where_nothing_is_missing(arrivals: tuple[Any, ...]) -> None:
    now = at("2013-06-26 09:00")
    assert asked(now, the_book(now, *arrivals)) == []


def test_nothing_is_asked_before_the_due_day_nor_while_a_mail_of_the_unit_waits() -> None:
    early = at("2013-06-25 09:00")
    assert asked(early, the_book(early, brought())) == []
    now = at("2013-06-26 09:00")
    waiting = Unclear(question=Question.PERIOD, findings=Findings(unit=KEY.unit), candidates=())
    assert asked(now, the_book(now, brought(), an_arrival(waiting, at("2013-06-25 17:00"), 2))) == []


def test_each_step_asks_once_and_a_letter_not_sent_yet_is_taken_back_when_the_part_comes() -> None:
    now = at("2013-06-26 09:00")
    key = "supplement/so-tai-chinh/bc-month/2013-06/1"
    sent = posted(7, NoticeKind.SUPPLEMENT, key)
    assert asked(now, the_book(now, brought("bieu-1"), letters=sent)) == []
    second = at("2013-06-28 09:00")
    (notice,) = asked(second, the_book(second, brought("bieu-1"), letters=sent))
    assert notice.keys == ("supplement/so-tai-chinh/bc-month/2013-06/2",)
    waiting = posted(7, NoticeKind.SUPPLEMENT, key, state=State.WAITING)
    book = the_book(now, brought("bieu-1"), letters=waiting)
    assert plan(RULES, book, now, GO_LIVE).withdraw == ()
    whole = the_book(now, brought("bieu-1"), brought("phu-luc", number=2), letters=waiting)
    assert plan(RULES, whole, now, GO_LIVE).withdraw == (7,)
