"""What nobody can be taken for the sender of wakes the officers on duty, and nothing else follows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import GO_LIVE, a_book, a_mail, a_unit, an_arrival, at, some_rules

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.classify import classify
from mailbot.core.emergencies.urgent_matter import UrgentMatter
from mailbot.core.mail import Address, Level, Proof
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.senders.doubtful import weighed
from mailbot.core.verdict import Findings, Ignored, Reason

NIGHT = at("2013-06-22 02:10")
RULES = some_rules(units=(replace(a_unit("phu-luong"), name="UBND xã Phú Lương", symbols=(), aliases=()),))
OFFICER = RULES.office.staff[0].email
ELSEWHERE = "vanthu.phuluong@gmail.example"


def came(subject: str, number: int = 1, when: datetime = NIGHT, sender: str = ELSEWHERE) -> Arrival:
    text = "UBND xã Phú Lương báo cáo: lũ quét lúc 1h, 3 người mất tích."
    mail = replace(a_mail(subject, sender=Address(sender), text=text), attachments=())
    if sender != ELSEWHERE:
        mail = replace(mail, proof=Proof(Level.FAILED, "dmarc=fail"))
    verdict = weighed(classify(mail, RULES, when), mail, pausing=True)
    return an_arrival(verdict, when, number, mail=mail)


def posted(book: Book, now: datetime) -> list[UrgentMatter]:
    notices = plan(RULES, book, now, GO_LIVE).post
    assert {notice.kind for notice in notices} <= {NoticeKind.URGENT}
    return [notice.matter for notice in notices if isinstance(notice.matter, UrgentMatter)]


@pytest.mark.parametrize("sender", [ELSEWHERE, "phu-luong@tinh.example"])
def test_a_flood_told_from_a_strange_or_forged_address_alerts_the_officers_alone(sender: str) -> None:
    book = a_book(came("UBND xã Phú Lương báo cáo lũ quét", sender=sender))
    (matter,) = posted(book, NIGHT)
    assert matter.unproven
    assert matter.unit.id == "phu-luong"
    assert posted(book, NIGHT + timedelta(hours=25)) == []


@pytest.mark.parametrize("subject", ["Mời dự diễn tập xã Phú Lương", "Báo cáo tháng 5/2013 xã Phú Lương"])
def test_what_tells_of_nothing_urgent_alerts_nobody(subject: str) -> None:
    arrival = came(subject)
    text = replace(arrival.mail, text="UBND xã Phú Lương gửi.")
    quiet = replace(arrival, mail=text, verdict=classify(text, RULES, NIGHT))
    assert posted(a_book(quiet), NIGHT) == []


def test_who_names_no_unit_of_ours_wakes_nobody() -> None:
    mail = replace(a_mail("Tin nhanh lũ quét", sender=Address("news@x.example"), text=""), attachments=())
    assert posted(a_book(an_arrival(classify(mail, RULES, NIGHT), NIGHT, 1, mail=mail)), NIGHT) == []


def test_a_storm_of_such_mails_is_two_letters_an_hour() -> None:
    mails = [came("UBND xã Phú Lương: lũ quét", n, NIGHT + timedelta(seconds=20 * n)) for n in range(1, 90)]
    late = NIGHT + timedelta(minutes=55)
    assert [len(matter.reports) for matter in posted(a_book(*mails), late)] == [1, 88]
    assert [len(matter.reports) for matter in posted(a_book(*mails), NIGHT + timedelta(minutes=40))] == [1]


def test_what_a_person_has_ruled_on_is_told_no_more() -> None:
    aside = Ignored(reason=Reason.REJECTED, findings=Findings())
    ruling = Ruling(number=1, arrival=1, verdict=aside, ruled_at=NIGHT, by=OFFICER, why="gọi điện: tin giả")
    book = replace(a_book(came("UBND xã Phú Lương báo cáo lũ quét")), rulings=(ruling,))
    assert posted(book, NIGHT + timedelta(minutes=1)) == []
