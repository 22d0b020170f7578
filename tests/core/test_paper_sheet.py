"""Rows of the register of incoming documents: whose report a paper is, and when it counts as come."""

from dataclasses import replace
from datetime import date, time

import pytest
from builders import GO_LIVE, a_book, a_report, a_unit, at, some_rules

from mailbot.core.book import Stamp
from mailbot.core.duty import opened_duties
from mailbot.core.rules import DueRule, OpenDuties, Rules, Span, UnitId
from mailbot.core.sheets.paper_sheet import Apart, Paper, paper_of
from mailbot.core.standing import Standing, judge

NOW = at("2013-07-01 09:00")
FINANCE = UnitId("so-tai-chinh")


def a_row(came: object, **cells: object) -> dict[str, object]:
    return {"came": came, "no": "812", "unit": FINANCE, "title": "Báo cáo tháng 6 năm 2013", **cells}


def stood(came: object, rules: Rules) -> Standing:
    book = a_book(duties=opened_duties(rules, NOW, GO_LIVE), scanned_at=NOW)
    found, wrong = paper_of(a_row(came), rules, book, NOW)
    assert (type(found), wrong) == (Paper, [])
    assert isinstance(found, Paper)
    stamps = [
        Stamp(number=1, duty=key, stamped_at=found.stamped_at, register_no="812", recorded_at=NOW)
        for key in found.duties
    ]
    (key,) = found.duties
    return judge(book.duties[key], replace(book, stamps=stamps), NOW).standing


@pytest.mark.parametrize(
    ("came", "closes", "standing"),
    [
        # The form of the decree has a column for the day, and none for the hour.
        ("25/06/2013", time(10), Standing.ON_TIME),
        (date(2013, 6, 25), time(10), Standing.ON_TIME),
        ("25/06/2013 10:01", time(10), Standing.LATE),
        (at("2013-06-25 10:01"), time(10), Standing.LATE),
        ("26/06/2013", time(10), Standing.LATE),
        ("25/06/2013", None, Standing.ON_TIME),
        ("26/06/2013", None, Standing.LATE),
    ],
)
def test_a_stamp_without_an_hour_makes_no_report_late_on_its_last_day(
    came: object, closes: time | None, standing: Standing
) -> None:
    assert stood(came, some_rules(reports=(a_report(due=DueRule(day=25, closes=closes)),))) is standing


def test_a_paper_of_a_unit_that_has_ended_is_that_units_and_no_other_document() -> None:
    ended = a_unit(
        valid=Span(None, date(2013, 6, 15)), successors=(UnitId("so-a"),), open_duties=OpenDuties.KEEP
    )
    rules = some_rules(units=(ended, a_unit("so-a")), reports=(a_report(),))
    assert stood("24/06/2013", rules) is Standing.ON_TIME
    # Where another unit is called so by then, it is that one's.
    heir = replace(a_unit("so-a", valid=Span(date(2013, 6, 16), None)), name=ended.name)
    rules = some_rules(units=(ended, heir), reports=(a_report(),))
    book = a_book(duties=opened_duties(rules, NOW, GO_LIVE), scanned_at=NOW)
    found, _ = paper_of(a_row("24/06/2013", unit=ended.name), rules, book, NOW)
    assert isinstance(found, Paper)
    assert [key.unit for key in found.duties] == [heir.id]
    to_come = some_rules(units=(a_unit(valid=Span(date(2013, 6, 26), None)),))
    assert isinstance(paper_of(a_row("24/06/2013"), to_come, book, NOW)[0], Apart)


def test_a_paper_for_a_period_that_has_not_begun_is_no_report_of_ours() -> None:
    book = a_book(duties=opened_duties(some_rules(), NOW, GO_LIVE), scanned_at=NOW)
    said = paper_of(a_row("25/06/2013", report="bc-month", period="2030-06"), some_rules(), book, NOW)
    assert said == (
        None,
        ["Kỳ báo cáo: 2030-06 begins on 01/06/2030: nothing was handed in for it by 25/06/2013"],
    )
    plans, _ = paper_of(a_row("25/06/2013", title="Báo cáo tháng 6 năm 2030"), some_rules(), book, NOW)
    assert isinstance(plans, Apart)
