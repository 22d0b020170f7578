"""What an edit of the rules may do by itself, and what it may only show: the past is a person's."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, a_report, a_unit, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.book import Book
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.revision import Change, changes, harmless
from mailbot.core.duty import Duty, DutyKey, opened_duties
from mailbot.core.period import Cadence, Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import DueRule, OpenDuties, Report, ReportId, Rules, Span, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Filing, Findings, Question, Unclear
from mailbot.post.contents import contents

NOW = at("2013-09-10 10:00")
OLD = some_rules()


def an_edition(rules: Rules, taken_up_at: datetime, number: int = 1) -> Edition:
    return Edition(
        number=number, fingerprint=rules.fingerprint, profile="t", taken_up_at=taken_up_at, by="an", why=""
    )


def edited(**more: object) -> Rules:
    return some_rules(fingerprint="1" * 64, **more)


def the_book(now: datetime = NOW, rules: Rules = OLD, **more: object) -> Book:
    return a_book(
        duties=opened_duties(rules, now, GO_LIVE), edition=an_edition(rules, GO_LIVE), scanned_at=now, **more
    )


def found(rules: Rules, book: Book, now: datetime = NOW) -> dict[str, Change]:
    return {
        f"{change.kind} {change.after.key.unit} {change.after.key.period}": change
        for change in changes(rules, book, now, GO_LIVE)
    }


def test_without_an_edit_nothing_changes() -> None:
    assert changes(OLD, the_book(), NOW, GO_LIVE) == ()


def test_a_moved_due_day_moves_what_is_not_due_and_only_shows_the_rest() -> None:
    rules = edited(reports=(a_report(day=27), a_report(Cadence.QUARTER, 20)))
    moved = found(rules, the_book())
    assert {(name, change.past) for name, change in moved.items()} == {
        (f"moved {unit} 2013-0{month}", month < 9)
        for unit in ("so-tai-chinh", "huyen-dai-tu")
        for month in (6, 7, 8, 9)
    }
    september = moved["moved so-tai-chinh 2013-09"]
    assert september.before is not None
    assert (september.before.due_at.day, september.after.due_at.day) == (25, 27)
    assert september.after.reason == "quy tắc của Văn phòng đã sửa đổi thời hạn"


def test_moving_a_due_day_to_before_now_is_a_change_of_the_past() -> None:
    rules = edited(reports=(a_report(day=5), a_report(Cadence.QUARTER, 20)))
    assert found(rules, the_book())["moved so-tai-chinh 2013-09"].past


def test_a_closed_month_keeps_its_verdict_whatever_is_edited() -> None:
    late = an_arrival(filed("2013-08"), at("2013-08-28 09:00"))
    key = DutyKey(UnitId("so-tai-chinh"), a_report().id, Period.parse("2013-08"))
    book = replace(the_book(), arrivals=(late,))
    rules = edited(reports=(a_report(day=31),), units=(a_unit(),))
    shown = found(rules, book)["moved so-tai-chinh 2013-08"]
    assert (shown.stood, shown.stands, shown.past) == (Standing.LATE, Standing.ON_TIME, True)
    taken_up = replace(book, edition=an_edition(rules, NOW, 2))
    for _ in range(3):
        announced = plan(rules, taken_up, NOW, GO_LIVE).announce
        taken_up = replace(taken_up, duties={**taken_up.duties, **{duty.key: duty for duty in announced}})
    assert judge(taken_up.duties[key], taken_up, NOW).standing is Standing.LATE
    assert plan(rules, taken_up, NOW, GO_LIVE).announce == ()
    assert any(change.after.key == key for change in plan(rules, taken_up, NOW, GO_LIVE).withheld)


def test_a_unit_added_later_owes_nothing_of_the_past_by_itself() -> None:
    rules = edited(units=(*OLD.units, a_unit("so-moi")))
    book = replace(the_book(), edition=an_edition(rules, NOW, 2))
    new = found(rules, book)
    assert {(name, change.past) for name, change in new.items()} == {
        ("new so-moi 2013-06", True),
        ("new so-moi 2013-07", True),
        ("new so-moi 2013-08", True),
        ("new so-moi 2013-09", False),
        ("new so-moi 2013-Q2", True),
        ("new so-moi 2013-Q3", False),
    }


def test_what_an_outage_missed_is_announced_although_it_is_due() -> None:
    # The same rules were in force all the time; the daemon was down from July to September.
    early = at("2013-06-20 10:00")
    book = the_book(early)
    assert all(not change.past for change in changes(OLD, book, NOW, GO_LIVE))
    announced = {str(duty.key.period) for duty in plan(OLD, book, NOW, GO_LIVE).announce}
    assert announced == {"2013-07", "2013-08", "2013-09", "2013-Q3"}


def test_a_report_no_longer_asked_for_releases_what_is_open() -> None:
    rules = edited(reports=(a_report(last=Period.parse("2013-08")), a_report(Cadence.QUARTER, 20)))
    gone = found(rules, the_book())
    assert set(gone) == {"released so-tai-chinh 2013-09", "released huyen-dai-tu 2013-09"}
    assert all(change.after.excused and not change.past for change in gone.values())
    after = gone["released so-tai-chinh 2013-09"].after
    assert judge(after, a_book(duties=[after], scanned_at=NOW), at("2013-10-10")).standing is Standing.EXCUSED


def test_a_released_duty_is_owed_again_when_the_edit_is_taken_back() -> None:
    rules = edited(reports=(a_report(last=Period.parse("2013-08")), a_report(Cadence.QUARTER, 20)))
    book = the_book()
    rows = [change.after for change in changes(rules, book, NOW, GO_LIVE)]
    book = replace(book, duties={**book.duties, **{duty.key: duty for duty in rows}})
    back = found(OLD, book)
    assert set(back) == {"restored so-tai-chinh 2013-09", "restored huyen-dai-tu 2013-09"}
    assert not any(change.after.excused for change in back.values())


@pytest.mark.parametrize("day", range(1, 31))
def test_a_report_taken_out_of_the_rules_stops_no_plan_and_no_letter(day: int) -> None:
    now = datetime(2013, 9, day, 8, tzinfo=NOW.tzinfo)
    without = edited(reports=(a_report(),))
    gone = ReportId("bc-quarter")
    asked = Unclear(
        question=Question.PERIOD,
        findings=Findings(unit=UnitId("so-tai-chinh")),
        candidates=(Filing(gone, Period.parse("2013-Q3")),),
    )
    unclear = an_arrival(asked, now - timedelta(hours=2))
    # The last one is of a period that was never announced.
    handed_in = [
        an_arrival(filed(period, "bc-quarter"), now - timedelta(hours=1), number)
        for number, period in enumerate(("2013-Q3", "2013-Q1"), 2)
    ]
    book = replace(the_book(now), arrivals=(unclear, *handed_in), edition=an_edition(without, now, 2))
    planned = plan(without, book, now, GO_LIVE)
    assert sum(notice.kind is NoticeKind.RECEIPT for notice in planned.post) == len(handed_in)
    for notice in planned.post:
        contents(notice, in_force(without, book), now, b"")


def test_what_a_letter_decided_is_not_touched() -> None:
    book = the_book()
    key = DutyKey(UnitId("so-tai-chinh"), a_report().id, Period.parse("2013-09"))
    decided = replace(book.duties[key], due_at=at("2013-09-16 17:00"), letter="52/UBND-TH")
    book = replace(book, duties={**book.duties, key: decided})
    assert changes(OLD, book, NOW, GO_LIVE) == ()
    rules = edited(reports=(a_report(day=27),), units=(a_unit(),))
    assert f"moved so-tai-chinh {key.period}" not in found(rules, book)


def test_a_daemon_with_the_former_rules_turns_nothing_back() -> None:
    rules = edited(reports=(a_report(day=27), a_report(Cadence.QUARTER, 20)))
    book = the_book()
    rows = list(
        harmless(rules, replace(book, edition=an_edition(rules, NOW, 2)), changes(rules, book, NOW, GO_LIVE))
    )
    assert {str(duty.key.period) for duty in rows} == {"2013-09"}
    applied = replace(
        book,
        duties={**book.duties, **{duty.key: duty for duty in rows}},
        edition=an_edition(rules, NOW, 2),
    )
    assert plan(OLD, applied, NOW, GO_LIVE).announce == ()


# --- a merger in mid-quarter ------------------------------------------------------------------------------


def test_a_merger_in_mid_quarter() -> None:
    """Finance and Planning become one on 1 August; the quarter's report is due on 20 September."""
    finance, planning = a_unit(), a_unit("so-ke-hoach")
    before = some_rules(units=(finance, planning))
    ended = Span(None, date(2013, 7, 31))
    merged = replace(
        a_unit("so-tai-chinh-moi", valid=Span(date(2013, 8, 1), None)), name="Sở Tài chính (mới)"
    )
    heirs = (merged.id,)
    after = edited(
        units=(
            replace(finance, valid=ended, successors=heirs),
            replace(planning, valid=ended, successors=heirs),
            merged,
        )
    )
    # July: the quarter is announced to both; June's report of Planning never came.
    book = the_book(at("2013-07-15 09:00"), before)
    book = replace(book, arrivals=(an_arrival(filed("2013-06"), at("2013-06-24 09:00")),))
    # The register is edited in time, on 30 July: nothing of the past is touched.
    now = at("2013-07-30 09:00")
    assert not any(change.past for change in changes(after, book, now, GO_LIVE))
    book = replace(book, edition=an_edition(after, now, 2))
    for day in ("2013-07-30", "2013-08-01", "2013-09-01", "2013-09-21"):
        rows = plan(after, book, at(f"{day} 09:00"), GO_LIVE).announce
        book = replace(book, duties={**book.duties, **{duty.key: duty for duty in rows}}, version=1)
    now = at("2013-10-05 09:00")
    book = replace(book, scanned_at=now)
    standings = {
        f"{duty.key.unit} {duty.key.period}": judge(duty, book, now).standing for duty in book.duties.values()
    }
    assert standings == {
        # History stays with the old units.
        "so-tai-chinh 2013-06": Standing.ON_TIME,
        "so-ke-hoach 2013-06": Standing.OVERDUE,
        "so-tai-chinh 2013-Q2": Standing.OVERDUE,
        "so-ke-hoach 2013-Q2": Standing.OVERDUE,
        "so-tai-chinh 2013-07": Standing.OVERDUE,
        "so-ke-hoach 2013-07": Standing.OVERDUE,
        # The open quarter passed on: nobody chases what no longer exists, and nobody owes it twice.
        "so-tai-chinh 2013-Q3": Standing.EXCUSED,
        "so-ke-hoach 2013-Q3": Standing.EXCUSED,
        "so-tai-chinh-moi 2013-Q3": Standing.OVERDUE,
        "so-tai-chinh-moi 2013-08": Standing.OVERDUE,
        "so-tai-chinh-moi 2013-09": Standing.OVERDUE,
    }
    released = next(duty for duty in book.duties.values() if duty.excused)
    assert released.reason == "đơn vị kết thúc hoạt động ngày 31/7/2013; Sở Tài chính (mới) kế thừa"
    # September's statistics are those of September's units: one unit, two duties, never more met than owed.
    owed = [
        duty for duty in book.duties.values() if not duty.excused and duty.due_at >= at("2013-09-01 00:00")
    ]
    assert {str(duty.key) for duty in owed} == {
        "so-tai-chinh-moi/bc-month/2013-09",
        "so-tai-chinh-moi/bc-quarter/2013-Q3",
    }


def test_a_merger_noted_too_late_is_shown_and_left_to_a_person() -> None:
    ended = Span(None, date(2013, 7, 31))
    merged = a_unit("so-moi", valid=Span(date(2013, 8, 1), None))
    rules = edited(units=(a_unit(valid=ended, successors=(merged.id,)), merged))
    book = a_book(
        duties=opened_duties(some_rules(units=(a_unit(),)), NOW, GO_LIVE),
        edition=an_edition(rules, NOW, 2),
        scanned_at=NOW,
    )
    shown = {name: (change.past, change.stood, change.stands) for name, change in found(rules, book).items()}
    assert shown["released so-tai-chinh 2013-08"] == (True, Standing.OVERDUE, Standing.EXCUSED)
    assert shown["new so-moi 2013-08"] == (True, None, Standing.OVERDUE)
    assert shown["released so-tai-chinh 2013-Q3"][0] is False
    assert {str(duty.key.period) for duty in plan(rules, book, NOW, GO_LIVE).announce} == {
        "2013-09",
        "2013-Q3",
    }


# --- whatever happens in whatever order -------------------------------------------------------------------

days = st.dates(date(2013, 6, 1), date(2014, 12, 31))
reports = st.builds(
    a_report,
    st.sampled_from([Cadence.MONTH, Cadence.QUARTER, Cadence.HALF, Cadence.YEAR]),
    st.integers(1, 31),
)


def announce(book: Book, rules: Rules, now: datetime) -> Book:
    rows = plan(rules, book, now, GO_LIVE).announce
    return replace(book, duties={**book.duties, **{duty.key: duty for duty in rows}})


@given(st.lists(days, min_size=1, max_size=8), reports)
def test_no_duty_is_lost_or_doubled_however_often_and_wherever_mailbot_stops(
    stops: list[date], report: Report
) -> None:
    """Restarted at any days, or running through: at the end the same duties are announced, each once."""
    rules = some_rules(reports=(report,))
    end = at(f"{max(stops)} 12:00")
    one_run = announce(a_book(edition=an_edition(rules, GO_LIVE)), rules, end)
    restarted = a_book(edition=an_edition(rules, GO_LIVE))
    rows: list[Duty] = []
    for day in sorted(stops):
        found = plan(rules, restarted, at(f"{day} 12:00"), GO_LIVE).announce
        rows += found
        restarted = replace(restarted, duties={**restarted.duties, **{duty.key: duty for duty in found}})
    known_at_end = {key for key in restarted.duties if key in one_run.duties}
    assert one_run.duties.keys() <= restarted.duties.keys()
    assert {key: one_run.duties[key] for key in known_at_end} == {
        key: restarted.duties[key] for key in known_at_end
    }
    assert len(rows) == len({duty.key for duty in rows})


@given(st.permutations(range(4)), st.permutations(range(4)), days)
def test_the_order_of_units_and_reports_changes_no_duty(
    unit_order: list[int], report_order: list[int], day: date
) -> None:
    units = [a_unit(f"don-vi-{number}") for number in range(4)]
    kinds = [a_report(cadence) for cadence in (Cadence.MONTH, Cadence.QUARTER, Cadence.HALF, Cadence.YEAR)]
    plain = some_rules(units=tuple(units), reports=tuple(kinds))
    mixed = some_rules(
        units=tuple(units[n] for n in unit_order), reports=tuple(kinds[n] for n in report_order)
    )
    now = at(f"{day} 12:00")
    assert set(opened_duties(plain, now, GO_LIVE)) == set(opened_duties(mixed, now, GO_LIVE))
    book = a_book(duties=opened_duties(plain, now, GO_LIVE), edition=an_edition(plain, GO_LIVE))
    assert changes(mixed, book, now, GO_LIVE) == ()


@given(st.lists(st.tuples(days, st.integers(1, 28)), min_size=1, max_size=6))
def test_edits_at_any_moment_never_change_what_was_due_when_they_came(edits: list[tuple[date, int]]) -> None:
    """Whatever is edited and whenever, a duty that was due keeps its due moment, and none vanishes."""
    first = some_rules(reports=(a_report(),))
    book = announce(a_book(edition=an_edition(first, GO_LIVE)), first, at("2013-06-01 12:00"))
    for number, (day, due_day) in enumerate(sorted(edits), 2):
        now = at(f"{day} 12:00")
        rules = some_rules(fingerprint=f"{number:064}", reports=(a_report(due=DueRule(day=due_day)),))
        before = dict(book.duties)
        book = announce(replace(book, edition=an_edition(rules, now, number)), rules, now)
        assert before.keys() <= book.duties.keys()
        for key, duty in before.items():
            if duty.due_at <= now:
                assert book.duties[key] == duty
        for key, duty in book.duties.items():
            assert key in before or duty.due_at > now


@pytest.mark.parametrize("policy", list(OpenDuties))
@given(ends=days, now=days)
def test_a_unit_that_ends_on_any_day_leaves_no_duty_without_an_owner(
    policy: OpenDuties, ends: date, now: date
) -> None:
    heir = a_unit("so-moi", valid=Span(date.fromordinal(ends.toordinal() + 1), None))
    old = a_unit(valid=Span(None, ends), successors=(heir.id,), open_duties=policy)
    both = {str(d.key) for d in opened_duties(some_rules(units=(old, heir)), at(f"{now} 12:00"), GO_LIVE)}
    alone = {str(d.key) for d in opened_duties(some_rules(units=(a_unit(),)), at(f"{now} 12:00"), GO_LIVE)}
    for key in alone:
        heirs = key.replace("so-tai-chinh", "so-moi")
        assert key in both or heirs in both
        # With PASS_ON exactly one of the two owes each report; with KEEP a period in between is owed by both.
        assert policy is OpenDuties.KEEP or not (key in both and heirs in both)


@pytest.mark.parametrize(
    ("came", "heirs", "asked_again"),
    [
        ("2013-09-05 09:00", 1, False),
        # Before its end it was the former unit's own; and of several successors nobody knows who sent it.
        ("2013-08-30 09:00", 1, True),
        ("2013-09-05 09:00", 2, True),
    ],
)
def test_who_reported_before_the_merger_was_entered_is_not_asked_again_under_the_new_name(
    came: str, heirs: int, asked_again: bool
) -> None:
    """The box went on, and so did mailbot by the old rules: the report stands under the former unit."""
    last, first = date(2013, 8, 31), date(2013, 9, 1)
    ids = tuple(UnitId(f"so-moi-{ordinal}") for ordinal in range(heirs))
    rules = edited(
        units=(
            a_unit(valid=Span(None, last), successors=ids),
            *(a_unit(unit, valid=Span(first, None)) for unit in ids),
        )
    )
    book = replace(the_book(), arrivals=(an_arrival(filed("2013-09"), at(came)),))
    changed = set(found(rules, book))
    asked = {f"new {unit} 2013-09" for unit in ids} | {"released so-tai-chinh 2013-09"}
    assert asked & changed == (asked if asked_again else set())
    # What has not come yet passes on in either case.
    assert {"new so-moi-0 2013-Q3", "released so-tai-chinh 2013-Q3"} <= changed
