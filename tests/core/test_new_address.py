"""Which addresses a person must see first, and which have proved themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import a_book, a_mail, a_unit, an_arrival, at, filed, posted, some_rules

from mailbot.core.book import Book
from mailbot.core.delivery.approval import FirstWeeks, approval
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.delivery.held import held_lines
from mailbot.core.delivery.new_address import addresses_to_ask, asked_about, common_reason, question, unproved
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import Address, Automation, Level, Mail, Proof
from mailbot.core.notice import ChaseMatter, Notice
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import ReportId, Unit

NEW, HEAD, OLD = "sotaichin@tinh.example", "giamdoc@tinh.example", "huyen@tinh.example"
NOW, DUE = at("2013-06-18 09:00"), at("2013-06-25 17:00")
RULES = some_rules()
KEY = DutyKey(a_unit().id, ReportId("bc-month"), Period.parse("2013-06"))


def a_notice(
    kind: NoticeKind = NoticeKind.REMINDER, to: str = NEW, *copies: str, unit: Unit | None = RULES.units[0]
) -> Notice:
    return Notice(
        kind=kind,
        keys=(f"{kind}/{KEY}/1",),
        to=(to,),
        copies=copies,
        due_at=NOW,
        expires_at=NOW + timedelta(days=3),
        matter=ChaseMatter(items=()),
        unit=unit,
    )


def from_it(**changes: object) -> Book:
    mail: Mail = replace(a_mail(sender=Address(NEW)), **changes)  # type: ignore[arg-type]
    return a_book(an_arrival(filed("2013-05"), NOW, mail=mail))


def fact(sign: Sign) -> Book:
    return a_book(addresses=(AddressFact(email=NEW, at=NOW, sign=sign),))


@pytest.mark.parametrize(
    ("book", "new"),
    [
        (a_book(), True),
        (fact(Sign.TAKEN), False),
        (fact(Sign.ALIVE), False),
        (fact(Sign.REFUSED), True),
        (fact(Sign.RETURNED), True),
        (from_it(), False),
        (from_it(automation=Automation.AUTO_REPLY), False),
        (from_it(automation=Automation.BOUNCE), True),
        (from_it(proof=Proof(Level.FAILED)), True),
        (from_it(sender=Address(OLD)), True),
    ],
)
def test_an_address_has_proved_itself_by_a_letter_taken_or_a_mail_that_came(book: Book, new: bool) -> None:
    assert unproved([NEW], book) == ({NEW} if new else set())


@pytest.mark.parametrize("kind", NoticeKind)
def test_whoever_wrote_and_whoever_is_in_an_emergency_never_waits_for_it(kind: NoticeKind) -> None:
    waits = bool(question(a_notice(kind), {NEW}))
    assert waits is (NEW in addresses_to_ask([a_notice(kind)]))
    answers = {"receipt", "query", "sealed", "alert", "status", "help", "result"}
    assert waits is (kind not in answers | {"incident", "demand", "nudge"})
    assert not question(a_notice(kind, unit=None), {NEW}), "letters to the staff bring the question"


def test_the_reason_names_the_new_addresses_alone() -> None:
    why = question(a_notice(NoticeKind.REMINDER, OLD, NEW, HEAD), {NEW, HEAD})
    assert asked_about(why) == (NEW, HEAD)
    assert common_reason(why) == "lần đầu gửi đến địa chỉ mới, đề nghị kiểm tra"
    assert question(a_notice(NoticeKind.REMINDER, OLD), {NEW}) == ""
    other = "thời gian đầu vận hành: thư gửi đơn vị chờ cán bộ duyệt"
    assert (asked_about(other), common_reason(other)) == ((), other)


def test_in_the_first_weeks_all_are_new_and_none_is_asked_about() -> None:
    notice, weeks = a_notice(), FirstWeeks(until=NOW + timedelta(days=1))
    assert "thời gian đầu" in approval(notice, RULES, NOW, weeks, unknown={NEW})
    but = replace(weeks, but=frozenset({NoticeKind.REMINDER}))
    assert approval(notice, RULES, NOW, but, unknown={NEW}) == ""
    over = replace(weeks, until=NOW)
    assert asked_about(approval(notice, RULES, NOW, over, unknown={NEW})) == (NEW,)
    assert approval(notice, RULES, NOW, over, approved=notice.keys, unknown={NEW}) == ""


def test_a_new_address_is_asked_about_before_any_other_reason() -> None:
    rules = replace(RULES, approval=frozenset({"reminder"}))
    assert asked_about(approval(a_notice(), rules, NOW, None, unknown={NEW})) == (NEW,)
    assert "quy tắc của Văn phòng" in approval(a_notice(), rules, NOW, None)


def lines_of(*letters: PostedLetter) -> Sequence[tuple[object, ...]]:
    duty = Duty(key=KEY, opens_at=at("2013-06-01"), due_at=DUE, basis="", derivation="")
    book = a_book(duties=[duty], letters={letter.keys[0]: letter for letter in letters})
    found = held_lines(RULES, book, NOW)
    return [(line.why, line.numbers, line.new, line.alone, line.due_at) for line in found]


def held(number: int, why: str, key: str = "x") -> PostedLetter:
    letter = posted(number, NoticeKind.REMINDER, f"{key}/{number}", state=State.HELD)[f"{key}/{number}"]
    return replace(letter, held_why=why, batch=7)


def test_a_batch_is_one_line_that_tells_the_addresses_and_the_next_deadline() -> None:
    first = held(1, question(a_notice(), {NEW}), key=f"reminder/{KEY}")
    second, other = held(2, question(a_notice(to=HEAD), {HEAD})), held(3, "khác")
    why = "lần đầu gửi đến địa chỉ mới, đề nghị kiểm tra"
    assert lines_of(first, second) == [(why, (1, 2), ((NEW,), (HEAD,)), True, DUE)]
    assert lines_of(first, second, other) == [
        (why, (1, 2), ((NEW,), (HEAD,)), False, DUE),
        ("khác", (3,), ((),), False, None),
    ]
