"""A date that the mailbox contradicts: whoever puts a mail into a mailbox may choose it."""

from dataclasses import replace

import pytest
from builders import a_book, a_unit, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling, Stamp
from mailbot.core.command import by_unit
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import ArrivalClock, Clocks
from mailbot.core.period import Period
from mailbot.core.rules import ReportId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.standings.period_figures import line_of
from mailbot.core.verdict import Findings, Ignored, Reason, Verdict

UNIT = a_unit()
JUNE = filed("2013-06")
KEY = DutyKey(UNIT.id, ReportId("bc-month"), Period.parse("2013-06"))
DUE = at("2013-06-25 17:00")
DUTY = Duty(key=KEY, opens_at=at("2013-06-01"), due_at=DUE, basis="", derivation="")
NOW = at("2013-07-01 09:00")


def came(
    server: str,
    seen: str,
    absent: str | None,
    clock: ArrivalClock = ArrivalClock.SERVER,
    number: int = 1,
    verdict: Verdict = JUNE,
) -> Arrival:
    clocks = Clocks(seen_at=at(seen), server_at=at(server), absent_at=at(absent) if absent else None)
    return replace(
        an_arrival(number=number, verdict=verdict, arrived_at=at(server)), clock=clock, clocks=clocks
    )


def book_of(*arrivals: Arrival, rulings: tuple[Ruling, ...] = (), stamps: tuple[Stamp, ...] = ()) -> Book:
    return replace(a_book(arrivals=arrivals, duties=[DUTY], scanned_at=NOW), rulings=rulings, stamps=stamps)


def standing(*arrivals: Arrival, rulings: tuple[Ruling, ...] = ()) -> tuple[Standing, Doubt | None]:
    found = judge(DUTY, book_of(*arrivals, rulings=rulings), NOW)
    return found.standing, found.doubt


APPENDED = came("2013-06-24 09:00", "2013-06-28 09:00", "2013-06-28 08:59")
ORDINARY = came("2013-06-24 09:00", "2013-06-24 09:00", "2013-06-24 08:59")


def test_a_mail_that_was_delivered_twice_is_no_report_that_had_to_be_supplemented() -> None:
    twin = came("2013-06-24 09:00", "2013-06-28 09:00", "2013-06-28 08:59", number=2)
    twin = replace(twin, verdict=Ignored(reason=Reason.DUPLICATE, findings=Findings(), duplicate_of=1))
    known = book_of(ORDINARY, twin)
    assert len(known.copies[KEY]) == 2
    assert line_of(some_rules(), known, DUTY, NOW).versions == 0
    again = came("2013-06-24 10:00", "2013-06-24 10:00", None, number=3)
    assert line_of(some_rules(), book_of(ORDINARY, twin, again), DUTY, NOW).versions == 1


def test_a_mail_that_was_not_there_is_neither_believed_nor_held_against_its_unit() -> None:
    assert standing(ORDINARY) == (Standing.ON_TIME, None)
    assert standing(APPENDED) == (Standing.NOT_JUDGED, Doubt.DATE)


@pytest.mark.parametrize(
    "arrival",
    [
        # Our own server's word stands in the mail itself.
        came("2013-06-24 09:00", "2013-06-28 09:00", "2013-06-28 08:59", ArrivalClock.BOUNDARY),
        came("2013-06-24 09:00", "2013-06-28 09:00", "2013-06-28 08:59", ArrivalClock.GIVEN),
        # Nobody had read the mailbox before, or not since it came, or it was on its way into the mailbox.
        came("2013-06-24 09:00", "2013-06-28 09:00", None),
        came("2013-06-24 09:00", "2013-06-28 09:00", "2013-06-24 08:00"),
        came("2013-06-25 16:30", "2013-06-25 17:20", "2013-06-25 17:19"),
        # Whatever the date is worth, it was seen in time.
        came("2013-06-20 09:00", "2013-06-25 16:59", "2013-06-25 16:58"),
    ],
)
def test_all_other_dates_count(arrival: Arrival) -> None:
    assert standing(arrival) == (Standing.ON_TIME, None)


@pytest.mark.parametrize("clock", [ArrivalClock.SERVER, ArrivalClock.BOUNDARY])
def test_by_a_server_s_clock_that_is_hours_fast_nobody_is_late_and_nobody_timely(clock: ArrivalClock) -> None:
    """Or ours is behind by as much, unnoticed: the mail itself cannot tell which one is wrong."""
    fast = came("2013-06-25 19:00", "2013-06-25 16:00", "2013-06-25 15:59", clock)
    assert fast.clocks.ahead
    assert standing(fast) == (Standing.NOT_JUDGED, Doubt.DATE)
    # A person believes it, and then of both clocks the one that is better for the unit.
    ruling = Ruling(number=1, arrival=1, verdict=JUNE, by="an", why="đồng hồ máy chủ sai", ruled_at=NOW)
    assert standing(fast, rulings=(ruling,)) == (Standing.ON_TIME, None)
    # Where both say the same of the report, there is nothing to doubt.
    assert standing(came("2013-06-25 16:50", "2013-06-25 13:50", None, clock)) == (Standing.ON_TIME, None)
    assert standing(came("2013-06-26 19:00", "2013-06-26 16:00", None, clock))[0] is Standing.LATE


def test_clocks_that_differ_by_no_more_than_ours_may_be_wrong_raise_no_doubt() -> None:
    assert standing(came("2013-06-25 17:20", "2013-06-25 16:55", None))[0] is Standing.LATE


def test_a_date_after_the_due_moment_is_late_whoever_chose_it() -> None:
    late = came("2013-06-26 09:00", "2013-06-28 09:00", "2013-06-28 08:59")
    assert standing(late)[0] is Standing.LATE


def test_another_copy_in_time_settles_it() -> None:
    assert standing(APPENDED, replace(ORDINARY, number=2)) == (Standing.ON_TIME, None)


@pytest.mark.parametrize(("by", "settles"), [("Phòng Tổng hợp", True), (by_unit(UNIT.id), False)])
def test_a_person_of_the_office_settles_it_and_the_unit_does_not(by: str, settles: bool) -> None:
    ruling = Ruling(number=1, arrival=1, verdict=JUNE, by=by, why="đã xem", ruled_at=NOW)
    expected = (Standing.ON_TIME, None) if settles else (Standing.NOT_JUDGED, Doubt.DATE)
    assert standing(APPENDED, rulings=(ruling,)) == expected


def test_an_older_delivery_that_turns_up_after_a_late_one_flatters_nobody() -> None:
    late = came("2013-06-27 09:00", "2013-06-27 09:00", "2013-06-27 08:59")
    twin = Ignored(reason=Reason.DUPLICATE, findings=Findings(), duplicate_of=1)
    assert standing(late, replace(APPENDED, number=2, verdict=twin)) == (Standing.NOT_JUDGED, Doubt.DATE)
    assert standing(late, replace(ORDINARY, number=2, verdict=twin)) == (Standing.ON_TIME, None)


def test_a_doubted_delivery_takes_nothing_from_one_in_time() -> None:
    twin = Ignored(reason=Reason.DUPLICATE, findings=Findings(), duplicate_of=1)
    assert standing(ORDINARY, replace(APPENDED, number=2, verdict=twin)) == (Standing.ON_TIME, None)


def test_an_excused_unit_stays_excused() -> None:
    book = replace(book_of(APPENDED), duties={KEY: replace(DUTY, excused=True)})
    assert judge(replace(DUTY, excused=True), book, NOW).standing is Standing.EXCUSED


moments = st.builds("2013-06-{:02} {:02}:00".format, st.integers(20, 30), st.integers(0, 23))


@given(server=moments, seen=moments, absent=st.none() | moments)
def test_a_doubt_never_makes_a_unit_late_that_its_date_makes_timely(
    server: str, seen: str, absent: str | None
) -> None:
    believed, doubted = standing(came(server, seen, None)), standing(came(server, seen, absent))
    assert doubted == believed or (believed[0], doubted) == (
        Standing.ON_TIME,
        (Standing.NOT_JUDGED, Doubt.DATE),
    )
