"""After RFC 3834: what answers our letters without end is not answered without end; a correction is."""

from dataclasses import replace
from datetime import datetime, timedelta

from builders import GO_LIVE, a_book, a_mail, an_arrival, at, filed, some_rules
from core.test_orders import ASKED, NOW, after, given_book, reply
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.mail import Address
from mailbot.core.notice import Notice
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import UnitId
from mailbot.core.senders.restraint import LONG, MOST_IN_LONG, MOST_IN_SHORT, SHORT, restraint
from mailbot.core.verdict import Findings, Question, Unclear

RULES = some_rules()
ANSWERS = {NoticeKind.RECEIPT, NoticeKind.QUERY, NoticeKind.RESULT, NoticeKind.STATUS, NoticeKind.HELP}
UNKNOWN = Unclear(question=Question.NO_FILE, findings=Findings(unit=UnitId("so-tai-chinh")))


def echo(number: int, moment: datetime, sender: str = "so-tai-chinh@tinh.example") -> Arrival:
    """A mail that answers one of ours, brings nothing, and bears no sign of a machine."""
    mail = a_mail(
        f"Re: [BC-{number:06}] Đề nghị bổ sung thông tin báo cáo", attachments=(), sender=Address(sender)
    )
    return an_arrival(UNKNOWN, moment, number, mail=replace(mail, attachments=()))


def answered(book: Book, now: datetime) -> list[Notice]:
    return [notice for notice in plan(RULES, book, now, GO_LIVE).post if notice.kind in ANSWERS]


def test_a_machine_that_nobody_recognises_has_six_answers_in_ten_minutes_and_twenty_in_a_day() -> None:
    # It answers each of our letters a second later, for a day.
    arrivals, sent, moment = [], 0, NOW
    while moment < NOW + timedelta(hours=23):
        arrivals.append(echo(len(arrivals) + 1, moment))
        moment += timedelta(minutes=1)
    book = a_book(*arrivals)
    silent = restraint(book, moment).arrivals
    sent = len(arrivals) - len(silent)
    assert sent == MOST_IN_LONG
    first = [a for a in arrivals if a.arrived_at < NOW + SHORT and a.number not in silent]
    assert len(first) == MOST_IN_SHORT


@given(
    st.lists(st.tuples(st.integers(0, 3 * 24 * 60), st.integers(0, 2)), max_size=120),
)
def test_no_address_ever_has_more_answers_than_the_limits(minutes: list[tuple[int, int]]) -> None:
    senders = ("a@tinh.example", "b@tinh.example", "c@tinh.example")
    arrivals = [
        echo(n, NOW + timedelta(minutes=at_), senders[who]) for n, (at_, who) in enumerate(sorted(minutes), 1)
    ]
    silent = restraint(a_book(*arrivals), NOW + timedelta(days=3)).arrivals
    for sender in senders:
        theirs = [a for a in arrivals if a.mail.sender and a.mail.sender.email == sender]
        got = [a.arrived_at for a in theirs if a.number not in silent]
        for span, most in ((SHORT, MOST_IN_SHORT), (LONG, MOST_IN_LONG)):
            assert all(sum(start <= at_ < start + span for at_ in got) <= most for start in got)
        # Whoever never writes too much is always answered.
        if len(theirs) <= MOST_IN_SHORT:
            assert len(got) == len(theirs)


def test_twenty_reports_in_a_morning_have_twenty_receipts() -> None:
    arrivals = [
        an_arrival(filed("2013-05"), NOW + timedelta(seconds=10 * n), n, mail=a_mail(f"Re: báo cáo số {n}"))
        for n in range(1, 21)
    ]
    found = answered(a_book(*arrivals), NOW + timedelta(minutes=5))
    assert len([notice for notice in found if notice.kind is NoticeKind.RECEIPT]) == 20


def test_a_secretary_who_corrects_herself_several_times_is_answered_each_time() -> None:
    book = given_book(ASKED, now=at("2013-06-18 09:00"))
    moment = at("2013-06-18 09:01")
    for text in ("SAI", "1", "SAI quý II năm 2013", "SAI tháng 6 năm 2013", "TRẠNG THÁI"):
        book, _ = after(reply("Re: [BC-000001] Xác nhận", text), book, moment)
        moment += timedelta(minutes=1)
    assert restraint(book, moment).arrivals == frozenset()


def test_a_correction_beyond_the_limit_is_carried_out_and_not_receipted() -> None:
    now = at("2013-06-18 09:00")
    book = given_book(filed("2013-06"), now=now)
    for n in range(8):
        text = "SAI quý II năm 2013" if n % 2 == 0 else "SAI tháng 6 năm 2013"
        book, _ = after(reply("Re: [BC-000001] Xác nhận", text), book, now + timedelta(seconds=n))
    assert len(book.rulings) == 8
    found = answered(book, now + timedelta(seconds=9))
    assert [n for n in found if n.kind is NoticeKind.RECEIPT and n.keys[0].startswith("receipt/1/")] == []
    # A person of the office who rules on that mail is heard all the same.
    last = book.rulings[-1]
    ruling = replace(last, number=9, by="th@vp.example", ruled_at=now + timedelta(seconds=9))
    found = answered(replace(book, rulings=(*book.rulings, ruling)), now + timedelta(seconds=10))
    assert [n.keys for n in found if n.kind is NoticeKind.RECEIPT] == [("receipt/1/9",)]
