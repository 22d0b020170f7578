"""A report that nothing proves is confirmed by the code that its registered box has read, and so alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import GO_LIVE, a_mail, at, filed
from core.test_orders import JUNE, NOW, RULES, SECRET, UNIT, after, given_book, reply

from mailbot.core.book import Book
from mailbot.core.command import Done
from mailbot.core.mail import Level, Mail, Proof
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.replies.reply import read_command
from mailbot.core.senders.confirmation import code, opens
from mailbot.core.senders.doubtful import weighed
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Commanded, Filed, Findings, Question, Unclear
from mailbot.post.contents import contents

BOX = "so-tai-chinh@tinh.example"
UNPROVED = Unclear(question=Question.UNVERIFIED, findings=Findings(unit=UNIT), candidates=(JUNE,))
RIGHT = code(SECRET, 1, 0, BOX)


def waiting() -> Book:
    """The report came as arrival 1; nothing proves who sent it."""
    return given_book(UNPROVED)


def says(text: str, sender: str = BOX) -> Mail:
    return reply("Re: [BC-000001] Đã nhận thư, đang chờ xem xét", text, sender=sender)


def test_the_letter_to_the_registered_box_brings_the_code_and_the_unit_is_not_late_meanwhile() -> None:

    book = waiting()
    (query,) = [n for n in plan(RULES, book, NOW, GO_LIVE).post if n.kind is NoticeKind.QUERY]
    assert query.to == (BOX,)
    told = contents(query, RULES, NOW, SECRET)
    assert told.confirmation == RIGHT  # type: ignore[union-attr]
    late = replace(book, scanned_at=at("2013-06-27 09:00"))
    duty = next(d for k, d in book.duties.items() if (k.unit, k.report) == (UNIT, JUNE.report))
    assert judge(duty, late, at("2013-06-27 09:00")).standing is Standing.NOT_JUDGED


@pytest.mark.parametrize(
    "text",
    [
        f"XÁC NHẬN {RIGHT}",
        f"xac nhan {RIGHT.lower().replace('-', ' ')}",
        f"Xác nhận mã: {RIGHT.replace('-', '')}.",
    ],
)
def test_whoever_read_the_box_confirms_and_the_report_counts_from_when_it_came(text: str) -> None:
    book, done = after(says(text), waiting())
    assert done.done is Done.DONE, done.says
    verdict = book.verdict(book.by_number[1])
    assert isinstance(verdict, Filed)
    assert verdict.filings == (JUNE,)
    assert book.ruled[1].by == "unit/so-tai-chinh"
    assert book.handed[next(k for k in book.handed)][0].at == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "XÁC NHẬN",
        "XÁC NHẬN AAAA-AAAA",
        f"XÁC NHẬN {code(SECRET, 2, 0, BOX)}",
        f"XÁC NHẬN {code(b'x' * 32, 1, 0, BOX)}",
        f"XÁC NHẬN {code(SECRET, 1, 1, BOX)}",
    ],
)
def test_nothing_else_confirms(text: str) -> None:
    book, done = after(says(text), waiting())
    assert done.rulings == () or book.verdict(book.by_number[1]) == UNPROVED
    assert book.verdict(book.by_number[1]) == UNPROVED


def test_the_code_of_one_box_opens_nothing_from_another() -> None:
    book, done = after(says(f"XÁC NHẬN {RIGHT}", "giamdoc.so-tai-chinh@tinh.example"), waiting())
    assert done.done is Done.REFUSED
    book, done = after(says(f"XÁC NHẬN {RIGHT}", "huyen-dai-tu@tinh.example"), waiting())
    assert done.done is Done.REFUSED
    assert book.verdict(book.by_number[1]) == UNPROVED


def test_a_code_serves_once_and_for_a_week() -> None:
    book, _ = after(says(f"XÁC NHẬN {RIGHT}"), waiting())
    _, again = after(says(f"XÁC NHẬN {RIGHT}"), book)
    assert (again.done, again.rulings) == (Done.REFUSED, ())
    _, late = after(says(f"XÁC NHẬN {RIGHT}"), waiting(), NOW + timedelta(days=8))
    assert late.done is Done.REFUSED


def test_whoever_guesses_is_stopped_even_if_he_finds_it_at_last() -> None:
    book = waiting()
    for _ in range(5):
        book, _ = after(says("XÁC NHẬN AAAA-AAAA"), book)
    book, done = after(says(f"XÁC NHẬN {RIGHT}"), book)
    assert done.done is Done.REFUSED
    assert book.verdict(book.by_number[1]) == UNPROVED


def test_the_code_is_read_from_a_line_of_its_own_and_not_where_a_machine_quotes_it() -> None:
    quoted = f"Tôi đang nghỉ phép.\n\n> XÁC NHẬN {RIGHT}\n"
    assert read_command("Trả lời tự động: [BC-000001]", quoted) is None
    assert read_command("Re: [BC-000001]", f"Chúng tôi đã XÁC NHẬN {RIGHT} rồi") is None


def test_a_reply_that_is_itself_unproved_may_confirm_but_a_forged_one_may_not() -> None:
    verdict = Commanded(
        unit=UNIT, command=read_command("", f"XÁC NHẬN {RIGHT}"), findings=Findings(unit=UNIT)
    )  # type: ignore[arg-type]
    known = weighed(verdict, a_mail(proof=Proof(level=Level.KNOWN)), pausing=True)
    assert known == verdict
    forged = weighed(verdict, a_mail(proof=Proof(level=Level.FAILED)), pausing=True)
    assert isinstance(forged, Unclear)
    assert forged.question is Question.FORGED


def test_what_was_filed_otherwise_meanwhile_is_not_confirmed() -> None:
    book = given_book(filed("2013-06"))
    assert after(says(f"XÁC NHẬN {RIGHT}"), book)[1].done is Done.REFUSED


def test_codes_are_compared_whatever_their_case_and_hyphen() -> None:
    assert opens("k7qm 2xpa", "K7QM-2XPA")
    assert not opens("k7qm2xpb", "K7QM-2XPA")
    assert not opens("", "K7QM-2XPA")
