"""Outages of ours: what counts as one, and that nobody is called late on the strength of one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.book import Book
from mailbot.core.duty import Duty, DutyKey, opened_duties
from mailbot.core.machine.watch import (
    GRACE,
    Gaps,
    Outage,
    Stretch,
    Vouch,
    broken_before,
    broken_off,
    outages,
    unproven,
    unread,
)
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing, judge

RULES = some_rules()
KEY = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))
DUTY: Duty = next(d for d in opened_duties(RULES, at("2013-06-30"), GO_LIVE) if d.key == KEY)
LATER = at("2013-06-27 09:00")


def stretch(since: str, until: str, mailbox: str = "INBOX") -> Stretch:
    return Stretch(mailbox, at(since), at(until))


def outage(since: str, until: str) -> Outage:
    return Outage("INBOX", at(since), at(until))


@pytest.mark.parametrize(
    ("second", "gap"),
    [
        ("2013-06-24 13:00", outage("2013-06-24 12:00", "2013-06-24 13:00")),
        ("2013-07-01 08:00", outage("2013-06-24 12:00", "2013-07-01 08:00")),
        ("2013-06-24 12:59", None),
    ],
)
def test_an_outage_is_a_gap_of_at_least_an_hour_in_an_unbroken_watch(second: str, gap: Outage | None) -> None:
    found = list(outages([stretch("2013-06-01 08:00", "2013-06-24 12:00"), stretch(second, "2013-07-02")]))
    assert found == ([gap] if gap else [])


def test_single_looks_promise_no_watch_between_them() -> None:
    looks = [stretch(f"2013-06-{day} 08:00", f"2013-06-{day} 08:01") for day in (20, 24, 26)]
    assert list(outages(looks)) == []


def test_a_daemon_that_ends_soon_after_each_start_means_to_watch_for_a_month() -> None:
    watch = stretch("2013-06-01 08:00", "2013-06-10 08:00")
    looks = [
        stretch(f"2013-{day} 08:00", f"2013-{day} 08:59") for day in ("06-12", "07-11", "07-12", "07-15")
    ]
    assert list(outages([watch, *looks])) == [
        outage("2013-06-10 08:00", "2013-06-12 08:00"),
        outage("2013-06-12 08:59", "2013-07-11 08:00"),
        outage("2013-07-11 08:59", "2013-07-12 08:00"),
    ]


def test_where_the_watch_is_broken_off_a_late_copy_alone_makes_nobody_late() -> None:
    # After days away mailbot reads the newest mails first: an earlier copy may still lie unread.
    late = an_arrival(filed("2013-06"), at("2013-06-26 00:30"))
    for last, standing in (
        (stretch("2013-06-20 08:00", "2013-06-24 12:00"), Standing.NOT_JUDGED),
        (stretch("2013-06-20 08:00", "2013-06-27 08:30"), Standing.LATE),
    ):
        book = a_book(late, duties=[DUTY], scanned_at=last.until, watch=(last,))
        assert judge(DUTY, book, LATER).standing is standing


@pytest.mark.parametrize(("until", "reminded"), [("2013-06-24 07:00", False), ("2013-06-24 07:01", True)])
def test_no_reminder_leaves_while_the_report_may_lie_in_a_mailbox_that_nobody_reads(
    until: str, reminded: bool
) -> None:
    now = at("2013-06-24 08:00")
    book = a_book(duties=[DUTY], scanned_at=at(until), watch=(stretch("2013-06-20", until),))
    post = plan(RULES, book, now, GO_LIVE).post
    assert any(notice.kind is NoticeKind.REMINDER for notice in post) is reminded


def test_a_mailbox_that_was_given_up_for_another_is_missed_by_nobody() -> None:
    gaps = Gaps()
    for told in (stretch("2013-06-01", "2013-06-10", "Reports"), stretch("2013-06-10", "2013-06-20")):
        assert list(gaps.before(told)) == []
    assert gaps.meant() == (stretch("2013-06-10", "2013-06-20"),)
    assert list(broken_off(gaps.meant(), at("2013-06-20 00:59"))) == []
    assert list(broken_off(gaps.meant(), at("2013-06-20 01:00"))) == [
        outage("2013-06-20", "2013-06-20 01:00")
    ]


def test_each_mailbox_has_a_watch_of_its_own() -> None:
    found = outages(
        [
            stretch("2013-06-01", "2013-06-20"),
            stretch("2013-06-10", "2013-06-26", "Junk"),
            stretch("2013-06-21", "2013-06-26"),
        ]
    )
    assert list(found) == [outage("2013-06-20", "2013-06-21")]


@pytest.mark.parametrize(
    ("gap", "broken"),
    [
        (outage("2013-06-20 08:00", "2013-06-24 23:59:59"), False),
        (outage("2013-06-20 08:00", "2013-06-25 00:00:01"), True),
        (outage("2013-06-25 12:00", "2013-06-25 14:00"), True),
        (outage("2013-06-25 20:00", "2013-06-26 09:00"), True),
        # A mail that came after that look may bear the very second in which it was due.
        (outage("2013-06-25 23:59:59", "2013-06-26 09:00"), True),
        (outage("2013-06-26 00:00:00", "2013-06-26 09:00"), False),
        (outage("2013-06-26 08:00", "2013-06-26 20:00"), False),
    ],
)
def test_only_the_last_day_before_the_due_moment_matters(gap: Outage, broken: bool) -> None:
    assert broken_before(DUTY.due_at, [gap]) is broken
    book = a_book(duties=[DUTY], scanned_at=LATER, outages=(gap,))
    expected = Standing.NOT_JUDGED if broken else Standing.OVERDUE
    assert judge(DUTY, book, LATER).standing is expected


@pytest.mark.parametrize(
    ("since", "vanished"), [("2013-06-25 23:59:59", True), ("2013-06-26 00:00:00", False)]
)
def test_a_mail_that_vanished_in_the_last_second_may_have_been_in_time(since: str, vanished: bool) -> None:
    gap = replace(outage(since, "2013-06-26 00:00:20"), vanished=True)
    book = a_book(duties=[DUTY], scanned_at=LATER, outages=(gap,))
    expected = Standing.NOT_JUDGED if vanished else Standing.OVERDUE
    assert judge(DUTY, book, LATER).standing is expected


def test_after_an_outage_a_report_in_time_counts_and_a_late_one_is_not_held_against_the_unit() -> None:
    gap = outage("2013-06-25 08:00", "2013-06-26 12:00")
    for arrived, standing in (
        ("2013-06-25 10:00", Standing.ON_TIME),
        ("2013-06-26 10:00", Standing.NOT_JUDGED),
    ):
        arrival = an_arrival(filed("2013-06"), at(arrived))
        book = a_book(arrival, duties=[DUTY], scanned_at=LATER, outages=(gap,))
        judgement = judge(DUTY, book, LATER)
        assert judgement.standing is standing
        assert (judgement.doubt is Doubt.OUTAGE) == (standing is Standing.NOT_JUDGED)


def test_a_vouch_must_cover_the_whole_outage() -> None:
    gap = outage("2013-06-25 08:00", "2013-06-26 12:00")

    def vouch(since: str, until: str) -> Vouch:
        return Vouch(number=1, since=at(since), until=at(until), by="an", why="", vouched_at=LATER)

    assert unproven([gap], [vouch("2013-06-25 08:00", "2013-06-26 12:00")]) == ()
    assert unproven([gap], [vouch("2013-06-25 08:01", "2013-06-26 12:00")]) == (gap,)
    assert unproven([gap], []) == (gap,)


def test_a_vouch_counts_once_the_mailbox_was_read_again() -> None:
    gap = outage("2013-06-25 08:00", "2013-06-26 12:00")
    first = Vouch(number=1, since=gap.since, until=gap.until, by="an", why="", vouched_at=LATER)
    again = replace(first, number=2, vouched_at=LATER + timedelta(days=1))
    waiting = replace(gap, vouched_at=LATER)
    for scanned_at in (None, LATER - timedelta(seconds=1)):
        assert unread([gap], [first, again], scanned_at) == (waiting,)
    assert unread([gap], [first, again], LATER) == unread([gap], [], LATER) == ()
    book = replace(a_book(duties=[DUTY], scanned_at=LATER), unread=(waiting,))
    assert judge(DUTY, book, LATER).doubt is Doubt.OUTAGE
    # Whoever asks for an earlier moment hears what the word makes of it.
    assert judge(DUTY, book, LATER - timedelta(hours=1)).standing is Standing.OVERDUE


@pytest.mark.parametrize(
    ("scanned", "chased"),
    [("2013-06-26 00:59:59", False), ("2013-06-26 01:00:00", True), ("2013-06-26 09:00", True)],
)
def test_a_late_notice_needs_a_scan_that_is_newer_than_deadline_and_grace(scanned: str, chased: bool) -> None:
    now = at("2013-06-26 09:00")
    book: Book = replace(a_book(duties=[DUTY]), scanned_at=at(scanned))
    post = plan(RULES, book, now, GO_LIVE).post
    late = [key for notice in post if notice.kind is NoticeKind.LATE for key in notice.keys]
    assert any(str(KEY) in key for key in late) is chased
    assert DUTY.due_at + GRACE < at("2013-06-26 01:00:00")


@given(st.lists(st.integers(0, 400), min_size=2, max_size=20, unique=True).map(sorted))
def test_outages_lie_between_the_stretches_and_never_in_them(hours: list[int]) -> None:
    begin = datetime(2013, 6, 1, tzinfo=at("2013-06-01").tzinfo)
    bounds = [begin + timedelta(hours=hour) for hour in hours]
    stretches = [Stretch("INBOX", *pair) for pair in zip(bounds[::2], bounds[1::2], strict=False)]
    found = list(outages(stretches))
    assert all(gap.since < gap.until for gap in found)
    for gap in found:
        assert not any(s.since < gap.until and gap.since < s.until for s in stretches)
    # Every stretch here lasts an hour or more, and so does every gap.
    assert len(found) == max(len(stretches) - 1, 0)
