"""Units that follow each other: who is reached, who is chased, and under which name."""

from dataclasses import replace
from datetime import date

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, a_unit, an_arrival, at, some_rules

from mailbot.core.book import Ruling
from mailbot.core.classify import Known, classify
from mailbot.core.duty import opened_duties
from mailbot.core.letters.answers import answers
from mailbot.core.mail import Address
from mailbot.core.notice import Notice
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import OpenDuties, Role, Rules, Span, UnitAddress, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Filed, Unclear

JUNE_15, JUNE_16 = date(2013, 6, 15), date(2013, 6, 16)
HEIRS = (UnitId("so-a"), UnitId("so-b"))


def the_rules(policy: OpenDuties) -> Rules:
    return some_rules(
        units=(
            a_unit(valid=Span(None, JUNE_15), successors=HEIRS, open_duties=policy),
            a_unit("so-a", valid=Span(JUNE_16, None)),
            a_unit("so-b", valid=Span(JUNE_16, None), group="khac"),
        ),
        reports=(a_report(),),
    )


def test_heirs_are_the_units_of_that_day_however_many_steps_away() -> None:
    first = a_unit("mot", valid=Span(None, date(2010, 1, 1)), successors=(UnitId("hai"),))
    second = a_unit("hai", valid=Span(date(2010, 1, 2), date(2012, 1, 1)), successors=(UnitId("ba"),))
    third = a_unit("ba", valid=Span(date(2012, 1, 2), None))
    rules = some_rules(units=(first, second, third))
    for day, heir in ((date(2009, 1, 1), first), (date(2011, 1, 1), second), (date(2013, 1, 1), third)):
        assert rules.heirs(first, day) == (heir,)
        assert rules.emails(first, Role.OFFICIAL, day) == (f"{heir.id}@tinh.example",)
    assert rules.heirs(third, date(2009, 1, 1)) == ()


def test_what_outlives_a_unit_is_asked_of_its_heirs_and_else_nobody_writes_to_it() -> None:
    now = at("2013-06-26 08:00")
    for policy, chased in ((OpenDuties.KEEP, True), (OpenDuties.PASS_ON, False)):
        rules = the_rules(policy)
        book = a_book(duties=opened_duties(rules, now, GO_LIVE), scanned_at=now)
        late = [n for n in plan(rules, book, now, GO_LIVE).post if n.kind is NoticeKind.LATE]
        to = {notice.unit.id: notice.to for notice in late if notice.unit}
        expected = {"so-a": ("so-a@tinh.example",)}
        if chased:
            expected["so-tai-chinh"] = ("so-a@tinh.example", "so-b@tinh.example")
        assert to == expected


@pytest.mark.parametrize("sender", ["so-tai-chinh", "so-a"])
def test_what_a_unit_left_behind_and_its_heir_hands_in_is_asked_about_and_holds_nobody_late(
    sender: str,
) -> None:
    ended = a_unit(
        valid=Span(None, JUNE_15),
        successors=(UnitId("so-a"),),
        addresses=(
            UnitAddress(email="so-tai-chinh@tinh.example", role=Role.OFFICIAL, valid=Span(None, JUNE_15)),
        ),
    )
    rules = some_rules(units=(ended, a_unit("so-a", valid=Span(JUNE_16, None))), reports=(a_report(day=10),))
    now = at("2013-06-18 08:00")
    book = a_book(duties=opened_duties(rules, now, GO_LIVE), scanned_at=now)
    known = Known(open=book.open_duties)
    mail = a_mail("Báo cáo tháng 6 năm 2013", sender=Address(f"{sender}@tinh.example"))
    verdict = classify(mail, rules, now, known)
    assert isinstance(verdict, Unclear)
    assert verdict.findings.may_be == ("so-tai-chinh", "so-a")
    (left,) = [duty for duty in book.duties.values() if duty.key.unit == "so-tai-chinh"]
    assert judge(left, book, now).standing is Standing.OVERDUE
    waiting = replace(book, arrivals=(an_arrival(verdict, now),))
    assert judge(left, waiting, now).doubt is Doubt.UNDECIDED_MAIL
    found = Filed(unit=left.key.unit, filings=verdict.candidates, findings=verdict.findings)
    ruling = Ruling(number=1, arrival=1, verdict=found, by="an", why="báo cáo của đơn vị cũ", ruled_at=now)
    receipts = list(answers(rules, replace(waiting, rulings=(ruling,)), now, GO_LIVE))
    assert [notice.to for notice in receipts if isinstance(notice, Notice)] == [("so-a@tinh.example",)]
    # What it owes itself is its own.
    own = classify(replace(mail, subject="Báo cáo tháng 7 năm 2013"), rules, at("2013-07-08 08:00"), known)
    assert isinstance(own, Filed)


@pytest.mark.parametrize(
    ("of_unit", "asked"),
    [
        ("của UBND huyện Đại Từ", True),
        ("huyện Đại Từ", True),
        ("của UBND xã Đại Từ", False),
        ("Đại Từ", False),
        ("", False),
    ],
)
def test_where_heir_and_former_unit_owe_the_same_a_report_that_names_the_former_one_is_asked_about(
    of_unit: str, *, asked: bool
) -> None:
    former, heir, _ = the_rules(OpenDuties.KEEP).units
    former, heir = replace(former, name="UBND huyện Đại Từ"), replace(heir, name="UBND xã Đại Từ")
    rules = some_rules(units=(replace(former, successors=(heir.id,)), heir), reports=(a_report(),))
    now = at("2013-06-20 08:00")
    known = Known(open=a_book(duties=opened_duties(rules, now, GO_LIVE), scanned_at=now).open_duties)
    mail = a_mail(f"Báo cáo tháng 6 năm 2013 {of_unit}", sender=Address("so-a@tinh.example"))
    verdict = classify(mail, rules, now, known)
    if asked:
        assert isinstance(verdict, Unclear)
        assert verdict.findings.may_be == ("so-tai-chinh", "so-a")
    else:
        assert isinstance(verdict, Filed)
        assert verdict.unit == "so-a"


@pytest.mark.parametrize(
    ("subject", "file"), [("Báo cáo tháng 6 năm 2013", "bc.pdf"), ("Kính gửi Văn phòng", "scan0001.pdf")]
)
def test_a_mail_from_the_box_of_a_unit_with_several_heirs_holds_that_unit_late_neither(
    subject: str, file: str
) -> None:
    rules = the_rules(OpenDuties.KEEP)
    ended, *heirs = rules.units
    box = UnitAddress(email="so-tai-chinh@tinh.example", role=Role.OFFICIAL, valid=Span(None, JUNE_15))
    rules = replace(rules, units=(replace(ended, addresses=(box,)), *heirs))
    came, looked = at("2013-06-20 08:00"), at("2013-06-26 08:00")
    book = a_book(duties=opened_duties(rules, came, GO_LIVE), scanned_at=looked)
    (left,) = [duty for duty in book.duties.values() if duty.key.unit == "so-tai-chinh"]
    mail = a_mail(subject, file, sender=Address(box.email))
    verdict = classify(mail, rules, came, Known(open=book.open_duties))
    assert isinstance(verdict, Unclear)
    assert verdict.findings.may_be == ("so-a", "so-b", "so-tai-chinh")
    waiting = replace(book, arrivals=(an_arrival(verdict, came),))
    assert judge(left, waiting, looked).doubt is Doubt.UNDECIDED_MAIL
    late = [n.unit for n in plan(rules, waiting, looked, GO_LIVE).post if n.kind is NoticeKind.LATE]
    assert late == []
