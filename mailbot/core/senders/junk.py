"""Mails that the provider's filter took for junk (thư rác): whose are read, and what they count.

A filter errs, and a unit must not be called late for that. So what names a registered sender is taken in
like any other mail; but the filter speaks against it. What is proved to be the sender's counts as if it lay
in the inbox. A report that nothing proves waits, and the registered box gets the code that confirms it. About
anything else the unit is not written to, for whoever borrows an address must not make us write to it: a
person looks at it, and until then the unit is not called late. What brings no document and names no report is
set aside.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from mailbot.core.mail import Level, Mail
from mailbot.core.members import is_document
from mailbot.core.rules import Rules
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Findings,
    Ignored,
    Question,
    Reason,
    Source,
    Unclear,
    Verdict,
)

IN_JUNK = "máy chủ thư đã xếp thư này vào thư mục thư rác"
# No longer than mail systems allow (RFC 5321, 4.5.3.1), so that no text makes the search slow.
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)
_PROVED = frozenset({Level.USER, Level.DOMAIN})
# What mailbot asks of any mail that says nothing it knows.
_NAMES_NO_REPORT = frozenset({Question.REPORT, Question.PERIOD, Question.FORGED})


def names_one_of_ours(field: str, rules: Rules, on: date) -> bool:
    """Whether `From`, as it stands in a mail, names a unit or the staff on that day.

    Its last address is the sender's, whatever stands in the name before it. Asked of a line that nobody
    has parsed: who really sent the mail is found out when it is read.
    """
    found = _ADDRESS.findall(field)
    if not found:
        return False
    email = found[-1].lower()
    return (
        rules.registered(email, on)
        or rules.unit_at_domain(email, on) is not None
        or bool(rules.heirs_of_address(email, on))
    )


def out_of_junk(verdict: Verdict, mail: Mail) -> Verdict:
    """The verdict on a mail of that folder; `verdict` was weighed so that what nothing proves waits."""
    told = _with(verdict, lambda findings: replace(findings, evidence=(*findings.evidence, _SAYS)))
    if mail.proof.level in _PROVED:
        return told
    match told:
        case Unclear(question=Question.UNVERIFIED):
            return told
        case Filed(filings=filings, findings=findings):
            return Unclear(question=Question.UNVERIFIED, findings=findings, candidates=filings)
        case Unclear(question=question) if question not in _NAMES_NO_REPORT or _has_document(mail):
            return _with(told, _of_nobody)
        case Ignored(reason=Reason.NOT_A_REPORT, findings=findings) if _has_document(mail):
            return Unclear(question=Question.UNVERIFIED, findings=_of_nobody(findings))
        case Ignored(reason=Reason.NEWS, findings=findings):
            return Unclear(question=Question.UNVERIFIED, findings=_of_nobody(findings))
        case Unclear(findings=findings) | Ignored(reason=Reason.NOT_A_REPORT, findings=findings):
            return Ignored(reason=Reason.NOT_A_REPORT, findings=replace(findings, unit=None))
        case _:
            return told


def was_in_junk(verdict: Verdict) -> bool:
    """Whether a mail with this verdict was found in the folder for junk."""
    return _SAYS in verdict.findings.evidence


_SAYS = Evidence(Source.HEADERS, IN_JUNK)


def _has_document(mail: Mail) -> bool:
    return any(map(is_document, mail.attachments))


def _of_nobody(findings: Findings) -> Findings:
    """Nobody is taken for the sender, so nobody is answered; whom it names is not accused meanwhile."""
    named = {*findings.may_be, *([findings.unit] if findings.unit else [])}
    return replace(findings, unit=None, may_be=tuple(sorted(named)))


def _with(verdict: Verdict, change: Callable[[Findings], Findings]) -> Verdict:
    return replace(verdict, findings=change(verdict.findings))
