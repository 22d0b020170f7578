"""A reply to a letter of ours hints at the duty meant, and never decides against what the mail says."""

from datetime import UTC, datetime

from museum.judge import rules

from mailbot.core.classify import Known, classify
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Address, Attachment, Mail, Nature
from mailbot.core.period import Period
from mailbot.core.replies.thread import duties_of_keys
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.verdict import Filed, Source, Unclear, Verdict

RULES = rules()
NOW = datetime(2014, 8, 24, 3, tzinfo=UTC)
UNIT = UnitId("so-tai-chinh")
JULY, AUGUST = (DutyKey(UNIT, ReportId("bc-thang"), Period.parse(f"2014-0{month}")) for month in (7, 8))


def judged(subject: str, *thread: DutyKey) -> Verdict:
    file = Attachment(
        name="scan.pdf", content_type="application/pdf", size=9_000, sha256="c" * 64, nature=Nature.EMPTY
    )
    mail = Mail(
        sha256="a" * 64,
        identity="b" * 64,
        size=9,
        sender=Address("sotaichinh@thainguyen.example"),
        subject=subject,
        attachments=(file,),
    )
    return classify(mail, RULES, NOW, Known(open=(JULY, AUGUST), thread=thread))


def hints(verdict: Verdict) -> list[str]:
    return [e.says for e in verdict.findings.evidence if e.source is Source.THREAD]


def test_keys_of_reminders_and_late_notices_tell_their_duties_and_others_none() -> None:
    others = ("receipt/7", "digest/2014-08-24", "x", "")
    keys = (f"reminder/{AUGUST}/1", f"late/{JULY}/2", f"reminder/{AUGUST}/2", *others)
    assert duties_of_keys(keys) == (AUGUST, JULY)


def test_a_mail_that_says_no_period_is_asked_about_with_the_thread_s_duty_first() -> None:
    verdict = judged("Gửi báo cáo", AUGUST)
    assert isinstance(verdict, Unclear)
    assert verdict.candidates[0].period == AUGUST.period
    assert judged("Gửi báo cáo").candidates[0].period == JULY.period  # type: ignore[union-attr]
    (said,) = hints(verdict)
    assert "tháng 8 năm 2014" in said


def test_a_reply_to_last_month_s_thread_hands_in_what_its_own_words_say() -> None:
    verdict = judged("Báo cáo tháng 8 năm 2014", JULY)
    assert isinstance(verdict, Filed)
    assert [filing.period for filing in verdict.filings] == [AUGUST.period]
    assert verdict.findings.confidence == judged("Báo cáo tháng 8 năm 2014").findings.confidence


def test_a_thread_about_another_unit_s_duty_says_nothing() -> None:
    other = DutyKey(UnitId("so-noi-vu"), AUGUST.report, AUGUST.period)
    assert hints(judged("Gửi báo cáo", other)) == []
