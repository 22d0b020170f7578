"""Held letters that a reply lets go: answers by one person, a batch by two, and a batch is never dropped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import filed
from core.test_orders import NOW, RULES, SECRET, after, given_book, outcome, reply, spelled

from mailbot.core.book import Book
from mailbot.core.command import Done, Verb
from mailbot.core.delivery.held import held_lines
from mailbot.core.mail import Mail
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.order import Outcome
from mailbot.core.rules import Rules, Staff, StaffRole, UnitId
from mailbot.core.senders.token import Deed, mint

FIRST, SECOND = "th@vp.example", "pho@vp.example"
UNITS = (UnitId("so-tai-chinh"), UnitId("huyen-dai-tu"))


def held(number: int, kind: NoticeKind = NoticeKind.LATE, **more: object) -> PostedLetter:
    letter = PostedLetter(
        number=number,
        kind=kind,
        keys=(f"{kind}/{number}",),
        state=State.HELD,
        unit=UNITS[number % 2],
        batch=7,
        held_why="từ lần thứ 2 trở đi chờ cán bộ duyệt",
    )
    return replace(letter, **more)  # type: ignore[arg-type]


def book_with(*letters: PostedLetter) -> Book:
    return given_book(filed("2013-05"), letters={letter.keys[0]: letter for letter in letters})


def two_readers(rules: Rules) -> Rules:
    staff = Staff(name="Phó phòng", email=SECOND, roles=frozenset({StaffRole.DIGEST}))
    return replace(rules, office=replace(rules.office, staff=(*rules.office.staff, staff)))


@pytest.fixture(autouse=True)
def staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.test_orders.RULES", two_readers(RULES))


def clicks(who: str, argument: str) -> Mail:
    deed = Deed(staff=who, says=spelled(Verb.RELEASE_ALL, None, argument), version=0)
    token = mint(SECRET, deed, NOW)
    return reply(f"LENH {deed.says} MA {token.upper()}", sender=who)


BATCH = "7/late"


def test_a_batch_leaves_only_when_two_members_of_the_staff_say_so() -> None:
    book = book_with(held(1), held(2), held(3))
    book, first = after(clicks(FIRST, BATCH), book)
    assert (first.done, first.release) == (Done.DONE, ())
    assert "cần thêm một cán bộ khác" in first.says
    # The same person again is no second one.
    book, again = after(clicks(FIRST, BATCH), book)
    assert (again.done, again.release) == (Done.REFUSED, ())
    _, second = after(clicks(SECOND, BATCH), book)
    assert (second.done, second.release) == (Done.DONE, (1, 2, 3))


def test_a_second_word_that_comes_too_late_or_to_another_batch_is_a_first_one() -> None:
    book, _ = after(clicks(FIRST, BATCH), book_with(held(1), held(2), held(9, batch=8)))
    assert after(clicks(SECOND, "8/late"), book)[1].release == ()
    old = {n: replace(c, decided_at=NOW - timedelta(hours=73)) for n, c in book.commands.items()}
    assert after(clicks(SECOND, BATCH), replace(book, commands=old))[1].release == ()


def test_what_may_have_arrived_or_was_set_aside_by_a_person_stays_where_it_is() -> None:
    letters = (held(1), held(2, unknown=1), held(3, held_why=""), held(4, state=State.DROPPED))
    book, _ = after(clicks(FIRST, BATCH), book_with(*letters))
    assert after(clicks(SECOND, BATCH), book)[1].release == (1,)


def test_whoever_lets_a_batch_go_has_not_been_shown_the_new_addresses_in_it_and_the_other_way_round() -> None:
    new = {"held_why": "lần đầu gửi đến địa chỉ mới, đề nghị kiểm tra: x@tinh.example"}
    letters = (held(1), held(2), held(3, **new), held(4, **new))
    for argument, numbers in ((BATCH, (1, 2)), (f"{BATCH}/dia-chi", (3, 4))):
        book, _ = after(clicks(FIRST, argument), book_with(*letters))
        assert after(clicks(SECOND, argument), book)[1].release == numbers


def test_all_answers_that_the_digest_lists_leave_by_one_click() -> None:
    letters = [held(n, NoticeKind.RECEIPT, batch=n) for n in (1, 2, 3, 8)]
    book = book_with(*letters, held(5, NoticeKind.QUERY), held(6))
    found: Outcome = outcome(clicks(FIRST, "tra-loi/receipt/3"), book)
    # Neither what was written since, nor another kind, nor what chases.
    assert (found.done, found.release) == (Done.DONE, (1, 2, 3))
    assert outcome(clicks(FIRST, "tra-loi/late/9"), book).done is Done.REFUSED
    assert outcome(clicks(FIRST, "9/receipt"), book).done is Done.REFUSED


@pytest.mark.parametrize(
    "argument", ["7", "7/", "/late", "tra-loi", "tra-loi/receipt", "tra-loi/receipt/x", "0/late"]
)
def test_an_argument_that_names_nothing_lets_nothing_go(argument: str) -> None:
    book = book_with(held(1, NoticeKind.RECEIPT), held(2))
    assert outcome(clicks(FIRST, argument), book).release == ()


def test_the_list_has_one_line_for_all_receipts_and_one_for_each_batch() -> None:
    receipts = [held(n, NoticeKind.RECEIPT, batch=n, held_why="thời gian đầu") for n in (1, 2, 3)]
    lines = list(
        held_lines(two_readers(RULES), book_with(*receipts, held(5), held(6), held(9, batch=8)), NOW)
    )
    assert [(line.batch, line.kind, line.numbers) for line in lines] == [
        (0, NoticeKind.RECEIPT, (1, 2, 3)),
        (7, NoticeKind.LATE, (5, 6)),
        (8, NoticeKind.LATE, (9,)),
    ]
    assert lines[0].readers == 2
