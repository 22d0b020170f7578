"""Deadlines as a calendar file and as a chart for the wall."""

from dataclasses import replace
from datetime import date, time

from builders import a_book, a_report, a_unit, some_rules
from icalendar import Calendar

from mailbot.core.calendar import at
from mailbot.core.changes.official import Document, Effect, Excuse, Move, OfficialLetter, Scope
from mailbot.core.deadlines import deadlines
from mailbot.core.duty import duties
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import DueRule, ReportId, UnitId
from mailbot.papers.ics import calendar_file
from mailbot.papers.wall import wall_chart
from mailbot.resources import resource

RULES = some_rules()
FIRST, LAST = date(2013, 1, 1), date(2013, 12, 31)
NOW = at(date(2013, 1, 2))
ME = UnitId("so-tai-chinh")


def events(content: bytes) -> list[dict[str, object]]:
    return [dict(event) for event in Calendar.from_ical(content).walk("VEVENT")]


def test_a_year_has_one_deadline_for_each_report_and_period() -> None:
    found = deadlines(RULES, a_book(), FIRST, LAST)
    assert len(found) == 12 + 4
    assert {len(deadline.units) for deadline in found} == {2}
    assert [deadline.due_at for deadline in found] == sorted(deadline.due_at for deadline in found)
    assert len(deadlines(RULES, a_book(), FIRST, LAST, ME)) == 16


def test_the_file_says_day_rule_and_basis() -> None:
    content = calendar_file(RULES.office, "Hạn gửi", deadlines(RULES, a_book(), FIRST, LAST, ME), NOW)
    found = events(content)
    assert len(found) == 16
    august = next(event for event in found if "tháng 8" in str(event["SUMMARY"]))
    # 25 August 2013 was a Sunday.
    assert august["DTSTART"].dt == date(2013, 8, 26)  # type: ignore[attr-defined]
    assert "Chủ nhật" in str(august["DESCRIPTION"])
    assert "Chỉ thị số 13/CT-UBND" in str(august["DESCRIPTION"])
    assert content == calendar_file(RULES.office, "Hạn gửi", deadlines(RULES, a_book(), FIRST, LAST, ME), NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_deadline_moved_by_a_letter_keeps_its_identity_and_says_why() -> None:
    [june] = [d for d in duties(RULES, date(2013, 6, 25), date(2013, 6, 25)) if d.key.unit == ME]
    reason = "theo Công văn số 12/UBND-TH ngày 10/6/2013"
    moved = replace(june, due_at=at(date(2013, 6, 18), time(17)), reason=reason)
    before = events(calendar_file(RULES.office, "x", deadlines(RULES, a_book(), FIRST, LAST, ME), NOW))
    after = events(
        calendar_file(RULES.office, "x", deadlines(RULES, a_book(duties=[moved]), FIRST, LAST, ME), NOW)
    )
    [changed] = [event for event in after if "tháng 6" in str(event["SUMMARY"])]
    assert {str(event["UID"]) for event in before} == {str(event["UID"]) for event in after}
    assert changed["SEQUENCE"] == 1
    assert reason in str(changed["DESCRIPTION"])
    assert changed["DTSTART"].dt == moved.due_at  # type: ignore[attr-defined]


def test_a_letter_that_the_derivation_cites_is_cited_once() -> None:
    [june] = [d for d in duties(RULES, date(2013, 6, 25), date(2013, 6, 25)) if d.key.unit == ME]
    reason = "theo Công văn số 12/UBND-TH ngày 10/6/2013"
    moved = replace(june, reason=reason, derivation=f"thời hạn được điều chỉnh {reason}")
    found = deadlines(RULES, a_book(duties=[moved]), FIRST, LAST, ME)
    [told] = [
        e for e in events(calendar_file(RULES.office, "x", found, NOW)) if "tháng 6" in str(e["SUMMARY"])
    ]
    assert str(told["DESCRIPTION"]).count(reason) == 1
    chart = wall_chart(resource("templates"), RULES.office, RULES.calendar, 2013, found)
    assert chart["lich-2013.html"].decode().count(reason) == 1


def test_a_deadline_that_a_letter_moves_for_some_units_is_another_event_than_the_others() -> None:
    rules = some_rules(units=tuple(a_unit(name) for name in ("so-a", "so-b", "so-c", "so-d")))
    due = [d for d in duties(rules, date(2013, 6, 25), date(2013, 6, 25)) if d.key.unit in {"so-c", "so-d"}]
    moved = [
        replace(duty, due_at=at(date(2013, 6, 28), time(17)), reason="theo Công văn số 12") for duty in due
    ]
    plain = events(calendar_file(rules.office, "x", deadlines(rules, a_book(), FIRST, LAST), NOW))
    found = events(calendar_file(rules.office, "x", deadlines(rules, a_book(duties=moved), FIRST, LAST), NOW))
    assert len({str(event["UID"]) for event in found}) == len(found) == len(plain) + 1
    assert {str(event["UID"]) for event in plain} < {str(event["UID"]) for event in found}
    [late] = [event for event in found if event["SEQUENCE"] == 1]
    assert "DTEND" not in late, "RFC 5545: an end must be later than the start"


def test_a_letter_about_a_period_that_has_not_begun_is_told_in_the_calendar() -> None:
    def letter(number: int, effect: Effect) -> OfficialLetter:
        document = Document(number=f"{number}/UBND-TH", issued_on=FIRST, issuer="UBND tỉnh")
        august = Scope(
            units=frozenset({ME}),
            reports=frozenset({ReportId("bc-month")}),
            periods=frozenset({Period.parse("2013-08")}),
        )
        return OfficialLetter(
            number=number, document=document, effect=effect, scope=august, by="th", recorded_at=NOW
        )

    moved = replace(a_book(), official=(letter(1, Move(at(date(2013, 7, 31), time(17)))),))
    [early] = deadlines(RULES, moved, date(2013, 7, 31), date(2013, 7, 31))
    assert (early.units, early.reason) == (
        (ME,),
        "theo văn bản số 1/UBND-TH ngày 01 tháng 01 năm 2013 của UBND tỉnh",
    )
    [others] = deadlines(RULES, moved, date(2013, 8, 25), date(2013, 8, 31))
    assert ME not in others.units
    excused = replace(a_book(), official=(letter(1, Excuse()),))
    assert len(deadlines(RULES, excused, FIRST, LAST, ME)) == 15


def test_an_excused_duty_has_no_deadline() -> None:
    [june] = [d for d in duties(RULES, date(2013, 6, 25), date(2013, 6, 25)) if d.key.unit == ME]
    found = deadlines(RULES, a_book(duties=[replace(june, excused=True)]), FIRST, LAST, ME)
    assert len(found) == 15


def test_names_cannot_break_out_of_the_file() -> None:
    evil = a_report(name="Báo cáo\r\nBEGIN:VEVENT\r\nSUMMARY:x;y,z")
    rules = replace(RULES, reports=(evil,))
    content = calendar_file(RULES.office, "a\r\nb", deadlines(rules, a_book(), FIRST, LAST, ME), NOW)
    assert len(events(content)) == 12


def test_the_chart_shows_every_day_once_and_what_falls_due() -> None:
    rules = replace(RULES, reports=(a_report(), a_report(Cadence.YEAR, due=DueRule(day=20))))
    found = deadlines(rules, a_book(), FIRST, LAST)
    files = wall_chart(resource("templates"), rules.office, rules.calendar, 2013, found)
    page = files["lich-2013.html"].decode()
    assert page.count("<caption>Tháng ") == 12
    assert page.count('class="due') == 13
    assert sum(page.count(f'">{day}') for day in (31,)) == 7
    assert "Quốc khánh" not in page or page.count("rest") > 100
