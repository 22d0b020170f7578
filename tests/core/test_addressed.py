"""Whom a letter names that is for a unit which has ended, or is about to bear another name."""

from dataclasses import replace
from datetime import date

from builders import GO_LIVE, a_book, a_report, a_unit, at, some_rules

from mailbot.core.duty import opened_duties
from mailbot.core.period import Period
from mailbot.core.rules import Rules, Span, Unit, UnitId
from mailbot.core.standings.period_figures import figures
from mailbot.core.unit import FormerName
from mailbot.core.wording.addressed import addressed

LAST, FIRST = date(2013, 6, 30), date(2013, 7, 1)
BEFORE, AFTER = date(2013, 6, 28), date(2013, 7, 4)
LONG = "Sở Nông nghiệp và Phát triển nông thôn, Công Thương và Khoa học"


def committee(unit_id: str, name: str, valid: Span, *heirs: str) -> Unit:
    named = a_unit(unit_id, valid=valid, successors=tuple(map(UnitId, heirs)))
    return replace(named, name=name, head=f"Chủ tịch {name}")


def the_rules(*heirs: str) -> Rules:
    ids = [f"xa-{ordinal}" for ordinal in range(len(heirs))]
    news = (committee(unit, name, Span(FIRST, None)) for unit, name in zip(ids, heirs, strict=True))
    return some_rules(units=(committee("huyen", "UBND huyện Đại Từ", Span(None, LAST), *ids), *news))


def test_a_letter_to_the_successors_says_whose_matter_it_is_and_why_it_comes_to_them() -> None:
    rules = the_rules("UBND xã Đại Từ", "UBND xã La Bằng")
    told = addressed(rules, rules.unit(UnitId("huyen")), AFTER)
    assert told.name == "UBND huyện Đại Từ (đến 30/6/2013; đơn vị kế thừa: UBND xã Đại Từ, UBND xã La Bằng)"


def test_a_head_who_is_no_more_is_told_nothing() -> None:
    one, two = the_rules("UBND xã Đại Từ"), the_rules("UBND xã Đại Từ", "UBND xã La Bằng")
    assert addressed(one, one.unit(UnitId("huyen")), AFTER).head == "Chủ tịch UBND xã Đại Từ"
    assert addressed(two, two.unit(UnitId("huyen")), AFTER).head == "Thủ trưởng đơn vị"


def test_successors_whose_names_fill_no_line_are_counted() -> None:
    rules = the_rules(LONG, "UBND xã La Bằng", "UBND xã Vô Tranh")
    told = addressed(rules, rules.unit(UnitId("huyen")), AFTER)
    assert told.name == "UBND huyện Đại Từ (đến 30/6/2013; đơn vị kế thừa: 03 đơn vị)"


def test_while_it_exists_or_where_nobody_carries_it_on_a_unit_bears_its_name_alone() -> None:
    rules, alone = the_rules("UBND xã Đại Từ"), the_rules()
    unit = rules.unit(UnitId("huyen"))
    assert addressed(rules, unit, BEFORE) == unit
    assert addressed(alone, alone.unit(UnitId("huyen")), AFTER).name == "UBND huyện Đại Từ"


def test_a_name_that_is_entered_ahead_is_borne_from_its_first_day_on() -> None:
    new = replace(
        a_unit(),
        name="Sở Văn hóa, Thể thao và Du lịch",
        head="Giám đốc Sở Văn hóa, Thể thao và Du lịch",
        former_names=(
            FormerName("Sở Văn hóa", date(2010, 12, 31)),
            FormerName("Sở Văn hóa và Thể thao", LAST),
        ),
    )
    rules = some_rules(units=(new,), reports=(a_report(),))
    before = addressed(rules, new, LAST)
    assert (before.name, before.head) == ("Sở Văn hóa và Thể thao", "Giám đốc Sở Văn hóa và Thể thao")
    assert addressed(rules, new, FIRST) == new
    assert new.called(date(2010, 12, 31)).name == "Sở Văn hóa"
    # The report on June calls it as it was called when it was drawn up.
    now = at("2013-06-28 08:00")
    book = a_book(duties=opened_duties(rules, now, GO_LIVE), scanned_at=now)
    for when, name in ((now, "Sở Văn hóa và Thể thao"), (at("2013-07-04 08:00"), new.name)):
        assert [unit.name for unit in figures(rules, book, Period.parse("2013-06"), when).units] == [name]
