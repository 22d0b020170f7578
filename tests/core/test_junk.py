"""Which mails of the folder for junk are read, and what they count."""

from dataclasses import replace
from datetime import date

import pytest
from builders import a_book, a_mail, a_unit, an_arrival, at, filed, some_rules
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.duty import Duty, DutyKey
from mailbot.core.letters.answers import answers
from mailbot.core.mail import Attachment, Level, Mail, Proof
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import ReportId
from mailbot.core.senders.doubtful import weighed
from mailbot.core.senders.junk import names_one_of_ours, out_of_junk, was_in_junk
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.tasks.assignment import News, Word
from mailbot.core.verdict import Filed, Findings, Ignored, Question, Reason, Unclear, Verdict, unit_of

UNIT = a_unit()
RULES = some_rules()
ON = date(2013, 6, 20)
FILE = Attachment(name="bao cao.pdf", content_type="application/pdf", size=9, sha256="1" * 64)
JUNE = filed("2013-06")
DUTY = Duty(
    key=DutyKey(UNIT.id, ReportId("bc-month"), Period.parse("2013-06")),
    opens_at=at("2013-06-01"),
    due_at=at("2013-06-25 17:00"),
    basis="",
    derivation="",
)
ASKED = Unclear(question=Question.PERIOD, findings=Findings(unit=UNIT.id))
NEWS = Ignored(
    reason=Reason.NEWS,
    news=News(key=DUTY.key, word=Word.IN_PROGRESS, reason="chờ Bộ trả lời"),
    findings=Findings(unit=UNIT.id),
)
PLAN = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=UNIT.id))


def sent(level: Level, *files: Attachment) -> Mail:
    return a_mail(proof=Proof(level, "so it was found"), attachments=files)


def counted(verdict: Verdict, mail: Mail) -> Verdict:
    """As the intake does it."""
    return out_of_junk(weighed(verdict, mail, pausing=True), mail)


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        ("From: Văn thư <so-tai-chinh@tinh.example>", True),
        ("FROM: SO-TAI-CHINH@TINH.EXAMPLE", True),
        ('From: "so-tai-chinh@tinh.example" <so-tai-chinh@tinh.example>', True),
        ("From: phong.ngan.sach@so-tai-chinh.tinh.example", True),
        ("From: =?utf-8?b?VsSDbiB0aMaw?=\r\n <so-tai-chinh@tinh.example>", True),
        ('From: "so-tai-chinh@tinh.example" <shop@spam.example>', False),
        ("From: so-tai-chinh@tinh.example.spam.example", False),
        ("From: <so-tai-chinh @tinh.example>", False),
        ("From: nobody", False),
        ("", False),
    ],
)
def test_only_what_names_a_registered_sender_is_read(field: str, ours: bool) -> None:
    assert names_one_of_ours(field, RULES, ON) is ours


def test_a_sender_is_known_as_of_that_day() -> None:
    ended = replace(UNIT, valid=replace(UNIT.valid, end=date(2013, 6, 10)), successors=())
    rules = some_rules(units=(ended,))
    field = "From: ai@so-tai-chinh.tinh.example"
    assert names_one_of_ours(field, rules, date(2013, 6, 10))
    assert not names_one_of_ours(field, rules, date(2013, 6, 11))


@given(field=st.text(max_size=3000))
def test_any_line_gives_an_answer(field: str) -> None:
    assert names_one_of_ours(field, RULES, ON) in {True, False}


@pytest.mark.parametrize("level", [Level.USER, Level.DOMAIN])
@pytest.mark.parametrize("verdict", [JUNE, ASKED, PLAN, NEWS])
def test_what_is_proved_counts_as_in_the_inbox_and_says_where_it_lay(level: Level, verdict: Verdict) -> None:
    found = counted(verdict, sent(level, FILE))
    assert was_in_junk(found)
    assert not was_in_junk(verdict)
    evidence = verdict.findings.evidence
    assert replace(found, findings=replace(found.findings, evidence=evidence)) == verdict


@pytest.mark.parametrize("level", [Level.KNOWN, Level.UNKNOWN])
def test_a_report_that_nothing_proves_waits_and_its_unit_is_not_called_late(level: Level) -> None:
    found = counted(JUNE, sent(level, FILE))
    assert isinstance(found, Unclear)
    assert (found.question, unit_of(found), found.candidates) == (
        Question.UNVERIFIED,
        UNIT.id,
        JUNE.filings,
    )
    came = an_arrival(verdict=found, arrived_at=at("2013-06-24 09:00"), mail=sent(level, FILE))
    now = at("2013-06-28 09:00")
    book = a_book(arrivals=(came,), duties=[DUTY], scanned_at=now)
    judgement = judge(DUTY, book, now)
    assert (judgement.standing, judgement.doubt) == (Standing.NOT_JUDGED, Doubt.UNDECIDED_MAIL)
    (letter,) = answers(RULES, book, at("2013-06-24 09:05"), at("2013-06-01"))
    assert letter.kind is NoticeKind.QUERY


@pytest.mark.parametrize("level", [Level.KNOWN, Level.FAILED, Level.UNKNOWN])
@pytest.mark.parametrize("verdict", [ASKED, PLAN, NEWS])
def test_of_anything_else_that_nothing_proves_nobody_is_told_and_a_person_looks(
    level: Level, verdict: Verdict
) -> None:
    mail = sent(level, FILE)
    found = counted(verdict, mail)
    assert isinstance(found, Unclear)
    assert unit_of(found) is None
    came = an_arrival(verdict=found, arrived_at=at("2013-06-24 09:00"), mail=mail)
    now = at("2013-06-28 09:00")
    book = a_book(arrivals=(came,), duties=[DUTY], scanned_at=now)
    assert list(answers(RULES, book, at("2013-06-24 09:05"), at("2013-06-01"))) == []
    assert judge(DUTY, book, now).standing is Standing.NOT_JUDGED


@pytest.mark.parametrize("level", [Level.KNOWN, Level.FAILED])
@pytest.mark.parametrize("verdict", [ASKED, PLAN])
def test_an_advertisement_in_a_units_name_is_set_aside_and_asks_nobody(
    level: Level, verdict: Verdict
) -> None:
    mail = sent(level)
    found = counted(verdict, mail)
    assert isinstance(found, Ignored)
    came = an_arrival(verdict=found, arrived_at=at("2013-06-24 09:00"), mail=mail)
    now = at("2013-06-28 09:00")
    book = a_book(arrivals=(came,), duties=[DUTY], scanned_at=now)
    assert list(answers(RULES, book, at("2013-06-24 09:05"), at("2013-06-01"))) == []
    assert book.undecided == {}


@pytest.mark.parametrize("question", [Question.URGENT, Question.LINK, Question.NO_FILE, Question.REQUEST])
def test_what_may_matter_without_a_file_is_a_persons(question: Question) -> None:
    asked = Unclear(question=question, findings=Findings(unit=UNIT.id))
    found = counted(asked, sent(Level.KNOWN))
    assert isinstance(found, Unclear)
    assert (found.question, found.findings.may_be) == (question, (UNIT.id,))


def test_a_failed_proof_never_files() -> None:
    assert not isinstance(counted(JUNE, sent(Level.FAILED, FILE)), Filed)
