"""What goes out on dates of the year: the evaluation for the Emulation board, and the year's deadlines."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from builders import a_book, a_report, a_unit, at, some_rules

from mailbot.core.book import Book
from mailbot.core.duty import opened_duties
from mailbot.core.notice import CalendarMatter, EvaluationMatter, Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.plan import justified_keys, plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import Staff, StaffRole
from mailbot.core.standings.evaluation import evaluated

GO_LIVE = at("2013-01-01")
APPROVER = Staff(name="Lãnh đạo", email="ld@vp.example", roles=frozenset({StaffRole.APPROVER}))
BARE = some_rules(reports=(a_report(),))
RULES = replace(BARE, office=replace(BARE.office, staff=(*BARE.office.staff, APPROVER)))
HALF, YEAR = Period(2013, Cadence.HALF, 1), Period(2013, Cadence.YEAR)


def book(now: Any) -> Book:
    return a_book(duties=opened_duties(RULES, now, GO_LIVE), scanned_at=now)


def posted(
    kind: NoticeKind, now: Any, known: Book | None = None, rules: Any = RULES, go_live: Any = GO_LIVE
) -> list[Notice]:
    found = plan(rules, known or book(now), now, go_live).post
    return [notice for notice in found if notice.kind is kind]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2013-06-30", Period(2012, Cadence.YEAR)),
        ("2013-07-01", HALF),
        ("2013-12-31", HALF),
        ("2014-01-01", YEAR),
    ],
)
def test_what_is_evaluated_is_the_last_first_half_or_whole_year(day: str, period: Period) -> None:
    assert evaluated(date.fromisoformat(day)) == period


def test_the_evaluation_goes_to_the_approver_on_its_working_day() -> None:
    days = [at("2013-07-01 08:00") + timedelta(days=n) for n in range(60)]
    open_days = [day.date() for day in days if posted(NoticeKind.EVALUATION, day)]
    # Ten working days after Sunday 30 June; three weeks later it stays with the command line.
    assert (min(open_days), max(open_days)) == (date(2013, 7, 12), date(2013, 8, 1))
    [notice] = posted(NoticeKind.EVALUATION, at("2013-07-12 08:00"))
    assert (notice.to, notice.unit) == (("ld@vp.example",), None)
    assert isinstance(notice.matter, EvaluationMatter)
    assert notice.matter.figures.period == HALF
    assert [str(month) for month in notice.matter.unapproved] == [f"2013-0{n}" for n in range(1, 7)]


def test_it_is_written_once_and_only_where_somebody_approves() -> None:
    now = at("2013-07-12 08:00")
    key = "evaluation/2013-H1/ld@vp.example"
    assert key in justified_keys(RULES, book(now), now, GO_LIVE)
    sent = PostedLetter(number=1, kind=NoticeKind.EVALUATION, keys=(key,), state=State.SENT)
    assert posted(NoticeKind.EVALUATION, now, replace(book(now), letters={key: sent})) == []
    assert posted(NoticeKind.EVALUATION, now, rules=BARE) == []


def test_an_office_that_began_in_between_is_told_from_when_on() -> None:
    now, began = at("2013-07-12 08:00"), at("2013-03-11")
    known = a_book(duties=opened_duties(RULES, now, began), closed=frozenset({Period.parse("2013-05")}))
    [notice] = posted(NoticeKind.EVALUATION, now, known, go_live=began)
    assert isinstance(notice.matter, EvaluationMatter)
    assert notice.matter.since == date(2013, 3, 11)
    assert [str(month) for month in notice.matter.unapproved] == ["2013-04", "2013-06"]
    assert posted(NoticeKind.EVALUATION, now, a_book(), go_live=at("2013-07-01")) == []


def test_each_unit_gets_the_deadlines_of_its_year_and_the_staff_get_all() -> None:
    now = at("2013-01-02 08:00")
    found = {notice.keys[0]: notice for notice in posted(NoticeKind.CALENDAR, now)}
    assert set(found) == {
        f"calendar/2013/{whose}" for whose in ("so-tai-chinh", "huyen-dai-tu", "th@vp.example")
    }
    own = found["calendar/2013/so-tai-chinh"].matter
    assert isinstance(own, CalendarMatter)
    assert [deadline.units for deadline in own.deadlines] == [("so-tai-chinh",)] * 12
    everybodys = found["calendar/2013/th@vp.example"].matter
    assert isinstance(everybodys, CalendarMatter)
    assert {len(deadline.units) for deadline in everybodys.deadlines} == {2}


def test_the_calendar_comes_in_january_alone_and_only_to_whom_owes_something() -> None:
    days = [at("2013-01-01 08:00") + timedelta(days=n) for n in range(365)]
    open_days = [day.date() for day in days if posted(NoticeKind.CALENDAR, day, a_book())]
    # New Year's Day is a day off in real rules; here it is a Tuesday like others.
    assert (min(open_days), max(open_days)) == (date(2013, 1, 1), date(2013, 1, 14))
    free = replace(RULES, units=(*RULES.units, a_unit("khac", group="other")))
    keys = {notice.keys[0] for notice in posted(NoticeKind.CALENDAR, days[1], a_book(), free)}
    assert "calendar/2013/khac" not in keys
    timetable = replace(RULES.papers.timetable, calendar_to_units=False)
    staff_only = replace(RULES, papers=replace(RULES.papers, timetable=timetable))
    assert len(posted(NoticeKind.CALENDAR, days[1], a_book(), staff_only)) == 1


def test_no_calendar_is_written_twice() -> None:
    now = at("2013-01-02 08:00")
    sent = {
        key: PostedLetter(number=n, kind=NoticeKind.CALENDAR, keys=(key,), state=State.SENT)
        for n, notice in enumerate(posted(NoticeKind.CALENDAR, now), 1)
        for key in notice.keys
    }
    assert posted(NoticeKind.CALENDAR, now, replace(book(now), letters=sent)) == []
    assert set(sent) <= justified_keys(RULES, book(now), now, GO_LIVE)
