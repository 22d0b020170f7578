"""The unit that a person of the office types behind a link."""

from dataclasses import replace
from datetime import date

import pytest
from builders import some_rules

from mailbot.core.rules import UnitId
from mailbot.core.senders.unit_named import unit_named
from mailbot.core.unit import Span, Unit
from mailbot.resources import resource
from mailbot.rulebook import load_rules

TODAY = date(2026, 11, 27)
THAI_NGUYEN = load_rules(resource("rules") / "thai-nguyen-2026")
IN_OFFICE = [unit for unit in THAI_NGUYEN.units if unit.valid.covers(TODAY)]


def named(typed: str, *units: Unit, on: date = TODAY) -> UnitId | None:
    found = unit_named(replace(some_rules(), units=units), typed, on)
    return found.id if found is not None else None


def a_unit(number: str, name: str, valid: Span | None = None) -> Unit:
    return Unit(id=UnitId(number), name=name, group="xa", head="Chủ tịch", valid=valid or Span())


@pytest.mark.parametrize("unit", IN_OFFICE, ids=lambda unit: unit.id)
def test_every_unit_in_office_is_known_by_the_name_that_our_letters_give_it(unit: Unit) -> None:
    assert unit_named(THAI_NGUYEN, f"{unit.name}, tháng 11", TODAY) == unit


def test_of_two_units_of_one_name_the_one_in_office_on_that_day_is_meant() -> None:
    old = a_unit("cu", "Sở Tài chính", Span(end=date(2025, 2, 28)))
    heir = a_unit("moi", "Sở Tài chính", Span(start=date(2025, 3, 1)))
    assert named("so tai chinh, tháng 11", old, heir) == "moi"
    assert named("Sở Tài chính", old, heir, on=date(2025, 2, 1)) == "cu"
    assert named("Sở Tài chính", old, replace(heir, valid=Span(end=date(2025, 12, 31)))) is None


def test_a_unit_that_is_in_office_no_more_is_still_known_by_a_name_of_its_own() -> None:
    assert named("huyện Đại Từ", a_unit("cu", "huyện Đại Từ", Span(end=date(2025, 6, 30)))) == "cu"


def test_names_that_differ_by_their_accents_alone_are_told_apart_where_accents_are_typed() -> None:
    units = (a_unit("lang", "UBND xã Văn Lăng"), a_unit("lan", "UBND xã Văn Lang"))
    assert named("UBND xã Văn Lăng LY DO", *units) == "lang"
    assert named("ubnd xã văn lang", *units) == "lan"
    assert named("ubnd xa van lang", *units) is None


def test_a_longer_name_outweighs_the_one_within_it_and_two_names_are_no_choice() -> None:
    units = (a_unit("yen", "xã Yên"), a_unit("yen-thinh", "xã Yên Thịnh"), a_unit("bac", "xã Bắc"))
    assert named("xã Yên Thịnh", *units) == "yen-thinh"
    assert named("xã Yên Thịnh, xã Bắc", *units) is None
    assert named("xã Yênh", *units) is None
