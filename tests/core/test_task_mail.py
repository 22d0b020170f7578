"""Mails about tasks: which task, how far it has come, and what must be asked."""

from dataclasses import replace
from datetime import date

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, a_unit, an_arrival, at, some_rules

from mailbot.core.book import Book
from mailbot.core.changes.amend import changes
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.official import Document, Excuse, OfficialLetter, Scope
from mailbot.core.classify import Known, classify
from mailbot.core.command import Carried, Command, Done, Verb
from mailbot.core.letters.answer_matter import StatusMatter
from mailbot.core.mail import Address, Mail
from mailbot.core.notice import Notice, SupplementMatter
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Span, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.tasks.assignment import Assignment, Note, PortalQuestion, Task, Word
from mailbot.core.tasks.progress import State, line, tasks_in
from mailbot.core.tasks.task_mail import open_tasks
from mailbot.core.verdict import (
    Commanded,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Unclear,
    Verdict,
)

FINANCE, DISTRICT = UnitId("so-tai-chinh"), UnitId("huyen-dai-tu")
RULES = some_rules(units=(a_unit(), a_unit("huyen-dai-tu", group="huyen")))
GIVEN = at("2013-06-03 09:00")
DUE = at("2013-06-28 23:59:59")


def a_task(number: int = 1, symbol: str = "123/UBND-TH", **more: object) -> Assignment:
    task = Task(
        document="Công văn",
        symbol=symbol,
        issued_on=date(2013, 6, 1),
        signer="A",
        content="Rà soát dự án",
        lead=FINANCE,
        supporting=(DISTRICT,),
        due_at=DUE,
        **more,  # type: ignore[arg-type]
    )
    return Assignment(number=number, given=task, by="thanh", recorded_at=GIVEN)


def an_open_task(lead: UnitId) -> Assignment:
    """A task without deadline, of that unit alone."""
    task = Task(
        document="CV", symbol="9/UBND-TH", issued_on=date(2013, 6, 1), signer="A", content="x", lead=lead
    )
    return Assignment(number=1, given=task, by="a", recorded_at=GIVEN)


def a_book_with(*assignments: Assignment, notes: tuple[Note, ...] = (), **more: object) -> Book:
    duties = [duty for one in assignments if (duty := one.duty())]
    return a_book(duties=duties, assignments=assignments, notes=notes, **more)


BOOK = a_book_with(a_task())


def test_nobody_is_reminded_of_a_task_on_the_day_on_which_a_letter_tells_of_it() -> None:
    urgent = replace(a_task(), given=replace(a_task().given, due_at=at("2013-06-06 23:59:59")))
    book = a_book_with(urgent)

    def kinds(now: str) -> set[NoticeKind]:
        return {
            notice.kind
            for notice in plan(RULES, replace(book, scanned_at=at(now)), at(now), GO_LIVE).post
            if any(str(FINANCE) in key for key in notice.keys)
        }

    assert kinds("2013-06-03 09:01") == {NoticeKind.ASSIGNED}
    assert NoticeKind.REMINDER in kinds("2013-06-04 09:00")


def test_the_table_that_a_unit_asks_for_names_its_tasks_too() -> None:
    now = at("2013-07-01 09:00")
    verdict = Commanded(unit=FINANCE, command=Command(verb=Verb.STATUS), findings=Findings(unit=FINANCE))
    book = replace(
        BOOK,
        arrivals=(an_arrival(verdict, now),),
        commands={1: Carried(arrival=1, by=f"unit/{FINANCE}", done=Done.DONE, says="", decided_at=now)},
        scanned_at=now,
    )
    [table] = [n for n in plan(RULES, book, now, GO_LIVE).post if n.kind is NoticeKind.STATUS]
    assert isinstance(table.matter, StatusMatter)
    stands = {found.duty.key.report: found.standing for found in table.matter.judgements}
    assert stands.get(a_task().key.report) is Standing.OVERDUE


def judged(mail: Mail, book: Book = BOOK) -> Verdict:
    return classify(mail, RULES, at("2013-06-20 09:00"), Known(tasks=tuple(open_tasks(book))))


def a_reply(subject: str, text: str = "", *names: str, sender: str = "so-tai-chinh") -> Mail:
    mail = a_mail(subject, *names, text=text, sender=Address(f"{sender}@tinh.example"))
    return mail if names else a_mail(subject, text=text, sender=mail.sender, attachments=())


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [NV-000001] Nhiệm vụ được giao chủ trì",
        "NV 1: kết quả",
        "V/v kết quả thực hiện Công văn số 123/UBND-TH",
        "ket qua thuc hien cong van so 123 / UBND - TH",
    ],
)
def test_a_task_is_named_by_its_code_or_by_the_number_of_its_document(subject: str) -> None:
    verdict = judged(a_reply(subject, "Đơn vị đã hoàn thành nhiệm vụ, gửi kết quả kèm theo.", "kq.pdf"))
    assert isinstance(verdict, Filed)
    assert [(f.report, str(f.period)) for f in verdict.filings] == [("nv-1", "2013-E1")]


@pytest.mark.parametrize("subject", ["V/v Công văn số 1123/UBND-TH", "V/v 123/UBND-THX", "V/v 123"])
def test_a_number_inside_a_longer_one_is_another_document(subject: str) -> None:
    verdict = judged(a_reply(subject, "Đơn vị đã hoàn thành.", "kq.pdf"))
    assert not isinstance(verdict, Filed)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Đang làm ạ, khoảng 60%", Word.IN_PROGRESS),
        ("Sở đang rà soát.", Word.IN_PROGRESS),
        ("Chưa làm được do thiếu người", Word.NOT_DONE),
        ("chua lam duoc vi chua co so lieu", Word.NOT_DONE),
    ],
)
def test_how_far_a_task_has_come_is_read_in_a_hurried_persons_words(text: str, word: Word) -> None:
    verdict = judged(a_reply("Re: [NV-000001] Nhiệm vụ được giao", text))
    assert isinstance(verdict, Ignored)
    assert verdict.news is not None
    assert verdict.news.word is word


def test_news_of_a_task_keeps_the_reason_and_the_proposal() -> None:
    text = "Đơn vị đang thực hiện. Nguyên nhân chậm: chờ số liệu của 3 huyện. Đề nghị bổ sung kinh phí."
    verdict = judged(a_reply("Re: [NV-000001]", text))
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.NEWS
    assert verdict.news is not None
    assert (verdict.news.word, verdict.news.reason) == (
        Word.IN_PROGRESS,
        "Nguyên nhân chậm: chờ số liệu của 3 huyện",
    )
    assert verdict.news.proposal == "Đề nghị bổ sung kinh phí"


@pytest.mark.parametrize(
    ("subject", "text", "question"),
    [
        ("Re: [NV-000001]", "Kính gửi Văn phòng, gửi kèm văn bản.", Question.TASK),
        ("Re: [NV-000001]", "Đã thực hiện xong nhưng chưa có báo cáo, Sở gửi sau", Question.TASK),
        ("Re: [NV-000001]", "Nhiệm vụ không thuộc chức năng của đơn vị, xin trả lại.", Question.TASK),
        ("Re: [NV-000001]", "Báo cáo kết quả thực hiện; hiện đang phối hợp xử lý.", Question.TASK),
        ("Re: [NV-000001]", "Đơn vị xin gia hạn thời hạn báo cáo đến hết tháng.", Question.REQUEST),
        ("Re: [NV-000001]", "Chưa làm được vì thiếu số liệu, kiến nghị lùi đến 20/7.", Question.REQUEST),
    ],
)
def test_what_the_words_leave_open_is_asked(subject: str, text: str, question: Question) -> None:
    verdict = judged(a_reply(subject, text, "vb.pdf"))
    assert isinstance(verdict, Unclear)
    assert verdict.question is question
    assert [filing.report for filing in verdict.candidates] == ["nv-1"]


# As our own reminder of one task is called, and late notices alike.
_OUR_REMINDER = (
    "Re: [Nhắc] Thời hạn gửi Báo cáo kết quả thực hiện nhiệm vụ NV-000001: ngày 28 tháng 6 năm 2013"
)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị sẽ gửi vào tuần tới.",
        "Hiện nay đơn vị mới làm được một nửa.",
        "Đơn vị còn vướng mắc về kinh phí, đề nghị xem xét.",
        "Nhiệm vụ này Sở Xây dựng chủ trì, không phải Sở Tài chính.",
        "Cho hỏi nhiệm vụ này do phòng nào theo dõi?",
        "Vì sao đơn vị bị nhắc? Đơn vị đã gửi ngày 15/6.",
    ],
)
def test_what_our_own_letter_is_called_ends_no_task(text: str) -> None:
    verdict = judged(a_reply(_OUR_REMINDER, text))
    assert isinstance(verdict, Unclear)
    assert [filing.report for filing in verdict.candidates] == ["nv-1"]


def test_thanks_for_a_letter_about_a_task_are_thanks_and_a_word_more_is_read() -> None:
    more = judged(a_reply(_OUR_REMINDER, "Cảm ơn Văn phòng. Đơn vị còn chờ kinh phí."))
    assert isinstance(more, Unclear)
    verdict = judged(a_reply(_OUR_REMINDER, "Cảm ơn Văn phòng."))
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.COURTESY


@pytest.mark.parametrize(
    ("text", "name"),
    [("Kính gửi báo cáo kèm theo.", "bao cao.pdf"), ("Đơn vị đã hoàn thành nhiệm vụ.", "scan01.pdf")],
)
def test_a_report_in_answer_to_our_letter_ends_the_task(text: str, name: str) -> None:
    assert isinstance(judged(a_reply(_OUR_REMINDER, text, name)), Filed)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị xin gửi báo cáo kết quả thực hiện bước đầu.",
        "Đến nay đơn vị đã hoàn thành 60% khối lượng.",
        "Đơn vị đã thực hiện được 3/5 nội dung.",
        "Sở sẽ báo cáo kết quả thực hiện trước ngày 30/6.",
        "Sau khi đã thực hiện xong, đơn vị sẽ báo cáo.",
        "Đơn vị không thể hoàn thành nhiệm vụ đúng hạn.",
        "Xin ý kiến dự thảo báo cáo kết quả thực hiện.",
    ],
)
def test_what_is_done_in_part_or_still_to_come_ends_no_task(text: str) -> None:
    verdict = judged(a_reply("Re: [NV-000001]", text, "vb.pdf"))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.TASK


@pytest.mark.parametrize(
    "text", ["Đơn vị đã hoàn thành 100% nhiệm vụ.", "Đã thực hiện xong 5/5 nội dung được giao."]
)
def test_what_is_done_whole_ends_the_task(text: str) -> None:
    assert isinstance(judged(a_reply("Re: [NV-000001]", text, "vb.pdf")), Filed)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Rà soát các dự án chậm tiến độ", "Báo cáo rà soát các dự án chậm tiến độ"),
        (
            "Kiểm tra các kết luận thanh tra chưa thực hiện",
            "BC kiem tra cac ket luan thanh tra chua thuc hien",
        ),
        ("Rà soát dự án đang triển khai", "RÀ SOÁT DỰ ÁN ĐANG TRIỂN KHAI"),
        ("Quyết toán các dự án đã hoàn thành", "Kế hoạch quyết toán các dự án đã hoàn thành"),
    ],
)
def test_a_mail_that_repeats_what_is_to_be_done_says_not_how_far_it_is(content: str, title: str) -> None:
    given = replace(a_task().given, content=content)
    book = a_book_with(replace(a_task(), given=given))
    verdict = judged(a_reply(f"[NV-000001] {title}", "Kính gửi Văn phòng.", "vb.pdf"), book)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.TASK


def test_what_a_mail_says_beside_the_matter_still_counts() -> None:
    given = replace(a_task().given, content="Rà soát các dự án chậm tiến độ, đang triển khai")
    book = a_book_with(replace(a_task(), given=given))
    subject = "[NV-000001] Rà soát các dự án chậm tiến độ"
    assert isinstance(judged(a_reply(subject, "Sở đã xử lý xong.", "vb.pdf"), book), Filed)
    news = judged(a_reply(subject, "Sở đang tổng hợp số liệu.", "vb.pdf"), book)
    assert isinstance(news, Ignored)
    assert news.reason is Reason.NEWS


def test_an_answer_that_quotes_the_citizens_question_is_no_news_of_it() -> None:
    asked = PortalQuestion(
        text="Vì sao hồ sơ đất đai của tôi chưa giải quyết?", lead=FINANCE, asked_at=GIVEN, due_at=DUE
    )
    book = a_book_with(replace(a_task(), given=asked))
    text = "Về hồ sơ chưa giải quyết của ông A, Sở đã trả lời công dân tại văn bản kèm theo."
    assert isinstance(judged(a_reply("Re: [CH-000001]", text, "vb.pdf"), book), Filed)


def test_a_document_that_gave_two_tasks_is_asked_about_and_a_code_decides() -> None:
    book = a_book_with(a_task(), a_task(2))
    done = "Đơn vị đã hoàn thành nhiệm vụ."
    unclear = judged(a_reply("Kết quả thực hiện 123/UBND-TH", done, "kq.pdf"), book)
    assert isinstance(unclear, Unclear)
    assert [filing.report for filing in unclear.candidates] == ["nv-1", "nv-2"]
    filed = judged(a_reply("[NV-000002] Kết quả thực hiện 123/UBND-TH", done, "kq.pdf"), book)
    assert isinstance(filed, Filed)
    assert [filing.report for filing in filed.filings] == ["nv-2"]


@pytest.mark.parametrize(
    "subject",
    [
        "Kết quả thực hiện NV-000001 và NV-000002",
        "Kết quả thực hiện Công văn số 123/UBND-TH và 124/UBND-TH",
    ],
)
def test_a_mail_that_says_that_two_tasks_are_done_ends_both(subject: str) -> None:
    book = a_book_with(a_task(), a_task(2, symbol="124/UBND-TH"))
    filed = judged(a_reply(subject, "Đơn vị đã hoàn thành.", "kq.pdf"), book)
    assert isinstance(filed, Filed)
    assert [filing.report for filing in filed.filings] == ["nv-1", "nv-2"]
    half = judged(
        a_reply(subject, "Việc thứ nhất đã hoàn thành, việc thứ hai đang thực hiện.", "kq.pdf"), book
    )
    assert isinstance(half, Unclear)
    assert [filing.report for filing in half.candidates] == ["nv-1", "nv-2"]


def test_what_a_supporting_unit_leaves_open_is_offered_to_nobody_as_its_report() -> None:
    mail = a_reply("Re: [NV-000001]", "Không thuộc thẩm quyền.", "cv.pdf", sender="huyen-dai-tu")
    verdict = judged(mail)
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.candidates) == (Question.TASK, ())


def test_a_periodic_report_that_cites_the_document_stays_a_periodic_report() -> None:
    verdict = judged(a_reply("Báo cáo tháng 6 năm 2013 (theo Công văn 123/UBND-TH)", "", "bc.pdf"))
    assert isinstance(verdict, Filed)
    assert [filing.report for filing in verdict.filings] == ["bc-month"]


@pytest.mark.parametrize(
    "subject",
    [
        "Báo cáo kết quả thực hiện Công văn số 123/UBND-TH trong tháng 6 năm 2013",
        "Báo cáo tháng 6 năm 2013 về kết quả triển khai văn bản 123/UBND-TH",
    ],
)
def test_results_of_a_tasks_document_that_name_a_month_are_asked_about(subject: str) -> None:
    verdict = judged(a_reply(subject, "Đơn vị đã hoàn thành.", "bc.pdf"))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.TASK
    assert [filing.report for filing in verdict.candidates] == ["bc-month", "nv-1"]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Báo cáo kết quả thực hiện nhiệm vụ tháng 6, NV 6 tháng cuối năm 2013", "bc.pdf"),
        ("Báo cáo tháng 6 năm 2013", "BC thang 6, NV 6 thang cuoi nam.docx"),
        ("Báo cáo kết quả thực hiện nhiệm vụ tháng 6/2013, NV 6", "bc.pdf"),
    ],
)
def test_the_plan_part_of_a_report_names_no_task(subject: str, name: str) -> None:
    verdict = judged(a_reply(subject, "", name), a_book_with(a_task(6)))
    assert isinstance(verdict, Filed)
    assert [filing.report for filing in verdict.filings] == ["bc-month"]


@pytest.mark.parametrize("subject", ["Re: [NV-000001] Nhiệm vụ được giao", "Re: [Nhắc] Nhiệm vụ được giao"])
@pytest.mark.parametrize("sender", [FINANCE, DISTRICT])
def test_a_periodic_report_in_answer_to_a_letter_about_a_task_is_asked_about(
    subject: str, sender: UnitId
) -> None:
    rules = some_rules(reports=(a_report(owed_by=frozenset({"so-ban-nganh", "huyen"})),), units=RULES.units)
    name = "Báo cáo kết quả thực hiện nhiệm vụ tháng 6 năm 2013.pdf"
    known = Known(tasks=tuple(open_tasks(BOOK)), thread=(a_task().key,))
    verdict = classify(a_reply(subject, "", name, sender=sender), rules, at("2013-06-20 09:00"), known)
    assert isinstance(verdict, Unclear)
    # The task is not the supporting unit's to end.
    led = ["nv-1"] if sender == FINANCE else []
    assert [filing.report for filing in verdict.candidates] == ["bc-month", *led]


def test_a_report_on_a_task_that_bears_its_code_itself_may_name_a_month() -> None:
    name = "Báo cáo kết quả thực hiện nhiệm vụ NV-000001 tháng 6 năm 2013.pdf"
    verdict = judged(a_reply("Re: [NV-000001] Nhiệm vụ được giao", "", name))
    assert isinstance(verdict, Filed)
    assert [filing.report for filing in verdict.filings] == ["nv-1"]


def test_a_supporting_unit_reports_news_and_ends_nothing() -> None:
    mail = a_reply("Re: [NV-000001]", "Đã hoàn thành phần việc phối hợp.", "kq.pdf", sender="huyen-dai-tu")
    verdict = judged(mail)
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.NEWS


def test_a_unit_that_has_no_part_in_the_task_says_nothing_of_it() -> None:
    book = a_book_with(
        Assignment(
            number=1,
            given=Task(
                document="CV",
                symbol="9/UBND-TH",
                issued_on=date(2013, 6, 1),
                signer="A",
                content="x",
                lead=DISTRICT,
            ),
            by="a",
            recorded_at=GIVEN,
        )
    )
    assert not isinstance(
        judged(a_reply("[NV-000001] kết quả thực hiện", "đã hoàn thành", "a.pdf"), book), Filed
    )


def test_a_state_is_derived_at_any_moment_and_a_person_may_find_the_work_wanting() -> None:
    filed = judged(a_reply("[NV-000001] kết quả thực hiện", "đã hoàn thành", "a.pdf"))
    wanting = Note(
        number=1,
        assignment=1,
        word=Word.WRONG,
        reason="thiếu số liệu",
        by="b",
        noted_at=at("2013-06-25 09:00"),
    )
    book = a_book_with(a_task(), notes=(wanting,), arrivals=(an_arrival(filed, at("2013-06-20 09:00")),))
    rules = in_force(RULES, book)
    states = [
        line(rules, book, a_task(), at(f"{now} 10:00"))
        for now in ("2013-06-10", "2013-06-21", "2013-06-26", "2013-07-02")
    ]
    assert [found.state for found in states] == [State.NOT_DONE, State.DONE, State.WRONG, State.WRONG]
    assert [found.overdue for found in states] == [False, False, False, True]
    assert states[-1].working_days == 2
    assert states[-1].reason == "thiếu số liệu"


def test_no_task_is_overdue_or_late_while_a_mail_of_its_unit_waits_for_a_person() -> None:
    unclear = judged(a_reply("Re: [NV-000001]", "Kính gửi Văn phòng, gửi kèm văn bản.", "vb.pdf"))
    waiting = an_arrival(unclear, at("2013-06-27 09:00"))
    key = a_task().key
    handed_in = Filed(unit=key.unit, filings=(Filing(key.report, key.period),), findings=unclear.findings)
    late = an_arrival(handed_in, at("2013-07-02 09:00"), 2)
    now = at("2013-07-05 10:00")
    for arrivals in ((waiting,), (waiting, late)):
        book = a_book_with(a_task(), arrivals=arrivals)
        found = line(in_force(RULES, book), book, a_task(), now)
        assert (found.overdue, found.late, found.waits, found.working_days) == (False, False, True, 0)
    book = a_book_with(a_task(), arrivals=(late,))
    assert line(in_force(RULES, book), book, a_task(), now).late


def test_units_are_told_reminded_and_chased_like_of_any_report() -> None:
    told = plan(RULES, BOOK, at("2013-06-03 10:00"), GO_LIVE).post
    assert [n.keys for n in told if n.kind is NoticeKind.ASSIGNED] == [
        ("assigned/1/so-tai-chinh",),
        ("assigned/1/huyen-dai-tu",),
    ]
    late = a_book_with(a_task(), scanned_at=at("2013-07-01 09:00"))
    keys = {key for n in plan(RULES, late, at("2013-07-01 09:00"), GO_LIVE).post for key in n.keys}
    assert "late/so-tai-chinh/nv-1/2013-E1/1" in keys


def test_a_task_that_was_due_before_it_was_entered_is_told_and_nobody_is_chased_or_called_late() -> None:
    entered = replace(a_task(), recorded_at=at("2013-07-01 09:00"))
    key = entered.key
    now = at("2013-07-02 09:00")
    book = a_book_with(entered, scanned_at=now)
    keys = {each for notice in plan(RULES, book, now, GO_LIVE).post for each in notice.keys}
    assert "assigned/1/so-tai-chinh" in keys
    assert not any(each.startswith(f"late/{key}") for each in keys)
    stands = judge(book.duties[key], book, now)
    assert (stands.standing, stands.doubt) == (Standing.NOT_JUDGED, Doubt.ENTERED_LATE)
    verdict = Filed(unit=key.unit, filings=(Filing(key.report, key.period),), findings=Findings())
    came = a_book_with(entered, arrivals=(an_arrival(verdict, now),), scanned_at=now)
    assert judge(came.duties[key], came, now).standing is Standing.NOT_JUDGED
    # The staff still sees what its document asks for, and since when.
    assert line(in_force(RULES, book), book, entered, now).overdue
    # Given another day, it is chased like any other.
    moved = replace(book.duties[key], due_at=at("2013-07-05 23:59:59"))
    later = at("2013-07-09 09:00")
    again = a_book(duties=[moved], assignments=(entered,), scanned_at=later)
    assert judge(moved, again, later).standing is Standing.OVERDUE


def test_a_task_without_deadline_is_never_overdue_but_shows_its_age() -> None:
    book = a_book_with(
        Assignment(
            number=1,
            given=Task(
                document="CV",
                symbol="9/UBND-TH",
                issued_on=date(2013, 6, 1),
                signer="A",
                content="x",
                lead=FINANCE,
            ),
            by="a",
            recorded_at=GIVEN,
        )
    )
    found = line(RULES, book, book.assignments[0], at("2014-06-03 10:00"))
    assert (found.overdue, found.age_days) == (False, 365)
    assert tasks_in([found], at("2014-06-01"), at("2014-07-01")) == [found]


def test_an_ended_task_is_told_of_in_the_month_of_its_end_and_in_no_later_one() -> None:
    ended = Note(
        number=1, assignment=1, word=Word.CANCELLED, reason="x", by="a", noted_at=at("2013-06-20 09:00")
    )
    book = a_book_with(a_task(), notes=(ended,))
    now = at("2013-08-05 09:00")
    found = [line(RULES, book, a_task(), now)]
    assert tasks_in(found, at("2013-06-01 00:00"), at("2013-07-01 00:00")) == found
    assert tasks_in(found, at("2013-07-01 00:00"), at("2013-08-01 00:00")) == []


def test_a_task_that_an_official_letter_excuses_need_not_be_done_any_more() -> None:
    book = a_book_with(a_task())
    draft = OfficialLetter(
        number=1,
        document=Document(number="9/VP", issued_on=date(2013, 6, 20), issuer="Văn phòng", reason="lũ"),
        effect=Excuse(),
        scope=Scope(units=frozenset({FINANCE}), periods=frozenset({a_task().key.period})),
        by="thanh",
        recorded_at=at("2013-06-20 09:00"),
    )
    letter = replace(draft, changes=changes(RULES, book, draft))
    excused = [change.after for change in letter.changes if change.after is not None]
    book = replace(book, official=(letter,)).announcing(excused)
    stands = line(RULES, book, a_task(), at("2013-07-05 09:00"))
    assert (stands.state, stands.overdue, stands.reason) == (State.ENDED, False, "lũ")
    assert line(RULES, book, a_task(), at("2013-06-19 09:00")).state is State.NOT_DONE


def test_the_successor_of_the_lead_unit_answers_for_its_task() -> None:
    ended = a_unit(valid=Span(None, date(2013, 6, 15)), successors=(UnitId("so-moi"),))
    rules = some_rules(units=(ended, a_unit("so-moi", valid=Span(date(2013, 6, 16), None))))
    known = Known(tasks=tuple(open_tasks(BOOK)), open=BOOK.open_duties)

    def says(text: str) -> Verdict:
        mail = a_reply("Re: [NV-000001]", text, "vb.pdf", sender="so-moi")
        return classify(mail, rules, at("2013-06-20 09:00"), known)

    done = says("Đơn vị đã hoàn thành nhiệm vụ.")
    assert isinstance(done, Filed)
    assert done.unit == FINANCE
    unclear = says("Kính gửi văn bản kèm theo.")
    assert isinstance(unclear, Unclear)
    assert unclear.question is Question.TASK
    now = at("2013-07-02 09:00")
    waiting = replace(BOOK, arrivals=(an_arrival(unclear, at("2013-06-20 09:00")),), scanned_at=now)
    assert judge(BOOK.duties[a_task().key], waiting, now).standing is Standing.NOT_JUDGED


@pytest.mark.parametrize(("noted", "late"), [("2013-07-01 08:00", False), ("2013-06-25 09:00", True)])
def test_no_late_notice_says_that_nothing_came_of_what_came_in_time_and_was_found_wanting_since(
    noted: str, late: bool
) -> None:
    done = judged(a_reply("[NV-000001] kết quả thực hiện", "đã hoàn thành", "a.pdf"))
    wanting = Note(number=1, assignment=1, word=Word.WRONG, reason="thiếu", by="b", noted_at=at(noted))
    now = at("2013-07-02 09:00")
    book = a_book_with(
        a_task(), notes=(wanting,), arrivals=(an_arrival(done, at("2013-06-20 09:00")),), scanned_at=now
    )
    keys = {key for notice in plan(RULES, book, now, GO_LIVE).post for key in notice.keys}
    assert any(key.startswith("late/so-tai-chinh/nv-1/") for key in keys) is late


def wanting(noted: str, number: int = 1, reason: str = "thiếu biểu số liệu") -> Note:
    return Note(number=number, assignment=1, word=Word.WRONG, reason=reason, by="b", noted_at=at(noted))


def told_wanting(now: str, *notes: Note, came: tuple[str, ...] = ("2013-06-20 09:00",)) -> list[Notice]:
    done = judged(a_reply("[NV-000001] kết quả thực hiện", "đã hoàn thành", "a.pdf"))
    arrivals = tuple(an_arrival(done, at(when), number) for number, when in enumerate(came, 1))
    book = a_book_with(a_task(), notes=notes, arrivals=arrivals, scanned_at=at(now))
    return [n for n in plan(RULES, book, at(now), GO_LIVE).post if n.kind is NoticeKind.SUPPLEMENT]


def test_a_unit_is_told_once_what_a_person_found_wanting_after_the_task_was_due() -> None:
    (notice,) = told_wanting("2013-07-02 09:00", wanting("2013-07-01 08:00"))
    assert notice.keys == ("supplement/so-tai-chinh/nv-1/2013-E1/note-1",)
    assert notice.to == ("so-tai-chinh@tinh.example",)
    assert isinstance(notice.matter, SupplementMatter)
    assert (notice.matter.wanting, notice.matter.duty.due_at) == ("thiếu biểu số liệu", DUE)
    assert notice.matter.copy.at == at("2013-06-20 09:00")
    # A second word of the staff on the same answer is no second letter; what is not sent yet says it.
    (again,) = told_wanting(
        "2013-07-02 10:00", wanting("2013-07-01 08:00"), wanting("2013-07-02 08:00", 2, "thiếu phụ lục")
    )
    assert again.keys == notice.keys
    assert isinstance(again.matter, SupplementMatter)
    assert again.matter.wanting == "thiếu phụ lục"


def test_each_answer_that_is_found_wanting_is_told_of_and_none_that_counts() -> None:
    first, second = wanting("2013-07-01 08:00"), wanting("2013-07-04 08:00", 2)
    came = ("2013-06-20 09:00", "2013-07-03 09:00")
    assert told_wanting("2013-07-03 10:00", first, came=came) == []
    (notice,) = told_wanting("2013-07-04 09:00", first, second, came=came)
    assert notice.keys == ("supplement/so-tai-chinh/nv-1/2013-E1/note-2",)
    assert told_wanting("2013-08-15 09:00", first, second, came=came) == [], "a month is long enough"
    assert told_wanting("2013-07-02 09:00", wanting("2013-06-25 09:00")) == [], "late notices tell of it"
