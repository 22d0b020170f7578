"""The clerk's judgement: whose mail this is, which report, for which period.

The order of judgement is the order of the questions below, and every answer keeps its evidence. An
unclear mail is unclear, never a guess: a wrong "received" hurts more than a question.
"""

from dataclasses import replace
from datetime import date, datetime

from mailbot.core import secrecy
from mailbot.core.calendar import local
from mailbot.core.mail import Automation, Mail
from mailbot.core.periods_of import PeriodReading, periods_of
from mailbot.core.rules import Report, Rules, Unit
from mailbot.core.titles import DocumentType
from mailbot.core.topic import other_topic
from mailbot.core.verdict import (
    Evidence,
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

_MACHINES = {
    Automation.BOUNCE: (Reason.BOUNCE, "thư báo không gửi được của máy chủ"),
    Automation.DELAYED: (Reason.DELAYED, "thư báo gửi chậm của máy chủ"),
    Automation.AUTO_REPLY: (Reason.AUTO_REPLY, "thư trả lời tự động, không do người viết"),
    Automation.OWN: (Reason.OWN, "thư do chính hệ thống gửi"),
}
# What carries a period but hands in nothing (Decree 30/2020, Appendix III: kinds of documents).
_NO_REPORTS = frozenset(
    {
        DocumentType.KH,
        DocumentType.GM,
        DocumentType.TTR,
        DocumentType.TB,
        DocumentType.QD,
        DocumentType.CT,
    }
)


def classify(mail: Mail, rules: Rules, arrived_at: datetime, *, twin: int | None = None) -> Verdict:
    """Judge one mail.

    Args:
        mail: as read.
        rules: the rules in force.
        arrived_at: the moment that counts; missing years are inferred from it.
        twin: number of an earlier arrival with the same content, if there is one.
    """
    if mail.automation is not None:
        reason, says = _MACHINES[mail.automation]
        return Ignored(
            reason=reason, findings=Findings(confidence=1.0, evidence=(Evidence(Source.HEADERS, says),))
        )
    on = local(arrived_at).date()
    unit, from_whom = _unit(mail, rules, on)
    if where := secrecy.mark(mail.subject, tuple(a.name for a in mail.attachments), mail.text):
        seal = Evidence(Source(where), "có dấu hiệu chứa tài liệu thuộc phạm vi bí mật nhà nước")
        findings = Findings(unit=unit.id if unit else None, confidence=1.0, evidence=(seal,))
        return Sealed(unit=unit.id if unit else None, findings=findings)
    reading = periods_of(mail, on)
    findings = _findings(reading, unit, from_whom)
    if twin is not None:
        return Ignored(reason=Reason.DUPLICATE, findings=findings, duplicate_of=twin)
    return _judge(mail, rules, reading, unit, findings)


def _unit(mail: Mail, rules: Rules, on: date) -> tuple[Unit | None, Evidence]:
    if mail.sender is None:
        return None, Evidence(Source.SENDER, "thư không có đúng một người gửi")
    email = mail.sender.email
    if unit := rules.unit_at_address(email, on):
        return unit, Evidence(Source.SENDER, f"địa chỉ đã đăng ký của {unit.name}", email)
    if unit := rules.unit_at_domain(email, on):
        return unit, Evidence(Source.SENDER, f"tên miền thư riêng của {unit.name}", email)
    return None, Evidence(Source.SENDER, "địa chỉ gửi chưa đăng ký", email)


def _findings(reading: PeriodReading, unit: Unit | None, from_whom: Evidence) -> Findings:
    return Findings(
        unit=unit.id if unit else None,
        periods=reading.periods,
        document_type=reading.document_type or "",
        confidence=0.0,
        evidence=(from_whom, *reading.evidence),
        runner_up=reading.runner_up,
    )


def _judge(
    mail: Mail, rules: Rules, reading: PeriodReading, unit: Unit | None, findings: Findings
) -> Verdict:
    """Which report the mail hands in, given what was read of it."""
    if unit is None:
        return _unclear(Question.UNIT, findings, _filings(rules, reading, None))
    filings = _filings(rules, reading, unit)
    if mail.defects and not (reading.periods and mail.attachments):
        return _unclear(Question.UNREADABLE, findings, filings)
    if reading.document_type in _NO_REPORTS:
        return Ignored(reason=Reason.NOT_A_REPORT, findings=replace(findings, confidence=0.9))
    if topic := other_topic(rules, reading.title):
        evidence = Evidence(Source.SUBJECT, "báo cáo thuộc chế độ báo cáo khác", topic)
        return _unclear(Question.REPORT, _with(findings, evidence), filings)
    if reading.conflict or not reading.periods:
        return _unclear(Question.PERIOD, findings, filings)
    if not filings or reading.asks or reading.document_type not in {DocumentType.BC, DocumentType.PL}:
        return _unclear(Question.REPORT, findings, filings)
    if not mail.attachments:
        return _unclear(Question.NO_FILE, findings, filings)
    return Filed(unit=unit.id, filings=filings, findings=replace(findings, confidence=reading.confidence))


def _filings(rules: Rules, reading: PeriodReading, unit: Unit | None) -> tuple[Filing, ...]:
    """The reports that the rules ask for, of this unit if it is known, for the periods read."""
    return tuple(
        Filing(report.id, period)
        for period in reading.periods
        for report in rules.reports
        if report.asks_for(period) and (unit is None or _owes(unit, report))
    )


def _owes(unit: Unit, report: Report) -> bool:
    return unit.group in report.owed_by


def _unclear(question: Question, findings: Findings, candidates: tuple[Filing, ...]) -> Unclear:
    return Unclear(question=question, findings=replace(findings, confidence=0.3), candidates=candidates)


def _with(findings: Findings, evidence: Evidence) -> Findings:
    return replace(findings, evidence=(*findings.evidence, evidence))
