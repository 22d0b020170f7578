"""Documents that stand beside a report, or look like one, and are not the report that is owed."""

from dataclasses import replace

import pytest
from builders import a_mail, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.mail import Attachment, Mail, Nature
from mailbot.core.verdict import Filed, Question, Unclear, Verdict

RULES = some_rules()
HEAD = "SỞ TÀI CHÍNH\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 45/BC-STC\nngày 24 tháng 6 năm 2013\nBÁO CÁO\n"
READ = a_mail().attachments[0]


def judged(mail: Mail) -> Verdict:
    return classify(mail, RULES, at("2013-06-24 09:00"))


def filings(mail: Mail) -> list[str]:
    verdict = judged(mail)
    assert isinstance(verdict, Filed), verdict
    return [f"{filing.report} {filing.period}" for filing in verdict.filings]


def asked(mail: Mail) -> Question:
    verdict = judged(mail)
    assert isinstance(verdict, Unclear), verdict
    return verdict.question


def document(name: str, title: str) -> Attachment:
    return replace(READ, name=name, text=f"{HEAD}{title}\n\nI. KẾT QUẢ", nature=Nature.READ)


@pytest.mark.parametrize("subject", ["Báo cáo tuần 4 tháng 6", "BC tháng 6", "Gửi báo cáo"])
def test_a_week_of_a_month_is_not_the_month_whatever_its_file_is_called(subject: str) -> None:
    for name in ("BC tuan 4 T6.docx", "BC T6.docx", "bc.docx"):
        week = document(name, "Kết quả công tác tuần 4 tháng 6 năm 2013")
        assert asked(a_mail(subject, attachments=(week,))) is Question.PERIOD


def test_a_week_s_report_beside_the_month_s_hinders_nothing() -> None:
    files = (
        document("BC tuan 4 T6.docx", "Kết quả công tác tuần 4 tháng 6 năm 2013"),
        document("BC T6.docx", "Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"),
    )
    assert filings(a_mail("Báo cáo tuần 4 và tháng 6", attachments=files)) == ["bc-month 2013-06"]
