"""Whom the monthly report names: for each reserve a unit that would have been named and is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import a_book, a_mail, a_report, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.book import Book, Ruling, Stamp
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import Duty, DutyKey, opened_duties
from mailbot.core.machine.watch import Outage
from mailbot.core.mail import Address, ArrivalClock
from mailbot.core.paper_rules import Naming, PaperRules
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Rules, UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.closing import differences
from mailbot.core.standings.figures import Figures, Rating, Reserve, TaskFigures, UnitFigures
from mailbot.core.standings.figures_form import checksum, figures_form, figures_of
from mailbot.core.standings.period_figures import figures
from mailbot.core.tasks.assignment import Assignment, Task
from mailbot.core.verdict import Filing, Findings, Ignored, Question, Reason, Sealed, Unclear

ME = UnitId("so-tai-chinh")
JUNE = Period.parse("2013-06")
NOW = at("2013-07-05 08:00")
RULES = some_rules(reports=(a_report(),))
DUTIES: tuple[Duty, ...] = tuple(
    duty for duty in opened_duties(RULES, at("2013-06-30"), at("2013-06-01")) if duty.key.period == JUNE
)
LATE = an_arrival(filed("2013-06"), at("2013-06-27 09:00"), 1)
OTHER = an_arrival(filed("2013-06", unit="huyen-dai-tu"), at("2013-06-24 09:00"), 2)


def book(*arrivals: Any, **changes: Any) -> Book:
    return a_book(*arrivals, OTHER, duties=DUTIES, scanned_at=NOW, **changes)


def june(known: Book, rules: Rules = RULES) -> Figures:
    return figures(rules, known, JUNE, NOW)


def mine(found: Figures) -> UnitFigures:
    unit = found.unit(ME)
    assert unit is not None
    return unit


def test_a_unit_that_sent_nothing_is_named_and_one_that_reported_in_time_is_praised() -> None:
    found = june(book())
    assert mine(found).rating is Rating.POOR
    assert [unit.id for unit in found.rated(Rating.GOOD)] == ["huyen-dai-tu"]
    assert [line.unit for line in found.missing()] == [ME]


def test_a_unit_that_is_late_with_all_it_owes_is_named() -> None:
    unit = mine(june(book(LATE)))
    assert unit.rating is Rating.POOR
    assert (unit.counts.late, unit.counts.days_late, unit.counts.rate) == (1, 2, 0.0)


def unclear(number: int = 3, when: str = "2013-06-24 09:00", **changes: Any) -> Any:
    verdict = Unclear(question=Question.PERIOD, findings=Findings(unit=ME))
    return an_arrival(verdict, at(when), number, **changes)


NAMED_BY_MISTAKE = {
    "an unclear mail": ([unclear()], Doubt.UNDECIDED_MAIL),
    "an unclear mail that came after the late copy": (
        [LATE, unclear(when="2013-07-01 09:00")],
        Doubt.UNDECIDED_MAIL,
    ),
    "a mail that only may be the unit's": (
        [
            an_arrival(
                Unclear(question=Question.UNIT, findings=Findings(may_be=(ME,))), at("2013-06-24 09:00"), 3
            )
        ],
        Doubt.UNDECIDED_MAIL,
    ),
    "a sealed mail": (
        [an_arrival(Sealed(unit=ME, findings=Findings(unit=ME)), at("2013-06-24 09:00"), 3)],
        Doubt.UNDECIDED_MAIL,
    ),
    "a report of nobody knows whom": (
        [
            an_arrival(
                Unclear(
                    question=Question.UNIT,
                    findings=Findings(),
                    candidates=(Filing(DUTIES[0].key.report, JUNE),),
                ),
                at("2013-06-24 09:00"),
                3,
                mail=a_mail(sender=Address("van.thu@stranger.example")),
            )
        ],
        Doubt.NOBODYS_REPORT,
    ),
    "a mail about that very period, set aside by mailbot alone": (
        [
            an_arrival(
                Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME, periods=(JUNE,))),
                at("2013-06-24 09:00"),
                3,
            )
        ],
        Reserve.SET_ASIDE,
    ),
    "a copy whose only clock is the moment of reading": (
        [replace(LATE, clock=ArrivalClock.SEEN)],
        Reserve.OWN_CLOCK,
    ),
}


@pytest.mark.parametrize("story", NAMED_BY_MISTAKE)
def test_a_unit_is_not_named_while_there_is(story: str) -> None:
    arrivals, reserve = NAMED_BY_MISTAKE[story]
    unit = mine(june(book(*arrivals)))
    assert unit.rating is Rating.NOT_RATED
    assert reserve in unit.reserves


def test_a_unit_is_not_named_while_mailbot_was_not_watching_over_the_deadline() -> None:
    for scanned_at in (None, at("2013-06-25 12:00")):
        unit = mine(june(replace(book(), scanned_at=scanned_at)))
        assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Doubt.NOT_WATCHING,))


def test_a_unit_is_not_named_over_an_outage_on_the_last_day() -> None:
    gap = Outage("INBOX", at("2013-06-25 08:00"), at("2013-06-25 22:00"))
    for arrivals in ([], [LATE]):
        unit = mine(june(book(*arrivals, outages=(gap,))))
        assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Doubt.OUTAGE,))


def test_a_unit_is_not_named_while_its_address_is_dead() -> None:
    dead = AddressFact(
        email="so-tai-chinh@tinh.example",
        at=at("2013-06-24 09:00"),
        sign=Sign.RETURNED,
        unit=ME,
        status="5.1.1",
        says="no such user",
    )
    bare = a_book(duties=DUTIES, scanned_at=NOW)
    unit = mine(june(replace(bare, addresses=(dead,))))
    assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Doubt.UNREACHED,))
    assert mine(june(bare)).rating is Rating.POOR


def test_a_unit_with_too_few_duties_in_the_period_is_not_rated_either_way() -> None:
    rules = replace(RULES, papers=PaperRules(naming=Naming(fewest_month=2)))
    found = june(book(), rules)
    assert {unit.rating for unit in found.units} == {Rating.NOT_RATED}
    assert mine(found).reserves == (Reserve.TOO_FEW,)


def test_an_excused_duty_never_counts_and_is_listed_with_its_letter() -> None:
    letter = "được miễn theo Công văn số 12/UBND-TH ngày 20/6/2013"
    by = {"excused": True, "reason": letter, "letter": "12/UBND-TH ngày 20/6/2013"}
    excused = [replace(d, **by) if d.key.unit == ME else d for d in DUTIES]
    for arrivals in ([OTHER], [OTHER, LATE], [OTHER, replace(LATE, arrived_at=at("2013-06-20 09:00"))]):
        found = june(a_book(*arrivals, duties=excused, scanned_at=NOW))
        unit = mine(found)
        assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Reserve.EXCUSED,))
        assert (found.counts.owed, found.counts.rate, found.counts.excused) == (1, 100.0, 1)
        assert unit.lines[0].remark == letter


def test_what_a_unit_no_longer_owes_is_no_line_of_that_month_and_excused_by_no_letter() -> None:
    why = "đơn vị kết thúc hoạt động ngày 20/6/2013"
    released = [replace(d, excused=True, reason=why) if d.key.unit == ME else d for d in DUTIES]
    found = june(a_book(OTHER, duties=released, scanned_at=NOW))
    assert [unit.id for unit in found.units] == ["huyen-dai-tu"]
    assert found.counts.excused == 0
    # A letter that excused it is told of, and so is a report that came all the same.
    by_letter = [replace(duty, letter="12/UBND-TH") for duty in released]
    assert june(a_book(OTHER, duties=by_letter, scanned_at=NOW)).counts.excused == 1
    early = replace(LATE, arrived_at=at("2013-06-18 09:00"))
    assert mine(june(a_book(OTHER, early, duties=released, scanned_at=NOW))).lines[0].arrival == 1
    # An approved report that listed it said nothing that changes.
    listed = june(a_book(OTHER, duties=by_letter, scanned_at=NOW))
    assert list(differences(listed, found, NOW)) == []


def test_no_amendment_turns_a_thing_into_itself() -> None:
    # Nothing is concluded of it, with or without the late copy: what came then is nobody's business.
    asked = unclear()
    before, after = june(book(asked)), june(book(asked, LATE))
    assert [mine(found).lines[0].standing for found in (before, after)] == [Standing.NOT_JUDGED] * 2
    assert mine(before).lines[0].arrived_at != mine(after).lines[0].arrived_at
    assert list(differences(before, after, NOW)) == []
    # Another copy counts, and both are in time: then it says which.
    first, second = (replace(LATE, arrived_at=at(f"2013-06-{day} 09:00")) for day in (19, 20))
    [changed] = differences(june(book(first)), june(book(second)), NOW)
    assert "từ “đúng hạn, nhận lúc 09 giờ 00 ngày 19/6/2013” thành “đúng hạn, nhận lúc 09" in changed.says


def test_a_persons_ruling_lifts_the_reserve() -> None:
    no = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME))
    ruling = Ruling(number=1, arrival=3, verdict=no, by="an", why="thư hỏi", ruled_at=NOW)
    assert mine(june(book(unclear(), rulings=(ruling,)))).rating is Rating.POOR
    aside = NAMED_BY_MISTAKE["a mail about that very period, set aside by mailbot alone"][0]
    assert mine(june(book(*aside, rulings=(ruling,)))).rating is Rating.POOR


def test_mails_of_other_units_and_other_times_do_not_keep_a_unit_from_being_named() -> None:
    theirs = Unclear(question=Question.PERIOD, findings=Findings(unit=UnitId("huyen-dai-tu")))
    earlier = unclear(4, "2013-05-20 09:00")
    assert mine(june(book(an_arrival(theirs, at("2013-06-24 09:00"), 3), earlier))).rating is Rating.POOR


def test_a_plan_without_a_file_or_for_another_period_is_no_reserve() -> None:
    other = Ignored(
        reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME, periods=(Period.parse("2013-07"),))
    )
    bare = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME, periods=(JUNE,)))
    arrivals = [
        an_arrival(other, at("2013-06-24 09:00"), 3),
        an_arrival(bare, at("2013-06-24 09:00"), 4, mail=replace(a_mail(), attachments=())),
    ]
    assert mine(june(book(*arrivals))).rating is Rating.POOR


def test_a_duty_that_is_not_due_yet_counts_for_nothing() -> None:
    early = figures(RULES, book(), JUNE, at("2013-06-20 08:00"))
    unit = mine(early)
    assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Reserve.STILL_OPEN,))
    assert early.counts.rate is None
    assert early.counts.still_open == 2


def test_a_paper_copy_and_a_later_version_are_told_apart() -> None:
    stamp = Stamp(
        number=1, duty=DUTIES[0].key, stamped_at=at("2013-06-25 10:00"), register_no="81", recorded_at=NOW
    )
    again = an_arrival(filed("2013-06"), at("2013-06-28 09:00"), 3)
    unit = mine(june(book(LATE, again, stamps=(stamp,))))
    [line] = unit.lines
    assert (line.standing, line.register_no, line.by_mail, line.on_paper) == ("on_time", "81", True, True)
    assert (line.versions, unit.counts.supplemented, unit.counts.electronic) == (1, 1, 1)


def test_a_copy_sent_back_counts_as_supplemented() -> None:
    no = Ignored(reason=Reason.REJECTED, findings=Findings(unit=ME))
    ruling = Ruling(number=1, arrival=1, verdict=no, by="an", why="tệp trống", ruled_at=NOW)
    [line] = mine(june(book(LATE, rulings=(ruling,)))).lines
    assert (line.standing, line.versions) == (Standing.OVERDUE, 1)


def test_a_duty_belongs_to_the_month_in_which_it_falls_due() -> None:
    # The May report of a rule that asks for it in the month after.
    rules = some_rules(reports=(a_report(due=replace(a_report().due, day=5, months_after=1)),))
    duties = list(opened_duties(rules, at("2013-06-30"), at("2013-05-01")))
    known = a_book(duties=duties, scanned_at=NOW)
    periods = {line.period for line in figures(rules, known, JUNE, NOW).lines}
    assert periods == {Period.parse("2013-05")}


def test_a_month_speaks_of_that_months_units() -> None:
    gone = a_unit("so-cu")
    duty = replace(DUTIES[0], key=DutyKey(gone.id, DUTIES[0].key.report, JUNE))
    found = figures(RULES, a_book(duties=[duty], scanned_at=NOW), JUNE, NOW)
    assert [(unit.id, unit.name) for unit in found.units] == [("so-cu", "so-cu")]


def test_a_half_year_is_rated_by_its_share_on_time() -> None:
    rules = some_rules(reports=(a_report(),))
    duties = [d for d in opened_duties(rules, at("2013-12-31"), at("2013-07-01")) if d.key.unit == ME]
    assert len(duties) == 6
    half = Period(2013, Cadence.HALF, 2)
    now = at("2014-01-05 08:00")
    late = [
        an_arrival(filed(str(d.key.period)), d.due_at + timedelta(days=1), n) for n, d in enumerate(duties, 1)
    ]
    early = [replace(a, arrived_at=a.arrived_at - timedelta(days=3)) for a in late]
    for on_time, rating in ((6, Rating.GOOD), (3, Rating.FAIR), (2, Rating.POOR)):
        known = a_book(*early[:on_time], *late[on_time:], duties=duties, scanned_at=now)
        unit = mine(figures(rules, known, half, now))
        assert (unit.rating, unit.counts.on_time) == (rating, on_time)


def test_figures_are_the_same_after_being_written_down_and_their_checksum_tells_a_difference() -> None:
    found = june(book(LATE, unclear()))
    again = figures_of(figures_form(found))
    assert again == found
    assert checksum(again) == checksum(found)
    assert checksum(june(book())) != checksum(found)


def a_task(number: int, due: str | None) -> Assignment:
    task = Task(
        document="Công văn",
        symbol=f"{number}/UBND-TH",
        issued_on=at("2013-06-03").date(),
        signer="Chủ tịch",
        content="rà soát",
        lead=ME,
        due_at=at(due) if due else None,
    )
    return Assignment(number=number, given=task, by="an", recorded_at=at("2013-06-03 08:00"))


def test_tasks_are_counted_by_state_and_never_among_the_periodic_reports() -> None:
    given = (a_task(1, None), a_task(2, "2013-06-20 17:00"), a_task(3, "2013-06-20 17:00"), a_task(4, None))
    duties = [*DUTIES, *(duty for each in given if (duty := each.duty()) is not None)]
    done = Stamp(
        number=1, duty=given[2].key, stamped_at=at("2013-06-24 09:00"), register_no="9", recorded_at=NOW
    )
    known = a_book(OTHER, duties=duties, scanned_at=NOW, assignments=given, stamps=(done,))
    found = june(known)
    assert found.tasks == TaskFigures(total=4, done_in_time=0, done_late=1, doing=2, overdue=1)
    assert found.questions is None
    assert found.counts == june(book()).counts
    assert figures_of(figures_form(found)) == found
