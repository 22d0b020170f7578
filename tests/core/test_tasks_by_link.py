"""What the staff records of mails about tasks: whose tasks they were, and which of several."""

from dataclasses import replace
from datetime import date

from builders import GO_LIVE, a_book, a_mail, a_unit, an_arrival, at, some_rules

from mailbot.core.book import Book
from mailbot.core.changes.in_force import in_force
from mailbot.core.classify import Known, classify
from mailbot.core.command import Done, Verb
from mailbot.core.duty import opened_duties
from mailbot.core.letters.digest_matter import DigestLine
from mailbot.core.mail import Address, Mail
from mailbot.core.replies.order import Order, Outcome
from mailbot.core.replies.ordering import carry_out
from mailbot.core.replies.staff_order import as_argument, spelled
from mailbot.core.rules import Span, UnitId
from mailbot.core.senders.confirmation import code
from mailbot.core.senders.token import Deed, mint
from mailbot.core.tasks.assignment import Assignment, Task
from mailbot.core.tasks.task_mail import open_tasks
from mailbot.core.verdict import Commanded, Filed, Findings, Question, Unclear
from mailbot.post.pen import Pen
from mailbot.post.waiting import waiting_mail

FORMER, HEIR = UnitId("so-tai-chinh"), UnitId("so-a")
MERGED = some_rules(
    units=(
        a_unit(valid=Span(None, date(2013, 6, 10)), successors=(HEIR,)),
        a_unit("so-a", valid=Span(date(2013, 6, 11), None)),
        a_unit("huyen-dai-tu"),
    )
)
NOW = at("2013-06-20 09:00")
STAFF, SECRET = "th@vp.example", b"k" * 32


def a_task(number: int, lead: UnitId = FORMER) -> Assignment:
    task = Task(
        document="Công văn",
        symbol="123/UBND-TH",
        issued_on=date(2013, 6, 1),
        signer="A",
        content="Rà soát dự án",
        lead=lead,
        due_at=at("2013-06-28 23:59:59"),
    )
    return Assignment(number=number, given=task, by="thanh", recorded_at=at("2013-06-03 09:00"))


def book_with(mail: Mail, *given: Assignment) -> Book:
    """The mail as it was judged, beside those tasks."""
    duties = [duty for one in given if (duty := one.duty())]
    book = a_book(duties=duties, assignments=given)
    verdict = classify(mail, MERGED, NOW, Known(tasks=tuple(open_tasks(book))))
    return replace(book, arrivals=(an_arrival(verdict, NOW, 1, mail=mail),))


def asking(*codes: str, sender: str = "so-a") -> Mail:
    """A mail that names the tasks, and does not say whether they are done."""
    return a_mail(f"Báo cáo về {', '.join(codes)}", "bc.pdf", sender=Address(f"{sender}@tinh.example"))


def said(mail: Mail, book: Book) -> Outcome:
    verdict = classify(mail, MERGED, NOW, Known(open=book.open_duties))
    assert isinstance(verdict, Commanded)
    arrival = an_arrival(verdict, NOW, 2, mail=mail)
    whole = replace(book, arrivals=(*book.arrivals, arrival))
    rules = in_force(MERGED, book)
    return carry_out(
        Order(
            arrival=arrival, verdict=verdict, rules=rules, files=MERGED, book=whole, now=NOW,
            replied=None, secret=SECRET,
        )
    )  # fmt: skip


def clicked(book: Book, argument: str, typed: str = "") -> Outcome:
    deed = Deed(staff=STAFF, says=spelled(Verb.ASSIGN, 1, argument), version=0)
    token = mint(SECRET, deed, NOW).upper()
    return said(
        a_mail(f"LENH {deed.says} MA {token} {typed}", attachments=(), text="", sender=Address(STAFF)), book
    )


def test_the_answer_of_a_successor_is_recorded_for_the_task_that_its_predecessor_was_given() -> None:
    book = book_with(asking("NV-000001"), a_task(1))
    asked = book.verdict(book.by_number[1])
    assert isinstance(asked, Unclear)
    found = clicked(book, as_argument(asked.candidates))
    assert found.done is Done.DONE, found.says
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.unit == FORMER
    assert found.ruling.verdict.findings.unit == HEIR
    assert [filing.report for filing in found.ruling.verdict.filings] == ["nv-1"]


def test_nobody_else_answers_for_the_task_of_a_unit_that_is_no_more() -> None:
    book = book_with(asking("NV-000001", sender="huyen-dai-tu"), a_task(1))
    assert clicked(book, "nv-1/2013-e1").done is Done.REFUSED


def test_the_code_of_a_successor_settles_the_task_of_its_predecessor() -> None:
    mail = asking("NV-000001")
    book = book_with(mail, a_task(1))
    asked = book.verdict(book.by_number[1])
    assert isinstance(asked, Unclear)
    waiting = an_arrival(replace(asked, question=Question.UNVERIFIED), NOW, 1, mail=mail)
    book = replace(book, arrivals=(waiting,))
    answer = a_mail(
        f"Re: [BC-000001] XAC NHAN {code(SECRET, 1, 0, 'so-a@tinh.example')}",
        text="",
        attachments=(),
        sender=Address("so-a@tinh.example"),
    )
    found = said(answer, book)
    assert found.done is Done.DONE, found.says
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert found.ruling.verdict.unit == FORMER


def test_who_records_a_mail_for_one_of_the_tasks_that_it_names_reads_which_stays_open() -> None:
    book = book_with(asking("NV-000001", "NV-000002"), a_task(1, HEIR), a_task(2, HEIR))
    found = clicked(book, "nv-1/2013-e1")
    assert found.done is Done.DONE
    assert "chưa ghi nhận cho NV-000002" in found.says
    alone = book_with(asking("NV-000001"), a_task(1, HEIR))
    assert "chưa ghi nhận" not in clicked(alone, "nv-1/2013-e1").says


def test_the_digest_offers_to_record_one_mail_for_all_tasks_that_it_names() -> None:
    book = book_with(asking("NV-000001", "NV-000002"), a_task(1, HEIR), a_task(2, HEIR))
    arrival = book.by_number[1]
    verdict = book.verdict(arrival)
    rules = in_force(MERGED, book)
    line = DigestLine(arrival=arrival, verdict=verdict, unit=rules.unit(HEIR), version=0)
    pen = Pen(rules=rules, now=NOW, staff=STAFF, secret=SECRET)
    (link,) = [one for one in waiting_mail(line, pen).links if "tất cả" in one.label]
    assert link.label == "Ghi nhận cho tất cả các nhiệm vụ NV-000001, NV-000002"
    found = said(a_mail(link.subject, attachments=(), text="", sender=Address(STAFF)), book)
    assert found.done is Done.DONE, found.says
    assert found.ruling is not None
    assert isinstance(found.ruling.verdict, Filed)
    assert [filing.report for filing in found.ruling.verdict.filings] == ["nv-1", "nv-2"]
    assert "chưa ghi nhận" not in found.says


def test_tasks_of_different_units_are_not_recorded_by_one_word() -> None:
    book = book_with(asking("NV-000001", "NV-000002"), a_task(1), a_task(2, HEIR))
    found = clicked(book, "nv-1/2013-e1/nv-2/2013-e2")
    assert (found.done, found.rulings) == (Done.REFUSED, ())
    assert "từng nhiệm vụ" in found.says


def test_a_year_typed_by_a_slip_is_not_recorded_while_this_years_report_is_owed() -> None:
    asked = Unclear(question=Question.PERIOD, findings=Findings())
    book = a_book(an_arrival(asked, NOW, 1), duties=opened_duties(MERGED, NOW, GO_LIVE))
    found = clicked_for(book, "tháng 6 năm 2012")
    assert (found.done, found.rulings) == (Done.REFUSED, ())
    assert "tháng 6 năm 2013" in found.says
    assert clicked_for(book, "tháng 6 năm 2013").done is Done.DONE


def clicked_for(book: Book, typed: str) -> Outcome:
    return clicked(book, "", f"LA: Đơn vị huyen-dai-tu, {typed}")
