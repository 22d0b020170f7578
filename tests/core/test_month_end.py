"""After a month: every unit gets its own lines, may object, and then the draft goes to the approver."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, an_arrival, at, filed, some_rules

from mailbot.core.book import Book, Ruling
from mailbot.core.command import Command, Verb
from mailbot.core.duty import opened_duties
from mailbot.core.letters.month_end import windows
from mailbot.core.notice import LinesMatter, MonthMatter, Notice
from mailbot.core.period import Period
from mailbot.core.plan import justified_keys, plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.approving import approve, argument
from mailbot.core.replies.order import Order
from mailbot.core.rules import Span, Staff, StaffRole, UnitId
from mailbot.core.standings.figures import ObjectionFigures, Rating, Reserve
from mailbot.core.standings.figures_form import checksum, figures_form, figures_of
from mailbot.core.standings.objection import heard, lines_key, objections
from mailbot.core.standings.period_figures import figures
from mailbot.core.verdict import Commanded, Findings, Ignored, Question, Reason, Unclear

JUNE = Period.parse("2013-06")
ME = UnitId("so-tai-chinh")
BARE = some_rules(reports=(a_report(),))
APPROVER = Staff(name="Lãnh đạo", email="ld@vp.example", roles=frozenset({StaffRole.APPROVER}))
RULES = replace(BARE, office=replace(BARE.office, staff=(*BARE.office.staff, APPROVER)))
DUTIES = tuple(opened_duties(RULES, at("2013-07-02"), GO_LIVE))
# 1 July 2013 was a Monday: lines go on it, objections are heard for three days, the draft goes on Friday.
LINES_DAY, DRAFT_DAY = at("2013-07-01 08:00"), at("2013-07-05 08:00")
LATE = an_arrival(filed("2013-06"), at("2013-06-27 09:00"), 1)


def book(*arrivals: Any, **changes: Any) -> Book:
    return a_book(LATE, *arrivals, duties=DUTIES, scanned_at=at("2013-07-04 08:00"), **changes)


def notices(known: Book, now: Any, rules: Any = RULES) -> list[Notice]:
    kinds = {NoticeKind.LINES, NoticeKind.MONTH}
    return [notice for notice in plan(rules, known, now, GO_LIVE).post if notice.kind in kinds]


def lines_sent() -> dict[str, PostedLetter]:
    return {
        lines_key(unit.id, JUNE): PostedLetter(
            number=n,
            kind=NoticeKind.LINES,
            keys=(lines_key(unit.id, JUNE),),
            state=State.SENT,
            unit=unit.id,
            message_id=f"<k.{n}@vp.example>",
        )
        for n, unit in enumerate(RULES.units, 1)
    }


def reply(number: int = 2, to: str = "<k.1@vp.example>", verdict: Any = None, **changes: Any) -> Any:
    asked = Unclear(question=Question.NO_FILE, findings=Findings(unit=ME))
    mail = replace(a_mail("Re: Số liệu"), in_reply_to=to)
    return an_arrival(verdict or asked, at("2013-07-03 09:00"), number, mail=mail, **changes)


def test_the_windows_of_a_month_follow_each_other() -> None:
    found = windows(RULES, JUNE)
    assert [found.lines_at, found.draft_at] == [at("2013-07-01 07:30"), at("2013-07-05 07:30")]
    assert found.draft_at < found.ends_at


def test_each_unit_gets_its_own_lines_and_nobody_elses() -> None:
    found = notices(book(), LINES_DAY)
    assert [notice.unit.id for notice in found if notice.unit] == [unit.id for unit in RULES.units]
    for notice in found:
        assert isinstance(notice.matter, LinesMatter)
        assert notice.unit is not None
        assert {line.unit for line in notice.matter.figures.lines} == {notice.unit.id}
        assert notice.to == (f"{notice.unit.id}@tinh.example",)
        assert notice.matter.until == at("2013-07-04 23:59:59")


def test_every_unit_gets_its_lines_unless_the_rules_leave_those_alone_that_were_in_time() -> None:
    early = an_arrival(filed("2013-06"), at("2013-06-24 09:00"), 1)
    known = a_book(early, duties=DUTIES, scanned_at=LINES_DAY)
    assert len(notices(known, LINES_DAY)) == 2
    timetable = replace(RULES.papers.timetable, lines_to_all=False)
    rules = replace(RULES, papers=replace(RULES.papers, timetable=timetable))
    assert [n.unit.id for n in notices(known, LINES_DAY, rules) if n.unit] == ["huyen-dai-tu"]


def test_nothing_is_told_twice_too_early_too_late_or_for_a_month_of_before() -> None:
    assert notices(book(letters=lines_sent()), LINES_DAY) == []
    for when in ("2013-06-28 08:00", "2013-07-01 07:29", "2013-08-30 08:00"):
        assert [n for n in notices(book(), at(when)) if str(JUNE) in n.keys[0]] == []
    assert plan(RULES, book(), LINES_DAY, at("2013-06-02")).post == () or not [
        n for n in plan(RULES, book(), LINES_DAY, at("2013-06-02")).post if n.kind is NoticeKind.LINES
    ]


def test_the_lines_of_a_unit_that_has_ended_go_to_its_successor_who_may_object() -> None:
    gone, heir = RULES.units
    span = Span(None, date(2013, 6, 30))
    boxes = tuple(replace(address, valid=span) for address in gone.addresses)
    ended = replace(gone, valid=span, successors=(heir.id,), addresses=boxes)
    rules = replace(RULES, units=(ended, heir))
    told = {n.unit.id: n.to for n in notices(book(), LINES_DAY, rules) if n.unit}
    assert told == {ME: (f"{heir.id}@tinh.example",), heir.id: (f"{heir.id}@tinh.example",)}
    objecting = reply(verdict=Unclear(question=Question.NO_FILE, findings=Findings(unit=heir.id)))
    known = book(objecting, letters=lines_sent())
    assert [found.unit for found in objections(rules, known, JUNE)] == [ME]
    assert objections(RULES, known, JUNE) == []


def test_without_an_approver_nothing_is_drafted() -> None:
    assert notices(book(), LINES_DAY, BARE) == notices(book(), DRAFT_DAY, BARE) == []


def test_the_draft_goes_to_the_approver_once_objections_were_heard() -> None:
    [notice] = notices(book(reply(), letters=lines_sent()), DRAFT_DAY)
    assert notice.to == ("ld@vp.example",)
    assert isinstance(notice.matter, MonthMatter)
    assert notice.matter.objections == 1
    assert notice.matter.figures.period == JUNE
    assert notice.keys[0] in justified_keys(RULES, book(letters=lines_sent()), DRAFT_DAY, GO_LIVE)


def test_after_a_week_down_the_draft_comes_alone() -> None:
    assert {notice.kind for notice in notices(book(), DRAFT_DAY)} == {NoticeKind.MONTH}


def test_a_month_that_was_approved_needs_no_draft_any_more() -> None:
    assert notices(book(closed=frozenset({JUNE})), DRAFT_DAY) == []


def test_what_is_approved_by_reply_is_the_draft_to_its_checksum() -> None:
    [notice] = notices(book(), DRAFT_DAY)
    assert isinstance(notice.matter, MonthMatter)
    [key] = notice.keys
    letter = PostedLetter(number=1, kind=NoticeKind.MONTH, keys=(key,), state=State.SENT, queued_at=DRAFT_DAY)
    # Three days later: what is overdue is so for longer, and nothing else has changed.
    known, later = book(letters={key: letter}), at("2013-07-08 09:00")
    verdict = Commanded(unit=None, command=Command(verb=Verb.APPROVE, typed=""), findings=Findings())
    mail = an_arrival(verdict, later, 2)
    order = Order(arrival=mail, verdict=verdict, rules=RULES, files=RULES, book=known, now=later)
    assert checksum(figures(RULES, known, JUNE, later)) != checksum(notice.matter.figures)
    outcome = approve(order, APPROVER, argument(notice.matter.figures))
    assert outcome.approval is not None
    assert checksum(outcome.approval.figures) == checksum(notice.matter.figures)


def test_who_objects_is_not_named_until_a_person_has_ruled() -> None:
    known = book(reply(), letters=lines_sent())
    unit = figures(RULES, known, JUNE, DRAFT_DAY).unit(ME)
    assert unit is not None
    assert unit.rating is Rating.NOT_RATED
    assert Reserve.OBJECTION in unit.reserves
    no = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME))
    ruling = Ruling(number=1, arrival=2, verdict=no, by="an", why="không có căn cứ", ruled_at=DRAFT_DAY)
    ruled = replace(known, rulings=(ruling,))
    found = figures(RULES, ruled, JUNE, DRAFT_DAY).unit(ME)
    assert found is not None
    assert found.rating is Rating.POOR
    assert [objection.ruling for objection in objections(RULES, ruled, JUNE)] == [ruling]


@pytest.mark.parametrize("upholds", [True, False])
def test_the_evaluation_of_the_half_year_knows_what_a_person_said_of_a_month(upholds: bool) -> None:
    known = book(reply(), letters=lines_sent())
    half, later = Period.parse("2013-H1"), Period.parse("2013-H2")
    [objection] = objections(RULES, known, half)
    assert objections(RULES, known, later) == []
    waiting = figures(RULES, known, half, DRAFT_DAY).unit(ME)
    assert waiting is not None
    assert waiting.objections == ObjectionFigures(waiting=1)
    assert waiting.rating is Rating.NOT_RATED
    verdict = heard(known, objection, "máy chủ của sở hỏng", upholds=upholds)
    ruling = Ruling(number=1, arrival=2, verdict=verdict, by="an", why="", ruled_at=DRAFT_DAY)
    made = figures(RULES, replace(known, rulings=(ruling,)), half, DRAFT_DAY)
    unit = made.unit(ME)
    assert unit is not None
    assert unit.objections == ObjectionFigures(upheld=int(upholds), dismissed=int(not upholds))
    assert (Reserve.UPHELD in unit.reserves) is upholds
    assert figures_of(figures_form(made)) == made


@pytest.mark.parametrize(
    ("story", "heard"),
    [
        (reply(verdict=Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME))), True),
        (reply(verdict=filed("2013-06")), True),
        (reply(verdict=filed("2013-07")), False),
        (reply(verdict=Ignored(reason=Reason.AUTO_REPLY, findings=Findings(unit=ME))), False),
        (
            reply(verdict=Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("huyen-dai-tu")))),
            False,
        ),
        (reply(to="<other@x.example>"), False),
    ],
    ids=[
        "set aside by mailbot",
        "sent again",
        "the next report in the thread",
        "a machine",
        "another unit",
        "no reply",
    ],
)
def test_what_is_an_objection(story: Any, heard: bool) -> None:
    assert bool(objections(RULES, book(story, letters=lines_sent()), JUNE)) is heard
