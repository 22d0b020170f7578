"""What follows from commands: the harmless is done, the rest is asked, and nobody rules for another."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from builders import GO_LIVE, a_book, a_mail, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.changes.in_force import in_force
from mailbot.core.classify import Known, classify
from mailbot.core.command import Carried, Done, Verb
from mailbot.core.duty import opened_duties
from mailbot.core.letters.answer_matter import ResultMatter
from mailbot.core.mail import Address, Attachment, Level, Mail, Nature, Proof
from mailbot.core.notice import Notice, ReceiptMatter
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.order import Order, Outcome, carried, is_locked, pending
from mailbot.core.replies.ordering import carry_out
from mailbot.core.replies.staff_order import spelled
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.senders.token import Deed, mint
from mailbot.core.tasks.assignment import Assignment, Task
from mailbot.core.verdict import (
    Commanded,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
)

RULES = some_rules()
NOW = at("2013-06-24 09:00")
SECRET = b"k" * 32
UNIT = UnitId("so-tai-chinh")
JUNE = Filing(ReportId("bc-month"), Period.parse("2013-06"))
QUARTER = Filing(ReportId("bc-quarter"), Period.parse("2013-Q2"))
STAFF = "th@vp.example"
BY_THE_CLOCK = {NoticeKind.REMINDER, NoticeKind.LATE, NoticeKind.DIGEST}
ASKED = Unclear(question=Question.PERIOD, findings=Findings(unit=UNIT), candidates=(JUNE, QUARTER))


def reply(subject: str, text: str = "", sender: str = "so-tai-chinh@tinh.example", **more: Any) -> Mail:
    return a_mail(subject, text=text, attachments=(), sender=Address(sender), **more)


EMBLEM = Attachment(name="image001.png", content_type="image/png", size=4_000, sha256="2" * 64)
OUTLOOK = replace(
    EMBLEM,
    name="winmail.dat",
    content_type="application/ms-tnef",
    text="Đôn đốc gửi Báo cáo tháng 6 năm 2013",
    nature=Nature.READ,
)


def given_book(verdict: Verdict, *more: Arrival, now: datetime = NOW, **changes: Any) -> Book:
    """Arrival 1 came in the morning with that verdict; all duties are announced."""
    first = an_arrival(verdict, now - timedelta(hours=1), 1)
    return a_book(first, *more, duties=opened_duties(RULES, now, GO_LIVE), **changes)


def judged(mail: Mail, book: Book, number: int = 2, now: datetime = NOW) -> Arrival:
    verdict = classify(mail, RULES, now, Known(open=book.open_duties))
    return an_arrival(verdict, now, number, mail=mail)


def outcome(mail: Mail, book: Book, now: datetime = NOW, replied: PostedLetter | None = None) -> Outcome:
    arrival = judged(mail, book, now=now)
    assert isinstance(arrival.verdict, Commanded)
    return carry_out(_order(arrival, book, now, replied))


def _order(arrival: Arrival, book: Book, now: datetime, replied: PostedLetter | None = None) -> Order:
    assert isinstance(arrival.verdict, Commanded)
    whole = replace(book, arrivals=(*book.arrivals, arrival))
    return Order(
        arrival=arrival,
        verdict=arrival.verdict,
        rules=RULES,
        files=RULES,
        book=whole,
        now=now,
        replied=replied,
        secret=SECRET,
    )


def after(mail: Mail, book: Book, now: datetime = NOW) -> tuple[Book, Outcome]:
    """The book once the command in `mail` was carried out."""
    arrival = judged(mail, book, len(book.arrivals) + 1, now=now)
    order = _order(arrival, book, now)
    done = carry_out(order)
    rulings = list(book.rulings)
    for ruling in done.rulings:
        rulings.append(
            Ruling(
                number=len(rulings) + 1,
                arrival=ruling.arrival,
                verdict=ruling.verdict,
                by=done.by,
                why=ruling.why,
                ruled_at=now,
            )
        )
    commands = {**book.commands, arrival.number: carried(order, done)}
    told = replace(order.book, rulings=tuple(rulings), commands=commands)
    if (leave := done.leave) is not None:
        told = replace(told.announcing(leave.duties), official=(*told.official, leave.letter))
    return told, done


@pytest.mark.parametrize(
    ("text", "filing"), [("1", JUNE), ("2", QUARTER), ("quý II năm 2013", QUARTER), ("Tháng 6", JUNE)]
)
def test_a_unit_answers_a_query_by_number_or_by_words(text: str, filing: Filing) -> None:
    found = outcome(reply("Re: [BC-000001] Đề nghị bổ sung", text), given_book(ASKED))
    assert found.done is Done.DONE
    assert found.ruling is not None
    assert found.ruling.arrival == 1
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.filings == (filing,)
    assert found.by == "unit/so-tai-chinh"


def test_a_unit_says_that_what_was_asked_about_is_no_report_of_its_own() -> None:
    book = given_book(replace(ASKED, question=Question.REPORT))
    told, found = after(reply("Re: [BC-000001] Đề nghị bổ sung", "0 ạ"), book)
    assert found.done is Done.DONE
    assert found.ruling is not None
    verdict = told.verdict(told.by_number[1])
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.NOT_A_REPORT
    # It waits for nobody any more, and the unit is told what became of it.
    assert 1 not in {arrival.number for arrival in told.unsettled}
    matters = [notice.matter for notice in plan(RULES, told, NOW, GO_LIVE).post]
    receipts = [matter for matter in matters if isinstance(matter, ReceiptMatter)]
    assert [(matter.arrival.number, matter.by_unit) for matter in receipts] == [(1, True)]


@pytest.mark.parametrize("text", ["3", "ĐÚNG"])
def test_an_answer_that_chooses_nothing_is_asked_again(text: str) -> None:
    found = outcome(reply("Re: [BC-000001] Đề nghị bổ sung", text), given_book(ASKED))
    assert (found.done, found.ruling) == (Done.REFUSED, None)
    assert "số thứ tự" in found.says


def test_no_word_makes_a_report_of_a_mail_without_a_file() -> None:
    book = given_book(replace(ASKED, question=Question.NO_FILE))
    assert outcome(reply("Re: [BC-000001] Đề nghị", "1"), book).done is Done.REFUSED
    for files in ((), (EMBLEM,)):
        mail = a_mail(attachments=files)
        bare = replace(book, arrivals=(replace(book.arrivals[0], verdict=ASKED, mail=mail),))
        assert outcome(reply("Re: [BC-000001] Đề nghị", "1"), bare).done is Done.REFUSED


@pytest.mark.parametrize("text", ["SAI quý II năm 2013", "ĐÚNG", "1"])
def test_an_answer_is_obeyed_whatever_its_mail_program_adds(text: str) -> None:
    plain = reply("Re: [BC-000001] Xác nhận", text)
    bare = classify(plain, RULES, NOW)
    assert isinstance(bare, Commanded)
    for added in (EMBLEM, OUTLOOK):
        assert classify(replace(plain, attachments=(added,)), RULES, NOW) == bare


def test_a_unit_corrects_what_its_own_mail_is() -> None:
    now = at("2013-06-18 09:00")
    book = given_book(filed("2013-06"), now=now)
    found = outcome(reply("Re: [BC-000001] Xác nhận", "SAI quý II năm 2013"), book, now)
    assert found.ruling is not None
    assert found.ruling.arrival == 1
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.filings == (QUARTER,)


def test_a_correction_of_what_answers_a_task_is_for_a_person() -> None:
    book = given_book(filed("2013-E1", "nv-1"))
    found = outcome(reply("Re: [BC-000001] Xác nhận", "SAI, nhiệm vụ chưa hoàn thành"), book)
    assert found.ruling is not None
    assert found.ruling.arrival == 2
    assert isinstance(found.ruling.verdict, Unclear)
    assert found.ruling.verdict.question is Question.REQUEST


def test_a_correction_to_what_is_already_overdue_is_for_a_person() -> None:
    now = at("2013-06-28 09:00")
    book = given_book(filed("2013-Q2", "bc-quarter"), now=now)
    found = outcome(reply("Re: [BC-000001] Xác nhận", "SAI tháng 6 năm 2013"), book, now)
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert found.ruling.arrival == 2
    assert isinstance(found.ruling.verdict, Unclear)
    assert found.ruling.verdict.question is Question.REQUEST


@pytest.mark.parametrize("words", [("TRỢ GIÚP", "TRỢ GIÚP"), ("OK", "Vâng"), ("TRỢ GIÚP", "Vâng")])
def test_replies_that_need_help_at_once_are_answered_by_one_letter(words: tuple[str, str]) -> None:
    known = given_book(filed("2013-06"))
    asked = [judged(reply("Re: [Nhắc] Thời hạn gửi", text), known, n) for n, text in enumerate(words, 2)]
    done = {
        mail.number: Carried(arrival=mail.number, by=f"unit/{UNIT}", done=Done.DONE, says="", decided_at=NOW)
        for mail in asked
    }
    found = plan(RULES, given_book(filed("2013-06"), *asked, commands=done), NOW, GO_LIVE)
    assert [notice.kind for notice in found.post].count(NoticeKind.HELP) == 1
    assert not found.doubled


@pytest.mark.parametrize("reason", [Reason.GRANTED, Reason.DENIED, Reason.NOT_A_REPORT])
def test_who_agrees_with_what_the_office_told_is_asked_for_nothing(reason: Reason) -> None:
    book = given_book(Ignored(reason=reason, findings=Findings(unit=UNIT)))
    for word in ("Đúng ạ", "Đồng ý.", "Nhất trí"):
        found = outcome(reply("Re: [BC-000001] Đồng ý gia hạn gửi Báo cáo tháng 6", word), book)
        assert (found.done, found.says, found.ruling) == (Done.DONE, "", None)


def test_a_bare_sai_is_answered_with_the_likely_reports() -> None:
    found = outcome(reply("Re: [BC-000001] Xác nhận", "SAI"), given_book(filed("2013-06")))
    assert found.ruling is not None
    assert found.ruling.arrival == 1
    assert isinstance(found.ruling.verdict, Unclear)
    assert JUNE not in found.ruling.verdict.candidates
    assert QUARTER in found.ruling.verdict.candidates


@pytest.mark.parametrize(
    "text",
    [
        "Sai số liệu biểu 2, Sở sẽ gửi lại bản thay thế sau.",
        "SAI thời điểm nhận, Sở gửi từ 15h ngày 23/6",
        "Sai phụ lục báo cáo tháng 6 ạ",
        "SAI\nNội dung mục 3 của báo cáo chưa chính xác, Sở xin thay thế",
        "sai tinh trang, So gui dung han",
        "Sai rồi, Sở chưa gửi báo cáo này",
    ],
)
def test_who_says_that_something_else_is_wrong_than_the_report_keeps_what_was_filed(text: str) -> None:
    found = outcome(reply("Re: [BC-000001] Xác nhận", text), given_book(filed("2013-06")))
    assert found.ruling is not None
    assert found.ruling.arrival == 2
    assert isinstance(found.ruling.verdict, Unclear)
    assert found.ruling.verdict.question is Question.REQUEST


def test_who_answers_a_reminder_by_the_name_of_a_report_is_asked_for_the_file_that_he_forgot() -> None:
    mail = reply("Re: [Đôn đốc lần 1] Báo cáo tháng 6 quá thời hạn gửi", "Báo cáo tháng 6\n\nTrân trọng")
    told, found = after(mail, given_book(filed("2013-Q2")))
    assert (found.done, found.says) == (Done.ASKED, "")
    verdict = told.verdict(told.by_number[2])
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.candidates) == (Question.NO_FILE, (JUNE,))


def test_a_unit_does_not_overrule_a_person_of_the_office() -> None:
    book = given_book(filed("2013-06"))
    ruling = Ruling(number=1, arrival=1, verdict=filed("2013-06"), by=STAFF, why="", ruled_at=NOW)
    found = outcome(
        reply("Re: [BC-000001] Xác nhận", "SAI quý II năm 2013"), replace(book, rulings=(ruling,))
    )
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert found.ruling.arrival == 2


@pytest.mark.parametrize("tag", ["[Nhắc] Thời hạn gửi", "[Đôn đốc lần 2]"])
@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị đã gửi báo cáo số 45/BC-STC ngày 24/6/2013 qua trục liên thông.",
        "Kính gửi Văn phòng,\nNguyên nhân chậm: mất điện. Đơn vị sẽ gửi trong ngày mai.",
        "Đơn vị không thuộc đối tượng phải báo cáo nội dung này.",
    ],
)
def test_what_a_late_notice_asks_to_be_told_is_for_a_person_and_no_file_is_asked_for(
    tag: str, text: str
) -> None:
    subject = f"Re: {tag} Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013"
    verdict = classify(reply(subject, text), RULES, NOW)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.REQUEST
    assert any(one.source is Source.BODY and one.text in text for one in verdict.findings.evidence)
    elsewhere = classify(reply("Báo cáo tháng 6 năm 2013", text), RULES, NOW)
    assert isinstance(elsewhere, Unclear)
    assert elsewhere.question is Question.NO_FILE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Đề nghị gửi bổ sung Báo cáo tháng 6 năm 2013", "Phụ lục đã có trong tệp báo cáo, trang 12."),
        ("Đã nhận thư của Sở Tài chính, đang chờ xem xét", "Đơn vị không gửi thư này."),
        ("Xác nhận đã nhận Báo cáo tháng 6 năm 2013", "Số, ký hiệu đúng là 124/BC-STC."),
        ("Xác nhận đã nhận Báo cáo tháng 6 năm 2013", "Nhầm, đây là báo cáo tháng 5"),
        ("Đề nghị bổ sung thông tin báo cáo", "SỞ ĐÃ SÁP NHẬP VÀO SỞ NỘI VỤ TỪ NGÀY 01/3"),
        ("Đề nghị bổ sung thông tin báo cáo", "Hộp thư này không dùng nữa, liên hệ vanthu@stc.example"),
    ],
)
def test_so_is_what_other_letters_ask_to_be_told(subject: str, text: str) -> None:
    verdict = classify(reply(f"Re: [BC-000001] {subject}", text), RULES, NOW)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.REQUEST


LETTERS = sorted((Path(__file__).parent.parent / "post" / "golden").glob("*.txt"))
OWN_ID = f"<k.{'a' * 26}@tinh.example>"


@pytest.mark.parametrize("letter", [pytest.param(path, id=path.stem) for path in LETTERS])
def test_what_a_unit_answers_is_its_own_word_whatever_our_letter_is_called(letter: Path) -> None:
    subject = f"Re: {letter.read_text('utf-8').splitlines()[0].removeprefix('Tiêu đề: ')}"
    thanks = classify(reply(subject, "Cảm ơn Văn phòng.", in_reply_to=OWN_ID), RULES, NOW)
    assert isinstance(thanks, Ignored)
    assert thanks.reason is Reason.COURTESY
    told = classify(reply(subject, "Đơn vị đã gửi bản giấy ngày 20/6.", in_reply_to=OWN_ID), RULES, NOW)
    assert isinstance(told, Unclear)
    assert told.question in {Question.REQUEST, Question.URGENT}
    scan = Attachment(name="scan01.pdf", content_type="application/pdf", size=50_000, sha256="3" * 64)
    brings = replace(reply(subject, "Kính gửi báo cáo.", in_reply_to=OWN_ID), attachments=(scan,))
    verdict = classify(brings, RULES, NOW)
    assert not isinstance(verdict, Ignored)
    assert not isinstance(verdict, Unclear) or verdict.question is not Question.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "Đề nghị Văn phòng đồng ý gia hạn thời gian gửi báo cáo tháng 6 đến ngày 30/6.",
        "Sở Tài chính xin gia hạn đến ngày 30/6.",
    ],
)
def test_who_answers_a_grant_may_ask_for_still_more_time(text: str) -> None:
    verdict = classify(reply("Re: [BC-000001] Đồng ý gia hạn gửi Báo cáo tháng 6", text), RULES, NOW)
    assert isinstance(verdict, Commanded | Unclear)
    assert isinstance(verdict, Commanded) or verdict.question is Question.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "Em gửi lại file đính kèm ạ, đã có chữ ký",
        "Báo cáo tháng 6 năm 2013 " * 30,
        "Sở Tài chính xin gửi Văn phòng ạ",
        "Đỗ Thị Là\nPhó Trưởng phòng Kế hoạch - Sở Tài chính\nĐT 0912345678",
        "",
    ],
)
def test_a_file_that_should_have_come_with_an_answer_is_still_asked_for(text: str) -> None:
    verdict = classify(reply("Re: [Đôn đốc lần 1] Báo cáo tháng 6 năm 2013", text), RULES, NOW)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE


@pytest.mark.parametrize(
    "text",
    [
        "SAI tháng 6, đúng là quý II năm 2013",
        "Sai. Đây là báo cáo quý II, không phải tháng 6",
        "SAI, không phải báo cáo tháng 6 mà là quý II",
        "sai thang 6 -> quy II",
        "SAI tháng 6, sửa thành quý II ạ",
    ],
)
def test_what_a_correction_says_that_the_mail_is_not_is_not_recorded(text: str) -> None:
    now = at("2013-06-18 09:00")
    book = given_book(filed("2013-06"), now=now)
    ruling = outcome(reply("Re: [BC-000001] Xác nhận", text), book, now).ruling
    assert ruling is not None
    assert isinstance(ruling.verdict, Filed)
    assert ruling.verdict.filings == (QUARTER,)


def test_a_correction_that_only_tells_of_a_mistake_is_asked_about() -> None:
    mail = reply("Re: [BC-000001] Xác nhận", "SAI, ghi nhầm quý II thành tháng 6")
    found = outcome(mail, given_book(filed("2013-06")))
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Unclear)
    assert set(found.ruling.verdict.candidates) == {JUNE, QUARTER}


def test_the_line_with_which_webmail_quotes_is_no_part_of_a_correction() -> None:
    quoted = "Vào Th 2, 24 thg 6, 2013 vào lúc 08:15 Văn phòng UBND <\nbaocao@tinh.example> đã viết:"
    book = given_book(filed("2013-Q2"))
    found = outcome(reply("Re: [BC-000001] Xác nhận", f"SAI\n\n{quoted}\n\n> Kính gửi: Sở Tài chính"), book)
    assert found.done is Done.ASKED


@pytest.mark.parametrize("text", ["1", "SAI tháng 5", "ĐÚNG", "SAI đơn vị"])
def test_no_reply_touches_another_units_mail(text: str) -> None:
    other = replace(ASKED, findings=Findings(unit=UnitId("huyen-dai-tu")))
    found = outcome(reply("Re: [BC-000001] Đề nghị", text), given_book(other))
    assert (found.done, found.ruling) == (Done.REFUSED, None)
    sealed = outcome(
        reply("Re: [BC-000001] Đề nghị", text), given_book(Sealed(unit=UNIT, findings=Findings(unit=UNIT)))
    )
    assert sealed.ruling is None


def test_nothing_to_report_fulfils_the_one_open_duty() -> None:
    book = given_book(filed("2013-Q2", "bc-quarter"))
    found = outcome(reply("KHÔNG PHÁT SINH"), book)
    assert found.ruling is not None
    assert found.ruling.arrival == 2
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.filings == (JUNE,)


def test_nothing_to_report_in_answer_to_a_reminder_means_what_was_reminded_of() -> None:
    reminder = PostedLetter(
        number=9,
        kind=NoticeKind.REMINDER,
        keys=("reminder/so-tai-chinh/bc-month/2013-06/1",),
        state=State.SENT,
    )
    book = given_book(Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=UNIT)))
    found = outcome(reply("Re: thời hạn", "Không phát sinh"), book, replied=reminder)
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.filings == (JUNE,)


def test_nothing_to_report_of_several_is_asked_and_then_answered_by_number() -> None:
    book = given_book(Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=UNIT)))
    book, found = after(reply("KHÔNG PHÁT SINH"), book)
    assert found.done is Done.ASKED
    verdict = book.verdict(book.by_number[2])
    assert isinstance(verdict, Unclear)
    number = verdict.candidates.index(JUNE) + 1
    book, found = after(reply("Re: [BC-000002] Đề nghị", str(number)), book)
    assert found.done is Done.DONE
    now_counts = book.verdict(book.by_number[2])
    assert isinstance(now_counts, Filed)
    assert now_counts.filings == (JUNE,)


def test_more_time_is_asked_of_a_person_and_never_granted() -> None:
    found = outcome(reply("XIN GIA HẠN đến ngày 28/6"), given_book(ASKED))
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Unclear)
    assert found.ruling.verdict.question is Question.REQUEST
    assert "28/6" in found.ruling.verdict.findings.evidence[0].text


def letters(mail: Mail, book: Book, now: datetime = NOW) -> list[Any]:
    book, _ = after(mail, book, now)
    return [notice for notice in plan(RULES, book, now, GO_LIVE).post if notice.kind not in BY_THE_CLOCK]


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (reply("TRẠNG THÁI"), NoticeKind.STATUS),
        (reply("trợ giúp"), NoticeKind.HELP),
        (reply("Re: [BC-000001] Xác nhận", "Vâng ạ"), NoticeKind.HELP),
        (reply("Re: [BC-000001] Xác nhận", "1"), NoticeKind.RESULT),
    ],
)
def test_each_word_has_its_letter_to_the_registered_address(mail: Mail, kind: NoticeKind) -> None:
    book = given_book(Ignored(reason=Reason.DUPLICATE, findings=Findings(unit=UNIT)))
    (letter,) = letters(mail, book)
    assert letter.kind is kind
    assert letter.to == ("so-tai-chinh@tinh.example",)


def test_help_comes_once_a_day() -> None:
    book = given_book(Ignored(reason=Reason.DUPLICATE, findings=Findings(unit=UNIT)))
    for _ in range(3):
        book, _ = after(reply("Re: [BC-000001] Xác nhận", "Vâng ạ"), book)
    found = [key for n in plan(RULES, book, NOW, GO_LIVE).post if n.kind is NoticeKind.HELP for key in n.keys]
    assert set(found) == {"help/so-tai-chinh@tinh.example/2013-06-24"}


@pytest.mark.parametrize("kind", [NoticeKind.ASSIGNED, NoticeKind.NUDGE, NoticeKind.DEMAND])
def test_nothing_to_report_in_answer_to_a_letter_about_one_matter_is_no_periodic_report(
    kind: NoticeKind,
) -> None:
    replied = PostedLetter(number=1, kind=kind, keys=(f"{kind}/1/so-tai-chinh",), state=State.SENT)
    book = given_book(filed("2013-Q2", "bc-quarter"))
    found = outcome(reply("KHÔNG PHÁT SINH"), book, replied=replied)
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert found.ruling.arrival == 2
    assert isinstance(found.ruling.verdict, Unclear)


def test_a_letter_that_may_have_arrived_is_let_go_by_no_older_link() -> None:
    letter = PostedLetter(number=5, kind=NoticeKind.LATE, keys=("late/x",), state=State.HELD, unknown=1)
    found = outcome(staff_mail(Verb.RELEASE, 5), given_book(ASKED, letters={"late/x": letter}))
    assert (found.done, found.release) == (Done.REFUSED, ())


def test_a_task_without_deadline_is_filed_by_the_link_of_the_digest() -> None:
    task = Task(
        document="CV", symbol="9/UBND", issued_on=NOW.date(), signer="A", content="Rà soát", lead=UNIT
    )
    given = Assignment(number=1, given=task, by="a", recorded_at=NOW)
    book = given_book(Unclear(question=Question.TASK, findings=Findings(unit=UNIT)), assignments=(given,))
    arrival = judged(staff_mail(Verb.ASSIGN, 1, "nv-1/2013-e1"), book)
    found = carry_out(replace(_order(arrival, book, NOW), rules=in_force(RULES, book)))
    assert found.done is Done.DONE, found.says
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert [filing.report for filing in found.ruling.verdict.filings] == ["nv-1"]


def staff_mail(verb: Verb, about: int | None, argument: str = "", typed: str = "", **more: Any) -> Mail:
    told = {"staff": STAFF, "version": 0, "now": NOW, **more}
    deed = Deed(staff=told["staff"], says=spelled(verb, about, argument), version=told["version"])
    token = mint(SECRET, deed, told["now"])
    return reply(f"LENH {deed.says} MA {token.upper()} {typed}", sender=STAFF)


def test_a_member_of_the_staff_files_a_mail_by_the_link_of_the_digest() -> None:
    book = given_book(ASKED)
    book, found = after(staff_mail(Verb.ASSIGN, 1, "bc-quarter/2013-q2"), book)
    assert found.done is Done.DONE
    verdict = book.verdict(book.by_number[1])
    assert isinstance(verdict, Filed)
    assert (verdict.unit, verdict.filings) == (UNIT, (QUARTER,))
    (result,) = [n for n in plan(RULES, book, NOW, GO_LIVE).post if n.kind is NoticeKind.RESULT]
    assert result.to == (STAFF,)


TOKEN = mint(SECRET, Deed(staff=STAFF, says=spelled(Verb.SET_ASIDE, 1), version=0), NOW).upper()
OURS = f"<k.{'a' * 26}@tinh.example>"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Re: Tổng hợp tiếp nhận báo cáo ngày 24 tháng 6 năm 2013",
            f"LENH BO-QUA 1 MA {TOKEN}\n\nGửi từ iPhone",
        ),
        ("Re: Tổng hợp tiếp nhận báo cáo ngày 24 tháng 6 năm 2013", f"Kính gửi VP\nlệnh bỏ-qua 1 mã {TOKEN}"),
        ("LENH BO-QUA 1", ""),
        ("BO-QUA 1 MA AAAA", "-- \nLê Văn A"),
        (f"LENH BO-QUA 1 MA {TOKEN[:-4]}", ""),
    ],
)
def test_a_member_of_the_staff_hears_at_once_that_a_command_elsewhere_than_in_the_subject_does_nothing(
    subject: str, text: str
) -> None:
    book, found = after(reply(subject, text, STAFF), given_book(ASKED))
    assert (found.done, found.rulings) == (Done.REFUSED, ())
    (result,) = [n for n in plan(RULES, book, NOW, GO_LIVE).post if n.kind is NoticeKind.RESULT]
    assert result.to == (STAFF,)
    assert isinstance(result.matter, ResultMatter)
    assert "tiêu đề" in result.matter.says


def test_a_colleague_who_answers_the_digest_in_his_own_words_is_told_that_nothing_was_done() -> None:
    mail = reply("Re: Tổng hợp", "Thư số 1 là báo cáo tháng 6 nhé", STAFF, in_reply_to=OURS)
    book, found = after(mail, given_book(ASKED))
    assert found.done is Done.REFUSED
    assert NoticeKind.RESULT in {n.kind for n in plan(RULES, book, NOW, GO_LIVE).post}


def test_a_colleague_who_only_thanks_for_the_digest_gives_nobody_work() -> None:
    mail = reply("Re: Tổng hợp", "Đã nhận, cảm ơn.", STAFF, in_reply_to=OURS)
    verdict = judged(mail, given_book(ASKED)).verdict
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.COURTESY


def test_what_a_colleague_sends_on_his_own_still_waits_for_a_person() -> None:
    verdict = judged(
        reply("Về báo cáo tháng 6", "Sở Tài chính đã gửi bản giấy.", STAFF), given_book(ASKED)
    ).verdict
    assert isinstance(verdict, Unclear)


def test_where_our_servers_prove_senders_nobody_writes_to_the_staff_because_of_words_in_their_name() -> None:
    arrival = judged(reply("LENH BO-QUA 1", sender=STAFF), book := given_book(ASKED))
    assert carry_out(replace(_order(arrival, book, NOW), proves=True)).done is Done.UNTRUSTED


def test_a_link_whose_blanks_the_mail_program_left_escaped_is_a_command_like_any_other() -> None:
    mail = staff_mail(Verb.ASSIGN, 1, "bc-month/2013-06")
    found = outcome(replace(mail, subject=quote(mail.subject)), given_book(ASKED))
    assert found.done is Done.DONE


def test_of_two_commands_in_one_subject_none_is_carried_out_nor_told_to_a_unit_as_the_reason() -> None:
    second = f"; LENH BO-QUA 1 MA {TOKEN}"
    found = outcome(staff_mail(Verb.REJECT, 1, typed=f"LY DO: tệp không mở được {second}"), given_book(ASKED))
    assert (found.done, found.rulings) == (Done.REFUSED, ())
    assert "một lệnh" in found.says
    stop = outcome(staff_mail(Verb.HOLD, None, typed=second), given_book(ASKED))
    assert (stop.done, bool(stop.hold)) == (Done.DONE, True)


def test_a_member_of_the_staff_names_unit_and_period_in_words() -> None:
    nobodys = Unclear(question=Question.UNIT, findings=Findings())
    mail = staff_mail(Verb.ASSIGN, 1, typed="Đơn vị huyen-dai-tu, tháng 6 năm 2013")
    found = outcome(mail, given_book(nobodys))
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.unit == "huyen-dai-tu"
    assert found.ruling.verdict.filings == (JUNE,)


AHEAD = Filing(JUNE.report, Period.parse("2030-06"))


@pytest.mark.parametrize("said", [("bc-month/2030-06", ""), ("", "tháng 6 năm 2030")])
def test_the_staff_files_nothing_for_a_period_that_has_not_begun(said: tuple[str, str]) -> None:
    book = given_book(replace(ASKED, candidates=(AHEAD,)))
    found = outcome(staff_mail(Verb.ASSIGN, 1, *said), book)
    assert found.done is Done.REFUSED
    assert found.says == ("kỳ báo cáo này chưa bắt đầu (tháng 6 năm 2030); đề nghị kiểm tra lại năm, tháng")


def test_a_unit_chooses_no_period_that_has_not_begun_though_an_old_query_offers_it() -> None:
    book = given_book(replace(ASKED, candidates=(AHEAD,)))
    found = outcome(reply("Re: [BC-000001] Đề nghị bổ sung", "1"), book)
    assert (found.done, found.ruling) == (Done.REFUSED, None)
    assert found.says.startswith("kỳ báo cáo này chưa bắt đầu; đề nghị ghi rõ báo cáo đúng")


def letters_to_unit(book: Book) -> list[Notice]:
    return [n for n in plan(RULES, book, NOW, GO_LIVE).post if n.answers is book.by_number[1]]


def test_what_a_person_sets_aside_without_an_answer_brings_the_unit_no_letter() -> None:
    request = Unclear(question=Question.REQUEST, findings=Findings(unit=UNIT))
    for asked in (ASKED, request):
        told = {"query/1": PostedLetter(number=1, kind=NoticeKind.QUERY, keys=("query/1",), state=State.SENT)}
        book, found = after(staff_mail(Verb.SET_ASIDE, 1), given_book(asked, letters=told))
        assert found.done is Done.DONE
        assert letters_to_unit(book) == []


def test_a_unit_whose_report_counted_is_told_when_a_person_sets_it_aside() -> None:
    book, _ = after(staff_mail(Verb.SET_ASIDE, 1), given_book(filed("2013-06")))
    (letter,) = letters_to_unit(book)
    assert isinstance(letter.matter, ReceiptMatter)
    assert letter.matter.corrected


@pytest.mark.parametrize("state", [None, State.SENT, State.WITHDRAWN])
def test_a_unit_that_heard_nothing_of_a_mail_before_is_told_of_no_adjustment(state: State | None) -> None:
    key = "query/1"
    told = PostedLetter(number=1, kind=NoticeKind.QUERY, keys=(key,), state=state or State.SENT, unit=UNIT)
    book = given_book(
        Unclear(question=Question.UNIT, findings=Findings()), letters={key: told} if state else {}
    )
    book, _ = after(staff_mail(Verb.ASSIGN, 1, typed="so-tai-chinh, tháng 6 năm 2013"), book)
    (letter,) = letters_to_unit(book)
    assert isinstance(letter.matter, ReceiptMatter)
    assert letter.matter.corrected is (state is State.SENT)


def test_a_mail_is_rejected_only_with_a_reason() -> None:
    book = given_book(filed("2013-06"))
    assert outcome(staff_mail(Verb.REJECT, 1), book).done is Done.REFUSED
    found = outcome(staff_mail(Verb.REJECT, 1, typed="thiếu phụ lục số liệu"), book)
    assert found.ruling is not None
    assert found.ruling.why.endswith("thiếu phụ lục số liệu")
    # The unit reads why, in the words of whoever decided.
    told, _ = after(staff_mail(Verb.REJECT, 1, typed="thiếu phụ lục số liệu"), book)
    (receipt,) = [n for n in plan(RULES, told, NOW, GO_LIVE).post if n.kind is NoticeKind.RECEIPT]
    assert receipt.matter.rejected == "thiếu phụ lục số liệu"  # type: ignore[union-attr]


def test_a_late_click_is_harmless() -> None:
    book = given_book(ASKED)
    link = staff_mail(Verb.ASSIGN, 1, "bc-month/2013-06")
    other = staff_mail(Verb.SET_ASIDE, 1)
    book, first = after(link, book)
    assert first.done is Done.DONE
    book, again = after(link, book)
    assert (again.done, again.ruling) == (Done.REFUSED, None)
    book, stale = after(other, book)
    assert (stale.done, stale.ruling) == (Done.REFUSED, None)
    late = outcome(staff_mail(Verb.SET_ASIDE, 1, version=1), book, NOW + timedelta(hours=73))
    assert (late.done, late.ruling) == (Done.REFUSED, None)


@pytest.mark.parametrize(
    ("mail", "where"),
    [
        (staff_mail(Verb.SET_ASIDE, 1), "bản tổng hợp mới nhất"),
        (staff_mail(Verb.APPROVE, None, "ky/2013-05/0123456789ab"), "mailbot papers approve"),
        (staff_mail(Verb.UPHOLD, 1), "mailbot settle --uphold"),
        (staff_mail(Verb.DISMISS, 1, typed="LY DO: muộn"), "mailbot settle --uphold"),
    ],
)
def test_of_a_link_that_is_too_old_it_is_told_where_the_deed_can_still_be_done(
    mail: Mail, where: str
) -> None:
    found = outcome(mail, given_book(ASKED), now=NOW + timedelta(hours=73))
    assert found.done is Done.REFUSED
    assert "72 giờ" in found.says
    assert where in found.says


def test_the_link_that_stops_everything_stops_it_again_after_somebody_let_go() -> None:
    book, first = after(staff_mail(Verb.HOLD, None), given_book(ASKED))
    book, again = after(staff_mail(Verb.HOLD, None), book)
    assert (first.done, again.done) == (Done.DONE, Done.DONE)
    assert again.hold
    _, late = after(staff_mail(Verb.HOLD, None), book, NOW + timedelta(hours=73))
    assert (late.done, late.hold) == (Done.REFUSED, "")


def test_a_held_letter_is_let_go_or_dropped_and_everything_is_held() -> None:
    letter = PostedLetter(number=5, kind=NoticeKind.LATE, keys=("late/x",), state=State.HELD)
    book = given_book(ASKED, letters={"late/x": letter})
    assert outcome(staff_mail(Verb.RELEASE, 5), book).release == (5,)
    assert outcome(staff_mail(Verb.DROP, 5), book).drop == 5
    assert outcome(staff_mail(Verb.HOLD, None), book).hold
    gone = replace(book, letters={"late/x": replace(letter, state=State.SENT)})
    assert outcome(staff_mail(Verb.DROP, 5), gone).done is Done.REFUSED
    assert outcome(staff_mail(Verb.RELEASE, 99), gone).done is Done.REFUSED


@pytest.mark.parametrize(
    "mail",
    [
        staff_mail(Verb.ASSIGN, 1, "bc-month/2013-06", staff="bm@vp.example"),
        reply(f"LENH GHI-NHAN 1 bc-month/2013-06 MA {'a' * 40}", sender=STAFF),
    ],
)
def test_a_forged_token_does_nothing_and_has_no_answer(mail: Mail) -> None:
    book, found = after(mail, given_book(ASKED))
    assert (found.done, found.ruling) == (Done.FORGED, None)
    kinds = {n.kind for n in plan(RULES, book, NOW, GO_LIVE).post}
    assert NoticeKind.RESULT not in kinds


def test_where_our_servers_prove_senders_the_staff_need_that_proof() -> None:
    book = given_book(ASKED)
    arrival = judged(staff_mail(Verb.SET_ASIDE, 1), book)
    order = replace(_order(arrival, book, NOW), proves=True)
    assert carry_out(order).done is Done.UNTRUSTED
    proved = replace(arrival, mail=replace(arrival.mail, proof=Proof(Level.USER)))
    assert carry_out(replace(order, arrival=proved)).done is Done.DONE


@pytest.mark.parametrize("text", ["1", "SAI quý II năm 2013", "KHÔNG PHÁT SINH"])
def test_where_our_servers_prove_senders_a_word_that_nothing_proves_is_for_a_person(text: str) -> None:
    book = given_book(ASKED)
    arrival = judged(reply("Re: [BC-000001] Đề nghị", text), book)
    order = replace(_order(arrival, book, NOW), proves=True)
    found = carry_out(order)
    assert found.done is Done.ASKED
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Unclear)
    assert found.ruling.arrival == arrival.number
    proved = replace(arrival, mail=replace(arrival.mail, proof=Proof(Level.DOMAIN)))
    settled = carry_out(replace(order, arrival=proved))
    assert settled.ruling is None or settled.ruling != found.ruling


def test_a_sealed_mail_is_out_of_reach_of_any_reply() -> None:
    sealed = Sealed(unit=UNIT, findings=Findings(unit=UNIT))
    found = outcome(staff_mail(Verb.ASSIGN, 1, "bc-month/2013-06"), given_book(sealed))
    assert (found.done, found.ruling) == (Done.REFUSED, None)


def test_five_forged_tokens_in_an_hour_switch_commands_off_for_a_day() -> None:
    numbers = count(10)

    def forged(*minutes: int) -> Book:
        rows = {
            number: Carried(
                arrival=number, by=STAFF, done=Done.FORGED, says="", decided_at=NOW + timedelta(minutes=m)
            )
            for m, number in zip(minutes, numbers, strict=False)
        }
        return given_book(ASKED, commands=rows)

    last = NOW + timedelta(minutes=59)
    assert is_locked(forged(0, 10, 20, 30, 59), STAFF, last)
    assert not is_locked(forged(0, 10, 20, 30, 61), STAFF, NOW + timedelta(minutes=61))
    assert not is_locked(forged(0, 10, 20, 30, 59), "bm@vp.example", last)
    assert not is_locked(forged(0, 10, 20, 30, 59), STAFF, last + timedelta(hours=24))


def test_a_stranger_and_a_machine_command_nothing() -> None:
    book = given_book(ASKED)
    stranger = judged(reply("TRẠNG THÁI", sender="ai-do@mail.example"), book)
    assert not isinstance(stranger.verdict, Commanded)
    assert not list(pending(replace(book, arrivals=(*book.arrivals, stranger)), GO_LIVE))


WORDS = st.sampled_from(
    ["SAI", "1", "2", "ĐÚNG", "TRẠNG THÁI", "KHÔNG PHÁT SINH", "XIN GIA HẠN", "TRỢ GIÚP", "tháng 6", "quý II",
     "năm 2013", "đơn vị", "LENH", "GHI-NHAN", "MA", "a" * 40, "[BC-000001]", "Re:", "\n", "\0", "x"]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=12), max_size=8).map(" ".join)


@given(
    TEXT,
    TEXT,
    st.sampled_from(["so-tai-chinh@tinh.example", STAFF, "ai@la.example"]),
    st.sampled_from([ASKED, filed("2013-06"), replace(ASKED, question=Question.NO_FILE)]),
)
def test_whatever_is_replied_has_at_most_one_answer_and_none_to_a_stranger(
    subject: str, text: str, sender: str, verdict: Verdict
) -> None:
    book = given_book(verdict)
    mail = reply(subject, text, sender)
    arrival = judged(mail, book)
    before = {key for n in plan(RULES, book, NOW, GO_LIVE).post for key in n.keys}
    if isinstance(arrival.verdict, Commanded):
        book, _ = after(mail, book)
    else:
        book = replace(book, arrivals=(*book.arrivals, arrival))
    fresh = [
        n
        for n in plan(RULES, book, NOW, GO_LIVE).post
        if not before.issuperset(n.keys) and n.kind not in BY_THE_CLOCK
    ]
    assert len(fresh) <= 1
    registered = {"so-tai-chinh@tinh.example", STAFF}
    assert all(set(n.to) <= registered for n in fresh)
    if sender == "ai@la.example":
        assert not fresh
