"""A mail that names no task as our letters do, and is likely about one all the same."""

from dataclasses import replace

import pytest
from builders import a_book, a_mail, a_unit, at, some_rules

from mailbot.core.classify import Known, classify
from mailbot.core.mail import Nature
from mailbot.core.rules import UnitId
from mailbot.core.tasks.assignment import Assignment, Task
from mailbot.core.tasks.task_mail import open_tasks
from mailbot.core.verdict import Filed, Ignored, Question, Reason, Unclear, Verdict

UNIT = a_unit()
GIVEN = at("2013-06-03 09:00")
TASK = Assignment(
    number=1,
    given=Task(
        document="Công văn",
        symbol="1523/UBND-TH",
        issued_on=GIVEN.date(),
        signer="A",
        content="Rà soát, báo cáo việc quản lý, sử dụng trụ sở công dôi dư sau sắp xếp đơn vị hành chính",
        lead=UnitId("so-tai-chinh"),
        due_at=at("2013-06-28 23:59:59"),
    ),
    by="thanh",
    recorded_at=GIVEN,
)
KNOWN = Known(tasks=tuple(open_tasks(a_book(assignments=(TASK,)))))


def judged(subject: str, *names: str, body: str = "", document: str = "", known: Known = KNOWN) -> Verdict:
    mail = a_mail(subject, *names, text=body)
    if document:
        files = tuple(replace(file, text=document, nature=Nature.READ) for file in mail.attachments)
        mail = replace(mail, attachments=files)
    return classify(mail, some_rules(units=(UNIT,)), at("2013-06-20 09:00"), known)


CITING = (
    "SỞ TÀI CHÍNH\nSố: 45/BC-STC\nThái Nguyên, ngày 19 tháng 6 năm 2013\nBÁO CÁO\nKết quả rà soát\n"
    "Thực hiện Công văn số 1523/UBND-TH ngày 01/6/2013 của UBND tỉnh, Sở báo cáo như sau:\n"
)


@pytest.mark.parametrize(
    "verdict",
    [
        judged("báo cáo trụ sở dôi dư", "bieu.xlsx"),
        judged("bao cao tru so doi du", "bieu.xlsx"),
        judged("Gửi UBND tỉnh", "Tru_so_cong_doi_du_sau_sap_xep.xlsx"),
        judged("Gửi UBND tỉnh", "bc.pdf", body="Sở gửi kết quả rà soát trụ sở công dôi dư ạ."),
        judged("V/v trả lời CV số 1523 của UBND tỉnh", "cv.pdf"),
        judged("Sở gửi văn bản", "bc.pdf", document=CITING),
        judged("Tờ trình về quản lý, sử dụng trụ sở công dôi dư", "to trinh.pdf"),
    ],
)
def test_what_says_the_words_of_a_task_or_its_number_is_asked_about_as_that_task(verdict: Verdict) -> None:
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.TASK
    assert [filing.report for filing in verdict.candidates] == ["nv-1"]


@pytest.mark.parametrize(
    "verdict",
    [
        judged("báo cáo công tác phòng cháy rừng", "bieu.xlsx"),
        judged("V/v trả lời CV số 1523/STC-NS", "cv.pdf"),
        judged("Báo cáo đơn vị", "bieu.xlsx"),
        judged("báo cáo trụ sở dôi dư", "bieu.xlsx", known=Known()),
    ],
)
def test_what_says_little_or_other_things_is_not(verdict: Verdict) -> None:
    assert not isinstance(verdict, Unclear) or verdict.question is not Question.TASK


def test_a_periodic_report_and_a_plea_stay_what_they_are() -> None:
    assert isinstance(judged("Báo cáo tháng 6/2013 (có nội dung CV số 1523)", "bc.pdf"), Filed)
    mail = a_mail("Xin lùi thời hạn báo cáo trụ sở dôi dư", text="Sở xin lùi đến 10/7.", attachments=())
    plea = classify(mail, some_rules(units=(UNIT,)), at("2013-06-20 09:00"), KNOWN)
    assert isinstance(plea, Unclear)
    assert plea.question is Question.REQUEST


def test_a_plan_that_is_about_no_task_stays_aside() -> None:
    verdict = judged("Kế hoạch tập huấn nghiệp vụ", "ke hoach.pdf")
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.NOT_A_REPORT
