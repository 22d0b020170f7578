"""Two units of one name in one paper: a reader must not take one's lateness for the other's."""

from dataclasses import replace
from datetime import date

from builders import GO_LIVE, a_book, a_report, a_unit, at, some_rules

from mailbot.core.duty import opened_duties
from mailbot.core.period import Period
from mailbot.core.rules import Span, Unit, UnitId
from mailbot.core.standings.figures import Rating
from mailbot.core.standings.period_figures import figures

LAST, FIRST = date(2013, 6, 30), date(2013, 7, 1)


def la_bang(unit_id: str, first: date | None, last: date | None, *heirs: str) -> Unit:
    named = a_unit(unit_id, valid=Span(first, last), successors=tuple(map(UnitId, heirs)))
    return replace(named, name="UBND xã La Bằng")


FORMER = la_bang("xa-cu", None, LAST, "xa-moi")
RULES = some_rules(
    units=(FORMER, la_bang("xa-moi", FIRST, None), a_unit()),
    reports=(a_report(),),
)
NOW = at("2014-01-05 08:00")
BOOK = a_book(duties=opened_duties(RULES, NOW, GO_LIVE), scanned_at=NOW)


def names_of(period: str) -> dict[str, str]:
    return {str(unit.id): unit.name for unit in figures(RULES, BOOK, Period.parse(period), NOW).units}


def test_in_a_paper_that_has_both_namesakes_bear_the_days_of_their_time() -> None:
    names = names_of("2013")
    assert names["xa-cu"] == "UBND xã La Bằng (đến 30/6/2013)"
    assert names["xa-moi"] == "UBND xã La Bằng (từ 01/7/2013)"
    assert "(" not in names["so-tai-chinh"]


def test_in_a_paper_that_has_one_of_them_it_bears_its_name_alone() -> None:
    assert names_of("2013-06")["xa-cu"] == names_of("2013-08")["xa-moi"] == "UBND xã La Bằng"


def test_whom_the_paper_blames_is_told_from_whom_it_praises() -> None:
    poor = figures(RULES, BOOK, Period.parse("2013"), NOW).rated(Rating.POOR)
    assert "UBND xã La Bằng (từ 01/7/2013)" in {unit.name for unit in poor}


def test_one_that_lived_between_two_others_bears_both_its_days() -> None:
    rules = replace(
        RULES,
        units=(
            FORMER,
            la_bang("xa-giua", FIRST, date(2013, 9, 30)),
            la_bang("xa-moi", date(2013, 10, 1), None),
        ),
    )
    book = a_book(duties=opened_duties(rules, NOW, GO_LIVE), scanned_at=NOW)
    found = {str(unit.id): unit.name for unit in figures(rules, book, Period.parse("2013"), NOW).units}
    assert found["xa-giua"] == "UBND xã La Bằng (từ 01/7/2013 đến 30/9/2013)"
