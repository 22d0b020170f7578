"""What follows when nothing proves who sent a mail, or something speaks against it.

A report that may be forged never closes a duty, and none is lost: a person decides, and until then the
unit is not called late.
"""

from dataclasses import replace

from mailbot.core.command import Verb
from mailbot.core.mail import Level, Mail
from mailbot.core.verdict import (
    Commanded,
    Evidence,
    Filed,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
    unit_of,
)

# Their answers go to the registered address and change nothing; a code proves itself.
_HARMLESS = frozenset({Verb.STATUS, Verb.HELP, Verb.UNKNOWN, Verb.MORE_TIME, Verb.CONFIRM})


def weighed(verdict: Verdict, mail: Mail, *, pausing: bool) -> Verdict:
    """The verdict with what was found about the sender.

    Args:
        verdict: as judged from what the mail says.
        mail: with the `proof` that was found.
        pausing: whether a report from a registered address that nothing proves waits for a person.
    """
    match verdict, mail.proof.level:
        case Unclear(question=Question.UNIT), _:
            # Taken for nobody's already.
            return verdict
        case Sealed(), Level.FAILED:
            return replace(verdict, unit=None)
        case Filed() | Unclear() | Commanded(), Level.FAILED:
            return _forged(verdict, mail)
        # What it says of a task would stand in the Chairman's report as the unit's own words.
        case Ignored(reason=Reason.NOT_A_REPORT | Reason.NEWS), Level.FAILED:
            return _forged(verdict, mail)
        case Filed() | Commanded(), Level.KNOWN if pausing and _closes(verdict):
            findings = _told(verdict.findings, "địa chỉ đã đăng ký, chưa xác thực được nơi gửi", mail)
            filings = verdict.filings if isinstance(verdict, Filed) else ()
            return Unclear(question=Question.UNVERIFIED, findings=findings, candidates=filings)
        case _:
            return verdict


def _closes(verdict: Filed | Commanded) -> bool:
    """Whether a unit's mail may end a duty, as a report does, or a word by which it says what it sent."""
    if isinstance(verdict, Filed):
        return True
    return verdict.unit is not None and verdict.command.verb not in _HARMLESS


def _told(findings: Findings, says: str, mail: Mail) -> Findings:
    return replace(findings, evidence=(*findings.evidence, Evidence(Source.HEADERS, says, mail.proof.says)))


def _forged(verdict: Filed | Unclear | Commanded | Ignored, mail: Mail) -> Unclear:
    """Nobody is answered, and no unit is taken for the sender; the one that is named is not accused."""
    findings = _told(verdict.findings, "có dấu hiệu giả mạo địa chỉ gửi", mail)
    unit = unit_of(verdict)
    named = {*findings.may_be, *([unit] if unit else [])}
    return Unclear(
        question=Question.FORGED, findings=replace(findings, unit=None, may_be=tuple(sorted(named)))
    )
