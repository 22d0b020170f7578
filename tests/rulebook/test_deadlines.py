"""The deadlines of each regime from 2013 to 2027, worked out by hand from documents and wall calendars."""

from datetime import date

import pytest

from mailbot.core.duty import due_of, duties, stages_of
from mailbot.core.period import Period
from mailbot.core.rules import ReportId
from mailbot.resources import resource
from mailbot.rulebook import load_rules

RULES = {
    name: load_rules(resource("rules") / name)
    for name in ("thai-nguyen-2013", "gia-lai-2017-tasks", "thai-nguyen-2026")
}


def due(profile: str, report: str, period: str) -> str:
    rules = RULES[profile]
    found = due_of(rules.report(ReportId(report)), Period.parse(period), rules.calendar)
    assert found is not None
    return str(found.falls_on)


@pytest.mark.parametrize(
    ("report", "period", "falls_on"),
    [
        ("bc-thang", "2013-06", "2013-06-25"),  # Tuesday: the first month of the directive
        ("bc-thang", "2013-08", "2013-08-26"),  # Sunday
        ("bc-thang", "2014-01", "2014-01-27"),  # Saturday, a week before Tết
        ("bc-thang", "2014-10", "2014-10-27"),  # Saturday
        ("bc-thang", "2015-04", "2015-04-25"),  # a Saturday that is worked for 29 April
        ("bc-thang", "2016-06", "2016-06-27"),  # Saturday
        ("bc-thang", "2016-02", "2016-02-25"),  # in the month of the leap day
        ("bc-thang", "2017-01", "2017-01-25"),  # the day before the Tết holidays of 2017
        ("bc-thang", "2018-03", "2018-03-26"),  # Sunday
        ("bc-thang", "2018-11", "2018-11-26"),  # Sunday
        ("bc-thang", "2019-05", "2019-05-27"),  # Saturday
        ("bc-thang", "2020-01", "2020-01-30"),  # the first day of Tết; the holidays last to the 29th
        ("bc-thang", "2020-07", "2020-07-27"),  # Saturday
        ("bc-thang", "2021-04", "2021-04-26"),  # Sunday
        ("bc-thang", "2022-09", "2022-09-26"),  # Sunday
        ("bc-thang", "2023-01", "2023-01-27"),  # the fourth day of Tết; the holidays last to the 26th
        ("bc-thang", "2024-02", "2024-02-26"),  # Sunday, in a leap year
        ("bc-thang", "2025-01", "2025-02-03"),  # Saturday, and Tết from Monday the 27th to 2 February
        ("bc-thang", "2026-04", "2026-04-28"),  # Saturday; Hùng Kings' day is made up for on Monday
        ("bc-thang", "2027-12", "2027-12-27"),  # Saturday
        ("bc-quy", "2013-Q2", "2013-06-20"),
        ("bc-quy", "2014-Q3", "2014-09-22"),  # Saturday
        ("bc-quy", "2016-Q1", "2016-03-21"),  # Sunday
        ("bc-quy", "2020-Q2", "2020-06-22"),  # Saturday
        ("bc-quy", "2020-Q3", "2020-09-21"),  # Sunday
        ("bc-quy", "2027-Q1", "2027-03-22"),  # Saturday
        ("bc-6-thang", "2013-H1", "2013-06-20"),
        ("bc-6-thang", "2015-H1", "2015-06-22"),  # Saturday
        ("bc-6-thang", "2021-H1", "2021-06-21"),  # Sunday
        ("bc-6-thang", "2027-H1", "2027-06-21"),  # Sunday
        ("bc-nam", "2013", "2013-12-20"),
        ("bc-nam", "2014", "2014-12-22"),  # Saturday
        ("bc-nam", "2015", "2015-12-21"),  # Sunday
        ("bc-nam", "2020", "2020-12-21"),  # Sunday
        ("bc-nam", "2025", "2025-12-22"),  # Saturday
        ("bc-nam", "2026", "2026-12-21"),  # Sunday
        ("bc-nam", "2027", "2027-12-20"),
    ],
)
def test_thai_nguyen_2013(report: str, period: str, falls_on: str) -> None:
    assert due("thai-nguyen-2013", report, period) == falls_on


@pytest.mark.parametrize(
    ("report", "period", "unit", "office", "issue"),
    [
        ("bc-thang", "2017-02", "2017-02-10", "2017-02-13", "2017-02-14"),  # the 12th is a Sunday
        ("bc-thang", "2017-06", "2017-06-12", "2017-06-12", "2017-06-14"),  # the 10th is a Saturday
        ("bc-quy", "2017-Q1", "2017-03-10", "2017-03-13", "2017-03-14"),
        ("bc-thang", "2017-05", "2017-05-10", "2017-05-12", "2017-05-12"),  # the 14th is a Sunday
        ("bc-thang", "2018-02", "2018-02-12", "2018-02-12", "2018-02-13"),  # Tết from the 14th
        ("bc-thang", "2019-02", "2019-02-11", "2019-02-12", "2019-02-14"),  # Sunday, after Tết
        ("bc-thang", "2020-10", "2020-10-12", "2020-10-12", "2020-10-14"),
        ("bc-thang", "2021-02", "2021-02-17", "2021-02-17", "2021-02-17"),  # Tết from the 10th to the 16th
        ("bc-thang", "2024-02", "2024-02-15", "2024-02-15", "2024-02-15"),  # Tết from the 8th to the 14th
        ("bc-quy", "2024-Q4", "2024-12-10", "2024-12-12", "2024-12-13"),  # the 14th is a Saturday
        ("bc-thang", "2026-01", "2026-01-10", "2026-01-12", "2026-01-14"),  # a worked Saturday
        ("bc-quy", "2026-Q2", "2026-06-10", "2026-06-12", "2026-06-12"),  # the 14th is a Sunday
    ],
)
def test_gia_lai_tasks_by_the_10th_compiled_by_the_12th_issued_before_the_15th(
    report: str, period: str, unit: str, office: str, issue: str
) -> None:
    rules = RULES["gia-lai-2017-tasks"]
    assert due("gia-lai-2017-tasks", report, period) == unit
    stages = stages_of(rules.report(ReportId(report)), Period.parse(period), rules.calendar)
    assert [str(moment.falls_on) for _, moment in stages] == [office, issue]


def test_gia_lais_longer_reports_have_no_date_of_their_own() -> None:
    rules = RULES["gia-lai-2017-tasks"]
    for report, period in (("bc-6-thang", "2017-H1"), ("bc-9-thang", "2017-9M"), ("bc-nam", "2017")):
        kind = rules.report(ReportId(report))
        assert kind.asks_for(Period.parse(period))
        assert due_of(kind, Period.parse(period), rules.calendar) is None


@pytest.mark.parametrize(
    ("report", "period", "falls_on", "first", "last"),
    [
        ("bc-thang", "2025-07", "2025-07-25", "2025-06-15", "2025-07-14"),
        ("bc-quy", "2025-Q3", "2025-09-22", "2025-06-15", "2025-09-14"),
        ("bc-nam", "2025", "2025-12-22", "2024-12-15", "2025-12-14"),
        ("bc-thang", "2026-01", "2026-01-26", "2025-12-15", "2026-01-14"),
        ("bc-thang", "2026-02", "2026-02-25", "2026-01-15", "2026-02-14"),  # the first week after Tết
        ("bc-quy", "2026-Q1", "2026-03-20", "2025-12-15", "2026-03-14"),
        ("bc-6-thang", "2026-H1", "2026-06-22", "2025-12-15", "2026-06-14"),
        ("bc-nam", "2026", "2026-12-21", "2025-12-15", "2026-12-14"),
        ("bc-thang", "2027-09", "2027-09-27", "2027-08-15", "2027-09-14"),
    ],
)
def test_thai_nguyen_2026_with_the_figures_of_decree_09_2019(
    report: str, period: str, falls_on: str, first: str, last: str
) -> None:
    assert due("thai-nguyen-2026", report, period) == falls_on
    span = RULES["thai-nguyen-2026"].report(ReportId(report)).data_span(Period.parse(period))
    assert [str(day) for day in span] == [first, last]


def test_the_figures_are_closed_at_least_one_working_day_before_the_report_is_due() -> None:
    rules = RULES["thai-nguyen-2026"]
    for report in rules.reports:
        for year in range(2025, 2031):
            for period in (Period.parse(f"{year}-{part}") for part in ("01", "06", "Q1", "Q4", "H1")):
                if report.asks_for(period) and (moment := due_of(report, period, rules.calendar)) is not None:
                    closed_on = report.data_span(period)[1]
                    assert rules.calendar.working_days_after(closed_on, moment.falls_on) >= 1


def test_the_merger_of_2025_owes_from_july_on_with_the_units_of_july() -> None:
    rules = RULES["thai-nguyen-2026"]
    found = list(duties(rules, date(2025, 1, 1), date(2025, 12, 31)))
    assert min(duty.due_at.date() for duty in found) == date(2025, 7, 25)
    july = {duty.key.unit for duty in found if str(duty.key.period) == "2025-07"}
    assert len(july) == 15 + 92
    assert {"so-nong-nghiep-va-moi-truong", "so-dan-toc-va-ton-giao", "xa-cho-don", "phuong-bac-kan"} <= july
    ended = {unit.id for unit in rules.units if unit.valid.end is not None}
    assert len(ended) == 11 + 9
    assert july.isdisjoint(ended)


def test_every_commune_succeeds_at_most_one_district_and_every_district_of_the_old_province_has_its_own() -> (
    None
):
    rules = RULES["thai-nguyen-2026"]
    districts = [unit for unit in rules.units if unit.group == "huyen"]
    heirs = [heir for district in districts for heir in district.successors]
    assert len(heirs) == len(set(heirs)) == 55
    assert all(rules.unit(heir).group in {"phuong", "xa"} for heir in heirs)
    communes = rules.members("cap-xa", date(2025, 7, 1))
    assert (len(communes), len(rules.members("phuong", date(2025, 7, 1)))) == (92, 15)
    # The other 37 lie in what was Bắc Kạn.
    assert len({unit.id for unit in communes} - set(heirs)) == 37
    assert rules.members("cap-xa", date(2025, 6, 30)) == ()


def test_each_later_period_is_due_later_in_every_profile() -> None:
    for rules in RULES.values():
        for report in rules.reports:
            last: dict[str, date] = {}
            for duty in sorted(
                duties(rules, date(2013, 1, 1), date(2027, 12, 31)), key=lambda d: d.key.period.first_on
            ):
                if duty.key.report == report.id and duty.key.unit == rules.units[1].id:
                    before = last.get(report.id)
                    assert before is None or before <= duty.due_at.date()
                    last[report.id] = duty.due_at.date()
