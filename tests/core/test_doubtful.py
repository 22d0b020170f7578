"""What becomes of a verdict when nothing proves the sender, or something speaks against it."""

from dataclasses import replace

import pytest
from builders import a_book, a_mail, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.command import Command, Verb
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.letters.answers import answers
from mailbot.core.mail import Level, Mail, Proof
from mailbot.core.period import Period
from mailbot.core.rules import ReportId
from mailbot.core.senders.doubtful import weighed
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.tasks.assignment import News, Word
from mailbot.core.verdict import (
    Commanded,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Unclear,
    Verdict,
    unit_of,
)

UNIT = a_unit()
JUNE = filed("2013-06")
KEY = DutyKey(UNIT.id, ReportId("bc-month"), Period.parse("2013-06"))
NEWS = News(key=KEY, word=Word.IN_PROGRESS, reason="chờ Bộ trả lời")
DUTY = Duty(key=KEY, opens_at=at("2013-06-01"), due_at=at("2013-06-25 17:00"), basis="", derivation="")


def proved(level: Level) -> Mail:
    return a_mail(proof=Proof(level, "so it was found"))


@pytest.mark.parametrize("pausing", [True, False])
@pytest.mark.parametrize("level", [Level.USER, Level.DOMAIN, Level.UNKNOWN])
def test_a_proved_report_counts(level: Level, pausing: bool) -> None:
    assert weighed(JUNE, proved(level), pausing=pausing) == JUNE


def test_an_unproved_report_counts_where_the_office_believes_addresses() -> None:
    assert weighed(JUNE, proved(Level.KNOWN), pausing=False) == JUNE


def test_an_unproved_report_waits_where_senders_can_be_proved() -> None:
    verdict = weighed(JUNE, proved(Level.KNOWN), pausing=True)
    assert isinstance(verdict, Unclear)
    assert (verdict.question, unit_of(verdict)) == (Question.UNVERIFIED, UNIT.id)
    assert verdict.candidates == JUNE.filings
    assert verdict.findings.evidence[-1].text == "so it was found"


@pytest.mark.parametrize(
    ("verb", "waits"), [(Verb.NIL, True), (Verb.RIGHT, True), (Verb.STATUS, False), (Verb.HELP, False)]
)
def test_a_word_that_may_end_a_duty_waits_like_a_report(verb: Verb, waits: bool) -> None:
    said = Commanded(unit=UNIT.id, command=Command(verb=verb), findings=Findings(unit=UNIT.id))
    verdict = weighed(said, proved(Level.KNOWN), pausing=True)
    assert isinstance(verdict, Unclear) is waits
    assert weighed(said, proved(Level.KNOWN), pausing=False) == said
    assert weighed(said, proved(Level.DOMAIN), pausing=True) == said


@pytest.mark.parametrize(
    "verdict",
    [
        JUNE,
        Unclear(question=Question.PERIOD, findings=Findings(unit=UNIT.id)),
        Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=UNIT.id)),
        Ignored(reason=Reason.NEWS, news=NEWS, findings=Findings(unit=UNIT.id)),
        Commanded(unit=UNIT.id, command=Command(verb=Verb.NIL), findings=Findings(unit=UNIT.id)),
    ],
)
def test_a_forged_mail_is_a_persons_and_nobody_is_answered(verdict: Verdict) -> None:
    found = weighed(verdict, proved(Level.FAILED), pausing=False)
    assert isinstance(found, Unclear)
    assert (found.question, unit_of(found), found.candidates) == (Question.FORGED, None, ())
    rules, arrival = some_rules(units=(UNIT,)), an_arrival(found, at("2013-06-24 09:00"))
    assert list(answers(rules, a_book(arrival), at("2013-06-24 09:01"), at("2013-06-01"))) == []


def test_a_forged_mail_with_a_mark_of_secrecy_tells_the_officer_only() -> None:
    sealed = Sealed(unit=UNIT.id, findings=Findings(unit=UNIT.id))
    found = weighed(sealed, proved(Level.FAILED), pausing=False)
    assert isinstance(found, Sealed)
    assert found.unit is None


@pytest.mark.parametrize("level", Level)
def test_a_mail_of_nobody_stays_one(level: Level) -> None:
    nobodys = Unclear(question=Question.UNIT, findings=Findings())
    assert weighed(nobodys, proved(level), pausing=True) == nobodys


@pytest.mark.parametrize(
    ("level", "pausing"), [(Level.FAILED, False), (Level.FAILED, True), (Level.KNOWN, True)]
)
def test_no_unit_is_called_late_while_a_doubtful_report_of_its_own_waits(level: Level, pausing: bool) -> None:
    verdict: Verdict = weighed(JUNE, proved(level), pausing=pausing)
    arrival = replace(an_arrival(verdict, at("2013-06-24 09:00")))
    book = a_book(arrival, duties=[DUTY], scanned_at=at("2013-06-26"))
    found = judge(DUTY, book, at("2013-06-26 10:00"))
    assert (found.standing, found.doubt) == (Standing.NOT_JUDGED, Doubt.UNDECIDED_MAIL)
