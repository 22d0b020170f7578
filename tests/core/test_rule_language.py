"""What a due rule can say: before, inside, at the end of and after a period; terms; levels; data spans."""

from dataclasses import replace
from datetime import date, time

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.book import Stamp
from mailbot.core.calendar import Calendar
from mailbot.core.classify import classify
from mailbot.core.due import DayOff, DueRule, Term, TermUnit, due_date, term_end
from mailbot.core.duty import DutyKey, due_of, duties, duty_of, opened_duties, stages_of
from mailbot.core.parts import missing_parts, parts_seen
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.fulfilment import filings_of
from mailbot.core.rules import Level, OpenDuties, Part, ReportId, Span, Stage, UnitId
from mailbot.core.verdict import Filed, Filing, Findings, Question, Unclear

PLAIN = Calendar()
JUNE = Period.parse("2013-06")


def due(rule: DueRule | Term, period: str) -> str:
    return str(due_date(rule, Period.parse(period), PLAIN).falls_on)


@pytest.mark.parametrize(
    ("rule", "period", "falls_on"),
    [
        # "trước ngày 15": the 14th is the last day; "chậm nhất ngày 12" includes the 12th.
        (DueRule(day=15, before=True), "2017-03", "2017-03-14"),
        (DueRule(day=12), "2017-04", "2017-04-12"),
        # The 14th of May 2017 was a Sunday.
        (DueRule(day=15, before=True), "2017-05", "2017-05-15"),
        (DueRule(day=15, before=True, day_off=DayOff.PREVIOUS), "2017-05", "2017-05-12"),
        (DueRule(day=15, before=True, day_off=DayOff.KEEP), "2017-05", "2017-05-14"),
        # "trước ngày 01/7": the last day of June, in leap years too.
        (DueRule(day=1, months_after=1, before=True), "2017-H1", "2017-06-30"),
        (DueRule(day=1, months_after=1, before=True), "2016-02", "2016-02-29"),
        # Inside the period: a yearly report by 25 November, a half-yearly one by 15 May.
        (DueRule(day=25, months_after=-1), "2022", "2022-11-25"),
        (DueRule(day=15, months_after=-1), "2023-H1", "2023-05-15"),
        # At its end, whatever the month's length.
        (DueRule(day=31), "2016-02", "2016-02-29"),
        (DueRule(day=31, day_off=DayOff.KEEP), "2013-9M", "2013-09-30"),
        # Terms are counted from the day after the period's last.
        (Term(count=5, unit=TermUnit.WORKING_DAYS), "2013-06", "2013-07-05"),
        (Term(count=10, unit=TermUnit.DAYS), "2013-06", "2013-07-10"),
        (Term(count=13, unit=TermUnit.DAYS), "2013-06", "2013-07-15"),
    ],
)
def test_a_rule_names_its_day(rule: DueRule | Term, period: str, falls_on: str) -> None:
    assert due(rule, period) == falls_on


def test_strictly_before_is_said_with_both_days() -> None:
    found = due_date(DueRule(day=15, before=True), Period.parse("2017-03"), PLAIN)
    assert found.derivation == "trước ngày 15/3/2017, tức chậm nhất 24 giờ 00 ngày 14/3/2017"
    assert not found.plain


def test_the_law_that_moves_a_date_is_quoted() -> None:
    rule = DueRule(day=20, day_off_basis="khoản 5 Điều 148 Bộ luật Dân sự")
    found = due_date(rule, Period.parse("2026"), PLAIN)
    assert found.derivation == (
        "thời hạn là ngày 20/12/2026; ngày này là Chủ nhật nên tính đến hết 24 giờ 00 ngày 21/12/2026 "
        "(ngày làm việc tiếp theo, theo khoản 5 Điều 148 Bộ luật Dân sự)"
    )


def test_a_worked_saturday_and_a_decreed_day_off_are_explained_with_their_documents() -> None:
    calendar = Calendar(
        days_off={date(2026, 8, 31): "ngày nghỉ hoán đổi"},
        worked=frozenset({date(2026, 8, 22)}),
        sources={date(2026, 8, 31): "theo văn bản số 1", date(2026, 8, 22): "làm bù cho ngày 31/8/2026"},
    )
    worked = due_date(DueRule(day=22), Period.parse("2026-08"), calendar)
    assert worked.derivation == (
        "chậm nhất 24 giờ 00 ngày 22/8/2026 "
        "(ngày này là thứ Bảy nhưng là ngày làm việc, làm bù cho ngày 31/8/2026)"
    )
    assert worked.falls_on == date(2026, 8, 22)
    off = due_date(DueRule(day=31), Period.parse("2026-08"), calendar)
    assert "ngày này là ngày nghỉ hoán đổi, theo văn bản số 1 nên tính đến hết" in off.derivation
    assert off.falls_on == date(2026, 9, 1)


def test_hours_run_from_the_very_moment_through_nights_and_holidays() -> None:
    found = term_end(Term(count=2, unit=TermUnit.HOURS), at("2019-11-02 23:15"), PLAIN)
    assert found.at == at("2019-11-03 01:15")
    assert found.derivation == "02 giờ kể từ 23 giờ 15 ngày 02/11/2019: chậm nhất 01 giờ 15 ngày 03/11/2019"


def test_an_answers_term_is_counted_in_working_days_after_the_day_of_the_question() -> None:
    found = term_end(Term(count=5, unit=TermUnit.WORKING_DAYS), at("2012-03-01 16:00"), PLAIN)
    assert found.falls_on == date(2012, 3, 8)
    assert found.derivation == (
        "05 ngày làm việc kể từ ngày nhận 01/3/2012: chậm nhất 24 giờ 00 ngày 08/3/2012"
    )


@pytest.mark.parametrize(
    ("cadence", "period", "first", "last"),
    [
        (Cadence.MONTH, "2026-06", "2026-05-15", "2026-06-14"),
        (Cadence.MONTH, "2026-01", "2025-12-15", "2026-01-14"),
        (Cadence.MONTH, "2024-03", "2024-02-15", "2024-03-14"),
        (Cadence.QUARTER, "2026-Q1", "2025-12-15", "2026-03-14"),
        (Cadence.QUARTER, "2026-Q4", "2026-09-15", "2026-12-14"),
        (Cadence.HALF, "2026-H1", "2025-12-15", "2026-06-14"),
        (Cadence.HALF, "2026-H2", "2026-06-15", "2026-12-14"),
        (Cadence.YEAR, "2026", "2025-12-15", "2026-12-14"),
    ],
)
def test_figures_run_from_mid_month_to_mid_month_as_decree_09_2019_says(
    cadence: Cadence, period: str, first: str, last: str
) -> None:
    report = a_report(cadence, cut_off=14)
    assert report.data_span(Period.parse(period)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("cut_off", [None, *range(1, 32)])
def test_data_spans_follow_each_other_without_gap_or_overlap(cut_off: int | None) -> None:
    report = a_report(cut_off=cut_off)
    period = Period.parse("2019-01")
    while period.year < 2025:
        _, last = report.data_span(period)
        first, _ = report.data_span(period.next())
        assert (first - last).days == 1
        period = period.next()


def test_a_term_of_a_report_runs_from_the_day_its_figures_close() -> None:
    report = a_report(cut_off=14, due=Term(count=1, unit=TermUnit.WORKING_DAYS))
    found = due_of(report, Period.parse("2026-06"), PLAIN)
    assert found is not None
    assert found.falls_on == date(2026, 6, 15)


def test_the_levels_of_a_report_have_dates_of_their_own() -> None:
    stages = (
        Stage(level=Level.OFFICE, name="tổng hợp", due=DueRule(day=12)),
        Stage(level=Level.ISSUE, name="ban hành", due=DueRule(day=15, before=True)),
    )
    report = a_report(day=10, stages=stages)
    found = stages_of(report, Period.parse("2017-03"), PLAIN)
    assert [(stage.level, str(moment.falls_on)) for stage, moment in found] == [
        (Level.OFFICE, "2017-03-13"),  # the 12th is a Sunday
        (Level.ISSUE, "2017-03-14"),
    ]


def test_a_step_never_comes_before_the_one_that_it_waits_for() -> None:
    # Tết from the 10th to the 16th: the units' 10th moves to the 17th, and the issue cannot move to the 9th.
    tet = Calendar(days_off={date(2021, 2, day): "Tết Nguyên đán" for day in range(10, 17)})
    issue = DueRule(day=15, before=True, day_off=DayOff.PREVIOUS)
    report = a_report(day=10, stages=(Stage(level=Level.ISSUE, name="ban hành", due=issue),))
    ((_, moment),) = stages_of(report, Period.parse("2021-02"), tet)
    assert moment.falls_on == date(2021, 2, 17)
    assert moment.derivation.endswith("không sớm hơn bước trước nên tính đến hết bước đó")
    # In another month it is the last working day before the 15th: "trước ngày 15" stays true.
    ((_, moment),) = stages_of(report, Period.parse("2021-03"), PLAIN)
    assert moment.falls_on == date(2021, 3, 12)


def test_a_report_may_have_a_first_and_a_last_period() -> None:
    report = a_report(first=Period.parse("2013-06"), last=Period.parse("2013-08"))
    months = [Period(2013, Cadence.MONTH, month) for month in range(1, 13)]
    assert [p.ordinal for p in months if report.asks_for(p)] == [6, 7, 8]


def test_a_report_without_a_day_gives_no_duties_by_itself() -> None:
    report = a_report(Cadence.NINE_MONTHS, due=None)
    rules = some_rules(reports=(report,))
    period = Period.parse("2017-9M")
    assert report.asks_for(period)
    assert list(duties(rules, date(2017, 1, 1), date(2018, 12, 31))) == []
    assert duty_of(rules, DutyKey(UnitId("so-tai-chinh"), report.id, period)) is None
    assert opened_duties(rules, at("2017-10-01"), GO_LIVE) == ()


def test_a_unit_that_ends_owes_no_more_unless_its_duties_outlive_it() -> None:
    ended = Span(None, date(2013, 6, 15))
    for policy, owed in ((OpenDuties.PASS_ON, False), (OpenDuties.KEEP, True)):
        unit = a_unit(valid=ended, open_duties=policy, successors=(UnitId("huyen-dai-tu"),))
        rules = some_rules(units=(unit, a_unit("huyen-dai-tu")), reports=(a_report(),))
        found = {str(duty.key) for duty in duties(rules, date(2013, 5, 1), date(2013, 12, 31))}
        # What was due while it existed stays with it; what opened before it ended is the question.
        assert "so-tai-chinh/bc-month/2013-05" in found
        assert ("so-tai-chinh/bc-month/2013-06" in found) is owed
        assert "so-tai-chinh/bc-month/2013-07" not in found


COMBINED = some_rules(
    reports=(
        a_report(fulfilled_by=frozenset({ReportId("bc-quarter"), ReportId("bc-half")})),
        a_report(Cadence.QUARTER, 20),
        a_report(Cadence.HALF, 20, ordinals=frozenset({1})),
    )
)


@pytest.mark.parametrize(
    ("named", "filed_for"),
    [
        (["2013-H1"], {"bc-half/2013-H1", "bc-month/2013-06"}),
        (["2013-06", "2013-H1"], {"bc-half/2013-H1", "bc-month/2013-06"}),
        (["2013-Q3"], {"bc-quarter/2013-Q3", "bc-month/2013-09"}),
        (["2013-06"], {"bc-month/2013-06"}),
        (["2013-Q2"], {"bc-quarter/2013-Q2", "bc-month/2013-06"}),
    ],
)
def test_a_combined_report_hands_in_what_the_rules_say_it_fulfils(
    named: list[str], filed_for: set[str]
) -> None:
    found = filings_of(COMBINED, COMBINED.units[0], map(Period.parse, named))
    assert {f"{filing.report}/{filing.period}" for filing in found} == filed_for
    assert len(found) == len(filed_for)


def test_of_two_reports_for_one_period_the_one_that_the_title_is_about_is_meant() -> None:
    reform = replace(a_report(), id=ReportId("cchc"), topics=("cải cách hành chính",))
    rules = some_rules(reports=(a_report(), reform))
    for title, meant in (
        ("Báo cáo công tác CẢI CÁCH HÀNH CHÍNH tháng 6", ["cchc"]),
        ("Báo cáo tình hình kinh tế - xã hội tháng 6", ["bc-month"]),
        ("Báo cáo tháng 6", ["bc-month", "cchc"]),
    ):
        assert [filing.report for filing in filings_of(rules, None, [JUNE], title)] == meant


@pytest.mark.parametrize(
    ("subject", "general", "filed_as"),
    [
        ("Báo cáo công tác cải cách hành chính tháng 6 năm 2013", ("kinh tế - xã hội",), ["cchc"]),
        ("Báo cáo tháng 6 năm 2013", ("kinh tế - xã hội",), None),
        ("Báo cáo tháng 6 năm 2013", (), ["bc-month"]),
    ],
)
def test_a_title_that_is_about_none_of_two_reports_credits_neither(
    subject: str, general: tuple[str, ...], filed_as: list[str] | None
) -> None:
    reform = replace(a_report(), id=ReportId("cchc"), topics=("cải cách hành chính",))
    rules = some_rules(reports=(replace(a_report(), topics=general), reform))
    verdict = classify(a_mail(subject=subject), rules, at("2013-06-20 09:00"))
    if filed_as is None:
        assert isinstance(verdict, Unclear)
        assert verdict.question is Question.REPORT
        assert {filing.report for filing in verdict.candidates} == {"bc-month", "cchc"}
    else:
        assert isinstance(verdict, Filed)
        assert [filing.report for filing in verdict.filings] == filed_as


def test_words_of_work_in_general_that_lead_up_to_a_topic_hand_in_no_other_report() -> None:
    general = replace(a_report(), topics=("báo cáo công tác", "kinh tế - xã hội"))
    fires = replace(a_report(), id=ReportId("pccc"), topics=("phòng cháy, chữa cháy", "PCCC"))
    rules = some_rules(reports=(general, fires))
    for title, meant in (
        ("Báo cáo công tác PCCC tháng 6", ["pccc"]),
        ("Báo cáo công tác phòng cháy, chữa cháy tháng 6", ["pccc"]),
        ("Báo cáo công tác tháng 6", ["bc-month"]),
        ("Báo cáo kinh tế - xã hội, PCCC tháng 6", ["bc-month", "pccc"]),
        ("Báo cáo PCCC và kinh tế - xã hội tháng 6", ["bc-month", "pccc"]),
    ):
        assert [filing.report for filing in filings_of(rules, None, [JUNE], title)] == meant, title


PARTS = (
    Part(id="bieu-1", name="Biểu số 01", words=("biểu số 01", "biểu 01")),
    Part(id="phu-luc", name="Phụ lục danh mục dự án", words=("phụ lục danh mục", "danh mục dự án")),
)
KEY = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), JUNE)


def test_parts_are_seen_in_names_and_in_what_files_say() -> None:
    report = a_report(parts=PARTS)
    assert parts_seen(report, a_mail("Báo cáo tháng 6", "bc.pdf", "Bieu so 01.xlsx")) == ("bieu-1",)
    assert parts_seen(report, a_mail("Báo cáo tháng 6 và phụ lục danh mục dự án")) == ("phu-luc",)
    assert parts_seen(a_report(), a_mail()) is None


def test_missing_parts_are_what_no_copy_brought() -> None:
    report = a_report(parts=PARTS)

    def copy(number: int, parts: tuple[str, ...] | None) -> object:
        filing = Filing(report.id, JUNE, parts)
        verdict = Filed(unit=KEY.unit, filings=(filing,), findings=Findings(unit=KEY.unit))
        return an_arrival(verdict, at("2013-06-20 10:00"), number)

    def missing(*arrivals: object, **more: object) -> list[str]:
        return [part.id for part in missing_parts(report, KEY, a_book(*arrivals, **more))]  # type: ignore[arg-type]

    assert missing() == []  # nothing handed in is another matter
    assert missing(copy(1, ())) == ["bieu-1", "phu-luc"]
    assert missing(copy(1, ("bieu-1",))) == ["phu-luc"]
    assert missing(copy(1, ("bieu-1",)), copy(2, ("phu-luc",))) == []
    assert missing(copy(1, ()), copy(2, None)) == []  # filed by a person who did not say
    stamp = Stamp(
        number=1, duty=KEY, stamped_at=at("2013-06-21"), register_no="7", recorded_at=at("2013-06-21")
    )
    assert missing(copy(1, ()), stamps=(stamp,)) == []  # nobody looked through the paper copy
    assert missing(an_arrival(filed("2013-05"), at("2013-06-20"))) == []


def test_a_clock_time_closes_a_term_too() -> None:
    term = Term(count=1, unit=TermUnit.WORKING_DAYS, closes=time(16, 30))
    assert term_end(term, at("2019-11-01 09:00"), PLAIN).at == at("2019-11-04 16:30")
