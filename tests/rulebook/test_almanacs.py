"""The almanac of each profile and year, committed for a person to read and to check against the source.

`MAILBOT_GOLDEN=1` writes them anew; what changed is then read in the diff.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from mailbot.core.almanac import almanac, written
from mailbot.core.duty import duties
from mailbot.resources import resource
from mailbot.rulebook import load_rules

GOLDEN = Path(__file__).parent / "golden"
YEARS = {
    "ben-tre-2007": range(2007, 2009),
    "gia-lai-2017-tasks": range(2017, 2028),
    "gia-lai-2019": range(2019, 2021),
    "portal-transparency": range(2011, 2014),
    "thai-nguyen-2013": range(2013, 2028),
    "thai-nguyen-2026": range(2025, 2028),
}
PROFILES = sorted(path.name for path in resource("rules").iterdir() if path.is_dir())
RULES = {name: load_rules(resource("rules") / name) for name in PROFILES}
ALL = [(name, year) for name in PROFILES for year in YEARS[name]]


def test_every_profile_has_its_years() -> None:
    assert sorted(YEARS) == PROFILES
    there = {path.name for path in GOLDEN.glob("*.txt")}
    assert there == {f"{name}-{year}.txt" for name, year in ALL}


@pytest.mark.parametrize(("name", "year"), ALL, ids=[f"{name}-{year}" for name, year in ALL])
def test_the_almanac_is_as_it_was_read_and_checked(name: str, year: int) -> None:
    path = GOLDEN / f"{name}-{year}.txt"
    text = "\n".join(written(RULES[name], date(year, 1, 1), date(year, 12, 31))) + "\n"
    if os.environ.get("MAILBOT_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("name", "year"), ALL, ids=[f"{name}-{year}" for name, year in ALL])
def test_an_almanac_holds_every_duty_of_its_year_once(name: str, year: int) -> None:
    since, until = date(year, 1, 1), date(year, 12, 31)
    found = almanac(RULES[name], since, until)
    assert sum(entry.units for entry in found) == len(list(duties(RULES[name], since, until)))
    assert len({(entry.report.id, entry.period) for entry in found}) == len(found)
    for entry in found:
        assert since <= entry.due.falls_on <= until
        assert RULES[name].calendar.is_working(entry.due.falls_on)
        assert entry.report.data_span(entry.period)[0] <= entry.due.falls_on
        moments = [entry.due.at, *(moment.at for _, moment in entry.stages)]
        assert moments == sorted(moments)


@pytest.mark.parametrize("name", PROFILES)
def test_after_the_last_year_of_its_calendar_an_office_keeps_its_holidays(name: str) -> None:
    calendar = RULES[name].calendar
    # Tết of 2031 is a Thursday, Liberation Day of 2032 a Friday.
    assert calendar.why_off(date(2031, 1, 23)) == "Tết Nguyên Đán"
    assert calendar.on_or_after(date(2031, 1, 25)) > date(2031, 1, 26)
    assert not calendar.is_working(date(2032, 4, 30))
    assert calendar.is_working(date(2031, 11, 24))
