"""Core values as the JSON that scripts read; names as in the house's vocabulary."""

from datetime import datetime
from typing import Any

from mailbot.cli.printing import iso
from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.changes.official import Announce, Change, DaysOff, Excuse, Move, OfficialLetter, Revoke
from mailbot.core.duty import Duty
from mailbot.core.mail import Mail, Proof
from mailbot.core.notice import Notice
from mailbot.core.standing import Judgement
from mailbot.core.verdict import Filed, Findings, Ignored, Sealed, Unclear, Verdict, kind, unit_of


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """The verdict with its evidence."""
    findings: Findings = verdict.findings
    filings = verdict.filings if isinstance(verdict, Filed) else ()
    told: dict[str, Any] = {
        "kind": kind(verdict),
        "unit": unit_of(verdict),
        "filings": [{"report": f.report, "period": str(f.period)} for f in filings],
        "periods": [str(period) for period in findings.periods],
        "document_type": findings.document_type or None,
        "confidence": findings.confidence,
        "evidence": [{"source": str(e.source), "says": e.says, "text": e.text} for e in findings.evidence],
        "runner_up": findings.runner_up or None,
    }
    if isinstance(verdict, Unclear):
        told["question"] = str(verdict.question)
        told["candidates"] = [{"report": f.report, "period": str(f.period)} for f in verdict.candidates]
    if isinstance(verdict, Ignored):
        told["reason"] = str(verdict.reason)
        told["duplicate_of"] = verdict.duplicate_of
    return told


def of_filings(told: dict[str, Any]) -> str:
    """Which reports a verdict hands in, in short; `told` is what `of_verdict` tells of it."""
    return ", ".join(f"{filing['report']} {filing['period']}" for filing in told["filings"])


def of_mail(mail: Mail, verdict: Verdict) -> dict[str, Any]:
    """What the mail says of itself; of a sealed one nothing but its defects."""
    told: dict[str, Any] = {"defects": list(mail.defects)}
    if not isinstance(verdict, Sealed):
        told["sender"] = mail.sender.email if mail.sender else None
        told["authentication"] = _of_proof(mail.proof)
        told["subject"] = mail.subject
        told["attachments"] = [attachment.name for attachment in mail.attachments]
    if mail.failures:
        told["failed_recipients"] = list(mail.failed_recipients)
        told["failures"] = [
            {"recipient": f.recipient, "status": f.status or None, "says": f.diagnostic or None}
            for f in mail.failures
        ]
    if mail.regards:
        told["regards"] = list(mail.regards)
    return told


def _of_proof(proof: Proof) -> dict[str, Any]:
    """How well the sender is proved: in a word, as a number from 3 to 0, and why."""
    return {
        "level": str(proof.level),
        "number": proof.level.number,
        "says": proof.says,
        "alarming": proof.alarming,
    }


def of_arrival(arrival: Arrival, book: Book) -> dict[str, Any]:
    """One line of the register: the arrival as it counts now."""
    verdict = book.verdict(arrival)
    return {
        "arrival": arrival.number,
        "arrived_at": iso(arrival.arrived_at),
        "clock": str(arrival.clock),
        "recorded_at": iso(arrival.recorded_at),
        "muted": arrival.muted,
        "sha256": arrival.mail.sha256,
        "ruled": arrival.number in book.ruled,
        **of_verdict(verdict),
        # Sealed as it came or by ruling: once sealed, its words appear nowhere.
        **of_mail(arrival.mail, arrival.verdict if isinstance(arrival.verdict, Sealed) else verdict),
    }


def of_duty(duty: Duty) -> dict[str, Any]:
    """One duty with its due moment and how that follows from the rules."""
    return {
        "unit": duty.key.unit,
        "report": duty.key.report,
        "period": str(duty.key.period),
        "opens_at": iso(duty.opens_at),
        "due_at": iso(duty.due_at),
        "basis": duty.basis,
        "derivation": duty.derivation,
        "letter": duty.letter or None,
        "reason": duty.reason or None,
        "excused": duty.excused,
    }


def of_letter(letter: OfficialLetter, *, in_effect: bool) -> dict[str, Any]:
    """One official letter: its document, and what it does."""
    effect, scope = letter.effect, letter.scope
    told: dict[str, Any] = {
        "letter": letter.number,
        "no": letter.document.number,
        "date": letter.document.issued_on.isoformat(),
        "issuer": letter.document.issuer,
        "reason": letter.document.reason,
        "state": "revokes" if isinstance(effect, Revoke) else "in effect" if in_effect else "not in effect",
        "units": sorted(scope.units),
        "groups": sorted(scope.groups),
        "except": sorted(scope.without),
        "reports": sorted(scope.reports),
        "periods": sorted(map(str, scope.periods)),
        "duties": len(letter.changes),
        "by": letter.by,
        "recorded_at": iso(letter.recorded_at),
    }
    match effect:
        case Move(due_at=due_at):
            return {**told, "effect": "move", "due_at": iso(due_at)}
        case Excuse():
            return {**told, "effect": "excuse"}
        case Announce(due_at=due_at, title=title):
            return {**told, "effect": "announce", "due_at": iso(due_at), "title": title}
        case DaysOff(off=off, worked=worked):
            days = [{"date": day.isoformat(), "name": name} for day, name in off]
            return {**told, "effect": "days_off", "off": days, "worked": [d.isoformat() for d in worked]}
        case Revoke(letter=revoked):
            return {**told, "effect": "revoke", "revokes": revoked}


def of_change(change: Change, book: Book, now: datetime) -> dict[str, Any]:
    """One duty as an official letter changes it; `announced` tells whether it was on record before."""
    before, after = change.before, change.after
    return {
        "unit": change.key.unit,
        "report": change.key.report,
        "period": str(change.key.period),
        "was_due_at": iso(before.due_at) if before else None,
        "due_at": iso(after.due_at) if after else None,
        "excused": after is not None and after.excused,
        "announced": change.key in book.duties,
        "past": change.touches_past(now),
        "derivation": after.derivation if after else None,
        "reason": after.reason or None if after else None,
    }


def of_judgement(judgement: Judgement) -> dict[str, Any]:
    """One line of the standings."""
    duty, copy = judgement.duty, judgement.copy
    return {
        "unit": duty.key.unit,
        "report": duty.key.report,
        "period": str(duty.key.period),
        "due_at": iso(duty.due_at),
        "standing": str(judgement.standing),
        "arrived_at": iso(copy.at) if copy else None,
        "arrival": copy.arrival.number if copy and copy.arrival else None,
        "stamp": copy.stamp.register_no if copy and copy.stamp else None,
        "doubt": str(judgement.doubt) if judgement.doubt else None,
        "missing": [part.id for part in judgement.missing],
        "basis": duty.basis,
        "derivation": duty.derivation,
        "letter": duty.letter or None,
        "reason": duty.reason or None,
    }


def of_notice(notice: Notice) -> dict[str, Any]:
    """One letter that ought to exist, and why."""
    return {
        "kind": str(notice.kind),
        "unit": notice.unit.id if notice.unit else None,
        "keys": list(notice.keys),
        "to": list(notice.to),
        "copies": list(notice.copies),
        "due_at": iso(notice.due_at),
        "expires_at": iso(notice.expires_at),
    }
