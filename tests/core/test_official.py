"""Official letters: what they change, what they leave alone, and what units are told of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, a_report, a_unit, an_arrival, at, filed, posted, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.amend import amended, changes, foreseen
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.objections import worked_out
from mailbot.core.changes.official import (
    Announce,
    DaysOff,
    Document,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    Scope,
    in_effect,
)
from mailbot.core.duty import Duty, DutyKey, opened_duties
from mailbot.core.notice import ChangeMatter, Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import OpenDuties, ReportId, Rules, Span, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Findings, Question, Unclear

NINE = a_report(Cadence.NINE_MONTHS, 10, valid=replace(a_report().valid, end=date(1999, 1, 1)))
RULES = some_rules()
FINANCE, DISTRICT = UnitId("so-tai-chinh"), UnitId("huyen-dai-tu")
MONTH = ReportId("bc-month")
JUNE = Period.parse("2013-06")
SHORT = "2500/UBND-TH ngày 10/6/2013"
NOW = at("2013-06-10 09:00")
DUE, EARLIER = at("2013-06-25 23:59:59"), at("2013-06-20 23:59:59")
DOCUMENT = Document(number="2500/UBND-TH", issued_on=date(2013, 6, 10), issuer="UBND tỉnh", reason="họp")


def a_letter(
    effect: Effect, number: int = 1, now: datetime = NOW, **scope: frozenset[object]
) -> OfficialLetter:
    wide = {"reports": frozenset({MONTH}), "periods": frozenset({JUNE})}
    plain = Scope() if isinstance(effect, DaysOff | Revoke) else Scope(**{**wide, **scope})  # type: ignore[arg-type]
    return OfficialLetter(
        number=number, document=DOCUMENT, effect=effect, scope=plain, by="thanh", recorded_at=now
    )


def book_at(now: datetime = NOW, **more: object) -> Book:
    return a_book(duties=opened_duties(RULES, now, GO_LIVE), scanned_at=now, **more)


def after(book: Book, letter: OfficialLetter, rules: Rules = RULES) -> Book:
    """The book once the letter is recorded, as the ledger does it."""
    done = replace(letter, changes=changes(rules, book, letter))
    rows = {
        change.key: change.after
        for change in done.changes
        if change.after and (change.key in book.duties or isinstance(letter.effect, Announce))
    }
    first = {key: book.duties[key] for key in rows if key in book.duties and book.duties[key].letter == ""}
    return replace(
        book.announcing(tuple(rows.values())),
        version=book.version + 1,
        official=(*book.official, done),
        as_announced={**first, **book.as_announced},
    )


def duty(book: Book, unit: UnitId = FINANCE, report: ReportId = MONTH, period: Period = JUNE) -> Duty:
    return book.duties[DutyKey(unit, report, period)]


def notices(book: Book, now: datetime = NOW, rules: Rules = RULES) -> list[Notice]:
    return [n for n in plan(rules, book, now, GO_LIVE).post if n.kind is NoticeKind.CHANGE]


def test_a_moved_deadline_is_a_new_row_that_cites_the_letter() -> None:
    book = after(book_at(), a_letter(Move(EARLIER)))
    moved = duty(book)
    assert (moved.due_at, moved.letter) == (EARLIER, SHORT)
    assert moved.derivation == (
        "thời hạn được điều chỉnh từ 24 giờ 00 ngày 25/6/2013 thành 24 giờ 00 ngày 20/6/2013 "
        "theo văn bản số 2500/UBND-TH ngày 10 tháng 6 năm 2013 của UBND tỉnh (lý do: họp)"
    )
    assert moved.basis == duty(book_at()).basis


def test_a_letter_reaches_only_the_units_reports_and_periods_of_its_scope() -> None:
    letter = a_letter(Move(EARLIER), units=frozenset({DISTRICT}))
    assert [str(change.key) for change in changes(RULES, book_at(), letter)] == [
        "huyen-dai-tu/bc-month/2013-06"
    ]
    everyone = a_letter(Move(EARLIER), without=frozenset({DISTRICT}))
    assert [change.key.unit for change in changes(RULES, book_at(), everyone)] == [FINANCE]


def test_reminders_and_late_notices_follow_the_moved_deadline() -> None:
    book = after(book_at(), a_letter(Move(EARLIER)))
    found = plan(RULES, book, at("2013-06-19 09:00"), GO_LIVE).post
    keys = {key for notice in found for key in notice.keys}
    assert "reminder/so-tai-chinh/bc-month/2013-06/2@20130620T2359" in keys
    late = plan(RULES, replace(book, scanned_at=at("2013-06-21 09:00")), at("2013-06-21 09:00"), GO_LIVE).post
    assert "late/so-tai-chinh/bc-month/2013-06/1@20130620T2359" in {
        key for notice in late for key in notice.keys
    }


def _reminded(book: Book, now: datetime, *before: str, queued: str = "2013-06-18 09:00") -> set[str]:
    """The steps of the finance department's June report that are justified at `now`."""
    letters = {
        key: replace(letter, queued_at=at(queued))
        for key, letter in posted(1, NoticeKind.REMINDER, *before).items()
    }
    told = replace(book, letters=letters, scanned_at=now)
    found = plan(RULES, told, now, GO_LIVE).post
    keys = {key.removeprefix("reminder/so-tai-chinh/bc-month/2013-06/") for n in found for key in n.keys}
    return {key for key in keys if "/" not in key}


def test_a_unit_that_was_reminded_is_reminded_anew_once_its_deadline_has_moved() -> None:
    first = "reminder/so-tai-chinh/bc-month/2013-06/1"
    later = after(book_at(), a_letter(Move(at("2013-07-10 23:59:59"))))
    assert _reminded(book_at(), at("2013-06-19 09:00"), first) == set()
    assert _reminded(later, at("2013-06-19 09:00"), first) == set()
    assert _reminded(later, at("2013-07-03 09:00"), first) == {"1@20130710T2359"}
    # Moved back again: by that due moment it has been reminded.
    back = after(later, a_letter(Revoke(1), number=2))
    assert _reminded(back, at("2013-06-19 09:00"), first) == set()


def test_a_deadline_that_moves_by_a_day_brings_no_second_reminder_in_a_week() -> None:
    first = "reminder/so-tai-chinh/bc-month/2013-06/1"
    book = after(book_at(), a_letter(DaysOff(off=((date(2013, 6, 25), "nghỉ bù"),))))
    assert duty(book).due_at == at("2013-06-26 23:59:59")
    assert _reminded(book, at("2013-06-20 09:00"), first) == set()
    assert _reminded(book, at("2013-06-20 09:00"), first, queued="2013-06-10 09:00") == {"1@20130626T2359"}


def test_a_unit_that_is_excused_is_neither_reminded_nor_late_and_may_still_report() -> None:
    book = after(book_at(), a_letter(Excuse(), units=frozenset({FINANCE})))
    later = at("2013-07-05 09:00")
    told = replace(book, scanned_at=later)
    keys = {key for notice in plan(RULES, told, later, GO_LIVE).post for key in notice.keys}
    assert not any(
        key.startswith(("reminder/so-tai-chinh/bc-month/2013-06", "late/so-tai-chinh/bc-month/2013-06"))
        for key in keys
    )
    assert judge(duty(told), told, later).standing is Standing.EXCUSED
    assert judge(duty(told, DISTRICT), told, later).standing is Standing.OVERDUE
    early = replace(told, arrivals=(an_arrival(filed("2013-06"), at("2013-06-20 09:00")),))
    assert judge(duty(early), early, later).standing is Standing.ON_TIME


def test_a_letter_for_a_period_that_has_not_opened_is_kept_until_it_opens() -> None:
    december = Period.parse("2013-12")
    letter = a_letter(Move(at("2013-12-10 23:59:59")), periods=frozenset({december}))
    book = after(book_at(), letter)
    assert DutyKey(FINANCE, MONTH, december) not in book.duties
    rows = [
        d for d in plan(RULES, book, at("2013-12-01 08:00"), GO_LIVE).announce if d.key.period == december
    ]
    finance = [d for d in rows if d.key.unit == FINANCE]
    assert [d.letter for d in finance] == ["", SHORT]
    assert finance[-1].due_at == at("2013-12-10 23:59:59")


def test_a_report_of_one_letter_is_owed_chased_and_handed_in_like_any_other() -> None:
    due = at("2013-06-28 17:00")
    letter = a_letter(
        Announce(due, "Báo cáo tổng kết 5 năm"),
        reports=frozenset(),
        periods=frozenset(),
        groups=frozenset({"so-ban-nganh"}),
    )
    book = after(book_at(), letter)
    key = DutyKey(FINANCE, ReportId("vb-1"), Period.parse("2013-E1"))
    assert book.duties[key].due_at == due
    assert book.duties[key].basis == DOCUMENT.cited
    assert in_force(RULES, book).report(key.report).name == "Báo cáo tổng kết 5 năm"
    keys = {k for n in plan(RULES, book, at("2013-06-27 09:00"), GO_LIVE).post for k in n.keys}
    assert f"reminder/{key}/2" in keys
    handed = replace(book, arrivals=(an_arrival(filed("2013-E1", "vb-1"), at("2013-06-27 10:00")),))
    assert judge(book.duties[key], handed, at("2013-06-29 09:00")).standing is Standing.ON_TIME


@pytest.mark.parametrize(
    ("effect", "scope", "key"),
    [
        (
            Announce(DUE, "Báo cáo tổng kết"),
            {"reports": frozenset(), "periods": frozenset(), "units": frozenset({FINANCE})},
            DutyKey(FINANCE, ReportId("vb-1"), Period.parse("2013-E1")),
        ),
        (
            Announce(DUE),
            {"reports": frozenset({ReportId("bc-half")}), "periods": frozenset({Period.parse("2013-H1")})},
            DutyKey(FINANCE, ReportId("bc-half"), Period.parse("2013-H1")),
        ),
    ],
)
def test_a_mail_that_waits_since_before_the_letter_was_entered_keeps_its_unit_from_being_late(
    effect: Announce, scope: dict[str, frozenset[object]], key: DutyKey
) -> None:
    rules = some_rules(reports=(*RULES.reports, a_report(Cadence.HALF, due=None)))
    book = after(book_at(), a_letter(effect, **scope), rules)
    unclear = Unclear(question=Question.PERIOD, findings=Findings(unit=FINANCE))
    now = at("2013-07-01 09:00")
    book = replace(book, scanned_at=now)
    assert judge(book.duties[key], book, now).standing is Standing.OVERDUE
    waiting = replace(book, arrivals=(an_arrival(unclear, NOW - timedelta(days=2)),))
    assert judge(book.duties[key], waiting, now).doubt is Doubt.UNDECIDED_MAIL
    old = replace(book, arrivals=(an_arrival(unclear, at("2012-12-31 09:00")),))
    assert judge(book.duties[key], old, now).standing is Standing.OVERDUE


def test_a_decreed_day_off_moves_only_what_the_calendar_had_placed_there() -> None:
    book = after(book_at(), a_letter(Move(EARLIER), units=frozenset({DISTRICT})))
    decreed = a_letter(DaysOff(off=((date(2013, 6, 25), "ngày nghỉ bù"),)), number=2)
    book = after(book, decreed)
    assert duty(book).due_at == at("2013-06-26 23:59:59")
    assert duty(book).letter == SHORT
    assert "ngày nghỉ bù (theo văn bản số 2500/UBND-TH" in duty(book).derivation
    assert duty(book, DISTRICT).due_at == EARLIER
    assert not in_force(RULES, book).calendar.is_working(date(2013, 6, 25))


def test_a_decreed_day_off_holds_for_a_unit_of_which_it_is_the_last_day_too() -> None:
    last = date(2013, 6, 25)
    ending = a_unit(valid=Span(None, last), successors=(DISTRICT,))
    rules = some_rules(units=(ending, a_unit(DISTRICT)))
    book = a_book(duties=opened_duties(rules, NOW, GO_LIVE), scanned_at=NOW)
    book = after(book, a_letter(DaysOff(off=((last, "ngày nghỉ bù"),))), rules)
    assert duty(book).due_at == duty(book, DISTRICT).due_at == at("2013-06-26 23:59:59")
    book = replace(book, scanned_at=at("2013-06-26 09:00"))
    assert judge(duty(book), book, at("2013-06-26 09:00")).standing is Standing.OPEN


def test_a_revoked_letter_gives_back_what_held_before_and_stays_on_record() -> None:
    book = after(book_at(), a_letter(Move(EARLIER)))
    book = after(book, a_letter(Excuse(), number=2, units=frozenset({FINANCE})))
    book = after(book, a_letter(Revoke(1), number=3))
    assert duty(book, DISTRICT) == duty(book_at(), DISTRICT)
    # The other letter goes on counting.
    assert (duty(book).excused, duty(book).due_at) == (True, DUE)
    assert [letter.number for letter in book.official] == [1, 2, 3]
    assert [letter.number for letter in in_effect(book.official)] == [2]


def test_a_report_that_a_revoked_letter_had_asked_for_is_owed_no_more() -> None:
    scope = {
        "reports": frozenset[object](),
        "periods": frozenset[object](),
        "units": frozenset[object]({FINANCE}),
    }
    book = after(book_at(), a_letter(Announce(DUE, "Báo cáo nhanh"), **scope))
    book = after(book, a_letter(Revoke(1), number=2))
    (asked,) = [d for d in book.duties.values() if d.key.report == "vb-1"]
    assert judge(asked, book, at("2013-07-01 09:00")).standing is Standing.EXCUSED


def test_units_concerned_are_told_once_what_changes_for_them_and_nothing_of_others() -> None:
    book = after(book_at(), a_letter(Move(EARLIER), units=frozenset({FINANCE})))
    (notice,) = notices(book)
    assert (notice.keys, notice.to) == (("change/1/so-tai-chinh",), ("so-tai-chinh@tinh.example",))
    assert isinstance(notice.matter, ChangeMatter)
    assert {change.key.unit for _, change in notice.matter.changes} == {FINANCE}
    assert notices(replace(book, letters=posted(1, NoticeKind.CHANGE, *notice.keys))) == []


def test_what_a_letter_changes_for_a_unit_that_has_ended_its_successors_are_told() -> None:
    ended = a_unit(valid=Span(None, date(2013, 6, 9)), successors=(DISTRICT,), open_duties=OpenDuties.KEEP)
    rules = some_rules(units=(ended, a_unit(DISTRICT)))
    book = a_book(duties=opened_duties(rules, NOW, GO_LIVE), scanned_at=NOW)
    book = after(book, a_letter(Move(EARLIER), units=frozenset({FINANCE})), rules)
    found = [n for n in plan(rules, book, NOW, GO_LIVE).post if n.kind is NoticeKind.CHANGE]
    assert [(n.unit and n.unit.id, n.to) for n in found] == [(FINANCE, (f"{DISTRICT}@tinh.example",))]


def test_of_a_revocation_hears_only_who_had_heard_of_the_letter() -> None:
    book = after(book_at(), a_letter(Move(EARLIER)))
    book = after(book, a_letter(Revoke(1), number=2))
    assert notices(book) == []
    told = replace(book, letters=posted(1, NoticeKind.CHANGE, "change/1/so-tai-chinh"))
    assert [notice.keys for notice in notices(told)] == [("change/2/so-tai-chinh",)]


def test_units_hear_that_a_report_is_asked_for_no_more_that_only_the_revoked_letter_had_asked_for() -> None:
    scope = {
        "reports": frozenset[object](),
        "periods": frozenset[object](),
        "units": frozenset[object]({FINANCE}),
    }
    book = after(book_at(), a_letter(Announce(DUE, "Báo cáo nhanh"), **scope))
    book = after(book, a_letter(Revoke(1), number=2))
    told = replace(book, letters=posted(1, NoticeKind.CHANGE, "change/1/so-tai-chinh"))
    (notice,) = notices(told)
    assert notice.keys == ("change/2/so-tai-chinh",)
    assert isinstance(notice.matter, ChangeMatter)
    ((report, change),) = notice.matter.changes
    assert (report.name, change.after and change.after.excused) == ("Báo cáo nhanh", True)


def test_what_was_recorded_before_go_live_is_told_to_nobody() -> None:
    letter = a_letter(Move(EARLIER), now=at("2013-05-30 09:00"))
    assert notices(after(book_at(), letter)) == []


def test_the_duties_foreseen_are_those_that_the_letters_leave() -> None:
    book = after(book_at(), a_letter(Move(at("2013-08-05 23:59:59"))))
    june = [d for d in foreseen(RULES, book, date(2013, 6, 1), date(2013, 6, 30)) if d.key.report == MONTH]
    august = [d for d in foreseen(RULES, book, date(2013, 8, 1), date(2013, 8, 31)) if d.key.period == JUNE]
    assert june == []
    assert {d.key.unit for d in august} == {FINANCE, DISTRICT}


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        (a_letter(Move(EARLIER), units=frozenset({"so-khong-co"})), "no unit"),
        (a_letter(Move(EARLIER), groups=frozenset({"xa"})), "no group"),
        (a_letter(Move(EARLIER), reports=frozenset({"bc-tuan"})), "no report"),
        (a_letter(Move(EARLIER), periods=frozenset({Period.parse("2013-Q2")})), "nothing is asked for"),
        (a_letter(Move(EARLIER), periods=frozenset()), "name the report and its period"),
        (a_letter(Excuse()), "name the units or the group"),
        (a_letter(Excuse(), periods=frozenset(), units=frozenset({FINANCE})), "name the period"),
        (a_letter(Announce(EARLIER)), "is owed already"),
        (a_letter(Announce(EARLIER, "Báo cáo nhanh")), "no report or period"),
        (a_letter(Move(DUE)), "change nothing"),
        (a_letter(DaysOff(off=((date(2013, 6, 23), "x"),))), "off already"),
        (a_letter(DaysOff(worked=(date(2013, 6, 24),))), "a working day already"),
        (a_letter(Revoke(4)), "no official letter 4"),
        (
            replace(a_letter(Move(EARLIER)), document=replace(DOCUMENT, number=" ")),
            "needs its document's number",
        ),
        (
            replace(a_letter(Move(EARLIER)), document=replace(DOCUMENT, issued_on=date(2014, 1, 1))),
            "still to come",
        ),
        (replace(a_letter(Move(EARLIER)), document=replace(DOCUMENT, reason="việc (Mật)")), "secrecy"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(letter: OfficialLetter, says: str) -> None:
    assert any(says in objection for objection in worked_out(RULES, book_at(), letter)[1])


def test_the_same_letter_twice_and_a_second_revocation_are_refused() -> None:
    book = after(book_at(), a_letter(Move(EARLIER), units=frozenset({FINANCE})))
    again = a_letter(Move(EARLIER), number=2, units=frozenset({FINANCE}))
    assert any("recorded already" in says for says in worked_out(RULES, book, again)[1])
    book = after(book, a_letter(Revoke(1), number=2))
    assert any(
        "revoked already" in says for says in worked_out(RULES, book, a_letter(Revoke(1), number=3))[1]
    )
    assert any("only revokes" in says for says in worked_out(RULES, book, a_letter(Revoke(2), number=3))[1])


@pytest.mark.parametrize(
    ("moved_to", "standings"),
    [
        # It passes on as all that is due later does, and its successor has the letter's day as everybody has.
        ("2013-09-25", {FINANCE: Standing.EXCUSED, DISTRICT: Standing.OVERDUE, "so-moi": Standing.OVERDUE}),
        ("2013-09-10", {FINANCE: Standing.EXCUSED, DISTRICT: Standing.OVERDUE, "so-moi": Standing.OVERDUE}),
        # Due before the merger: no successor owes what was due before its first day.
        ("2013-08-28", {FINANCE: Standing.OVERDUE, DISTRICT: Standing.OVERDUE}),
    ],
)
def test_what_a_letter_has_moved_passes_on_at_a_merger_by_the_day_to_which_it_was_moved(
    moved_to: str, standings: dict[str, Standing]
) -> None:
    third = Period.parse("2013-Q3")
    quarter = {"reports": frozenset({"bc-quarter"}), "periods": frozenset({third})}
    heir = a_unit("so-moi", valid=Span(date(2013, 9, 1), None))
    ended = a_unit(valid=Span(None, date(2013, 8, 31)), successors=(heir.id,))
    rules = some_rules(fingerprint="1" * 64, units=(ended, a_unit(DISTRICT), heir))
    now = at("2013-07-15 09:00")
    book = after(book_at(now), a_letter(Move(at(f"{moved_to} 23:59:59")), now=now, **quarter))
    edited_at = at("2013-08-30 09:00")
    edition = Edition(
        number=2, fingerprint=rules.fingerprint, profile="t", taken_up_at=edited_at, by="an", why=""
    )
    book = replace(book, edition=edition)
    for now in (edited_at, at("2013-09-02 09:00"), at("2013-10-05 09:00")):
        book = replace(book.announcing(plan(rules, book, now, GO_LIVE).announce), scanned_at=now)
    owed = [duty for key, duty in book.duties.items() if key.period == third]
    assert {duty.key.unit: judge(duty, book, now).standing for duty in owed} == standings
    told = foreseen(rules, replace(book, duties={}), date(2013, 8, 1), date(2013, 9, 30))
    foretold = {duty.key.unit: local(duty.due_at).date() for duty in told if duty.key.period == third}
    assert foretold.get(heir.id) == (date.fromisoformat(moved_to) if heir.id in standings else None)


def test_what_a_letter_has_moved_is_owed_no_more_once_the_rules_drop_the_report() -> None:
    book = replace(
        book_at(),
        edition=Edition(
            number=2, fingerprint=RULES.fingerprint, profile="t", taken_up_at=NOW, by="an", why=""
        ),
    )
    book = after(book, a_letter(Move(at("2013-06-27 23:59:59"))))
    without = some_rules(reports=(a_report(Cadence.QUARTER, 20),))
    rows = plan(without, book, NOW, GO_LIVE).announce
    assert {(row.key.unit, row.key.report, row.excused, row.letter) for row in rows} == {
        (FINANCE, MONTH, True, ""),
        (DISTRICT, MONTH, True, ""),
    }


letters = st.lists(
    st.one_of(
        st.builds(Move, st.integers(11, 30).map(lambda day: at(f"2013-06-{day} 23:59:59"))),
        st.just(Excuse()),
        st.builds(DaysOff, st.integers(24, 28).map(lambda day: ((date(2013, 6, day), "nghỉ"),))),
    ),
    max_size=5,
)


@given(letters, st.data())
def test_revoking_all_letters_in_any_order_restores_every_duty(
    effects: list[Effect], data: st.DataObject
) -> None:
    start = book_at()
    book = start
    for number, effect in enumerate(effects, 1):
        book = after(book, a_letter(effect, number=number, units=frozenset({FINANCE})))
    for number in data.draw(st.permutations(range(1, len(effects) + 1))):
        book = after(book, a_letter(Revoke(number), number=len(book.official) + 1))
    assert dict(book.duties) == dict(start.duties)
    assert in_force(RULES, book) is RULES


@given(letters)
def test_a_duty_announced_before_a_letter_and_one_announced_after_it_end_up_alike(
    effects: list[Effect],
) -> None:
    book = book_at()
    for number, effect in enumerate(effects, 1):
        book = after(book, a_letter(effect, number=number, units=frozenset({FINANCE})))
    plain = [d for d in opened_duties(RULES, NOW, GO_LIVE) if d.key == DutyKey(FINANCE, MONTH, JUNE)]
    assert list(amended(plain, RULES, in_effect(book.official)))[-1] == duty(book)
    assert a_unit() == RULES.units[0]
