"""Standings: who is late, who is not, and who must not be called so."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, an_arrival, at, filed, some_rules

from mailbot.core.book import Book, Ruling, Stamp
from mailbot.core.duty import Duty, DutyKey, opened_duties
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Filing, Findings, Ignored, Question, Reason, Unclear

RULES = some_rules()
KEY = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))
DUTY: Duty = next(d for d in opened_duties(RULES, at("2013-06-30"), GO_LIVE) if d.key == KEY)
LATER = at("2013-06-27 09:00")
UNCLEAR = Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("so-tai-chinh")))


def standing_of(*arrivals: object, now: datetime = LATER, scanned_at: datetime | None = LATER) -> Standing:
    book = replace(a_book(duties=[DUTY], scanned_at=scanned_at), arrivals=arrivals)
    return judge(DUTY, book, now).standing


@pytest.mark.parametrize(
    ("arrived", "standing"),
    [
        ("2013-06-25 23:59:59", Standing.ON_TIME),
        ("2013-06-25 23:59:59.999999", Standing.ON_TIME),
        ("2013-06-26 00:00:00", Standing.LATE),
        ("2013-06-01 00:00:00", Standing.ON_TIME),
        ("2013-05-20 09:00:00", Standing.ON_TIME),
    ],
)
def test_a_report_is_on_time_up_to_the_end_of_the_24th_hour(arrived: str, standing: Standing) -> None:
    assert standing_of(an_arrival(filed("2013-06"), at(arrived))) == standing


def test_a_duty_is_open_until_its_due_moment_and_overdue_after_it() -> None:
    assert standing_of(now=at("2013-06-25 23:59:59")) is Standing.OPEN
    assert (
        standing_of(now=at("2013-06-26 00:00:00"), scanned_at=at("2013-06-26 00:00:00")) is Standing.OVERDUE
    )


def test_silence_is_no_proof_unless_the_mailbox_was_read_after_the_due_moment() -> None:
    for scanned_at in (None, DUTY.due_at):
        book = a_book(duties=[DUTY], scanned_at=scanned_at)
        assert judge(DUTY, book, LATER).doubt is Doubt.NOT_WATCHING


def test_an_undecided_mail_before_the_late_copy_leaves_the_duty_unjudged() -> None:
    late = an_arrival(filed("2013-06"), at("2013-06-26 10:00"), 2)
    assert standing_of(an_arrival(UNCLEAR, at("2013-06-24 10:00")), late) is Standing.NOT_JUDGED
    assert standing_of(late, an_arrival(UNCLEAR, at("2013-06-26 11:00"), 3)) is Standing.LATE
    assert standing_of(an_arrival(UNCLEAR, at("2013-05-24 10:00")), late) is Standing.LATE


def test_the_first_valid_copy_sets_timeliness_whatever_comes_later() -> None:
    first = an_arrival(filed("2013-06"), at("2013-06-24 10:00"))
    second = an_arrival(filed("2013-06"), at("2013-06-26 10:00"), 2)
    assert standing_of(second, first) is Standing.ON_TIME


def test_a_ruling_that_rejects_the_first_copy_leaves_the_second() -> None:
    first = an_arrival(filed("2013-06"), at("2013-06-24 10:00"))
    second = an_arrival(filed("2013-06"), at("2013-06-26 10:00"), 2)
    no = Ignored(reason=Reason.REJECTED, findings=Findings(unit=UnitId("so-tai-chinh")))
    ruling = Ruling(number=1, arrival=1, verdict=no, by="an", why="tệp trống", ruled_at=LATER)
    book: Book = a_book(first, second, duties=[DUTY], rulings=(ruling,), scanned_at=LATER)
    assert judge(DUTY, book, LATER).standing is Standing.LATE


def test_the_last_ruling_counts() -> None:
    arrival = an_arrival(UNCLEAR, at("2013-06-24 10:00"))
    rulings = tuple(
        Ruling(number=n, arrival=1, verdict=verdict, by="an", why="", ruled_at=LATER)
        for n, verdict in enumerate([filed("2013-05"), filed("2013-06")], start=1)
    )
    book = a_book(arrival, duties=[DUTY], rulings=rulings, scanned_at=LATER)
    assert judge(DUTY, book, LATER).standing is Standing.ON_TIME


def test_a_stamped_paper_copy_counts_as_the_mail_does() -> None:
    stamp = Stamp(
        number=1, duty=KEY, stamped_at=at("2013-06-25 16:00"), register_no="1234", recorded_at=LATER
    )
    late = an_arrival(filed("2013-06"), at("2013-06-26 10:00"))
    judgement = judge(DUTY, a_book(late, duties=[DUTY], stamps=(stamp,), scanned_at=LATER), LATER)
    assert judgement.standing is Standing.ON_TIME
    assert judgement.copy is not None
    assert judgement.copy.stamp == stamp


def test_what_arrives_after_now_is_not_known_yet() -> None:
    arrival = an_arrival(filed("2013-06"), at("2013-06-24 10:00"))
    assert standing_of(arrival, now=at("2013-06-24 09:59")) is Standing.OPEN


def test_a_mail_of_another_unit_or_period_changes_nothing() -> None:
    others = [filed("2013-06", unit="huyen-dai-tu"), filed("2013-05"), filed("2013-Q2", "bc-quarter")]
    arrivals = [an_arrival(v, DUTY.due_at - timedelta(days=1), n) for n, v in enumerate(others, start=1)]
    assert standing_of(*arrivals) is Standing.OVERDUE


def test_a_mail_that_may_be_the_unit_s_keeps_it_from_being_called_overdue() -> None:
    perhaps = Findings(may_be=(UnitId("so-tai-chinh"),))
    private = Unclear(question=Question.UNIT, findings=perhaps)
    assert standing_of(an_arrival(private, at("2013-06-25 10:00"))) is Standing.NOT_JUDGED


def test_a_report_of_nobody_knows_whom_keeps_everybody_who_sent_none_from_being_called_overdue() -> None:
    candidates = (Filing(ReportId("bc-month"), Period.parse("2013-06")),)
    private = Unclear(question=Question.UNIT, findings=Findings(), candidates=candidates)
    scan = an_arrival(private, at("2013-06-25 10:00"), 7)
    book = replace(a_book(duties=[DUTY], scanned_at=LATER), arrivals=(scan,))
    assert judge(DUTY, book, LATER).doubt is Doubt.NOBODYS_REPORT
    late = an_arrival(filed("2013-06"), at("2013-06-26 10:00"), 8)
    assert standing_of(scan, late) is Standing.NOT_JUDGED
    assert standing_of(late, an_arrival(private, at("2013-06-26 11:00"), 7)) is Standing.LATE
    ignored = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings())
    ruling = Ruling(number=1, arrival=7, verdict=ignored, by="an", why="", ruled_at=LATER)
    assert judge(DUTY, replace(book, rulings=(ruling,)), LATER).standing is Standing.OVERDUE
