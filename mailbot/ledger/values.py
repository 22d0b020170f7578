"""The core's values in JSON and back, side by side: `…_form` writes one, `…_of` reads it.

Losing nothing is the rule: what is read back equals what was written. The names in the forms are a
contract with every ledger ever written, so they stay when a field in the core is renamed, and a field
that older rows lack is read with the value that it had then. Words that many mails share are kept once.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any, TypeAlias, assert_never

from mailbot.core.assignment import News, Word
from mailbot.core.command import Command, Verb
from mailbot.core.duty import DutyKey
from mailbot.core.mail import (
    Address,
    Attachment,
    Automation,
    Claim,
    Clocks,
    Failure,
    Hop,
    Level,
    Mail,
    Nature,
    Proof,
)
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.verdict import (
    Commanded,
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

Form: TypeAlias = dict[str, Any]
# Many mails name the same few periods and addresses.
period_of = lru_cache(maxsize=1024)(Period.parse)
_same_address = lru_cache(maxsize=4096)(Address)


def mail_form(mail: Mail) -> Form:
    """The mail as a JSON object."""
    return {
        "sha256": mail.sha256,
        "identity": mail.identity,
        "size": mail.size,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "sender": None if mail.sender is None else _address_form(mail.sender),
        "to": [_address_form(address) for address in mail.to],
        "cc": [_address_form(address) for address in mail.cc],
        "subject": mail.subject,
        "dated_at": _instant_form(mail.dated_at),
        "text": mail.text,
        "attachments": [_attachment_form(attachment) for attachment in mail.attachments],
        "received": _hops_form(mail.received),
        "automation": mail.automation,
        "flaw": mail.flaw,
        "claims": [[claim.hops_above, claim.text] for claim in mail.claims],
        "proof": [mail.proof.level, mail.proof.says, mail.proof.alarming],
        "failures": [_failure_form(failure) for failure in mail.failures],
        "regards": list(mail.regards),
        "defects": list(mail.defects),
    }


def mail_of(form: Form) -> Mail:
    """The mail of a form made by `mail_form`."""
    return Mail(
        sha256=form["sha256"],
        identity=form["identity"],
        size=form["size"],
        message_id=form["message_id"],
        in_reply_to=form["in_reply_to"],
        references=tuple(form["references"]),
        sender=None if form["sender"] is None else _address_of(form["sender"]),
        to=tuple(_address_of(address) for address in form["to"]),
        cc=tuple(_address_of(address) for address in form["cc"]),
        subject=intern(form["subject"]),
        dated_at=_instant_of(form["dated_at"]),
        text=form["text"],
        attachments=tuple(_attachment_of(attachment) for attachment in form["attachments"]),
        received=_hops_of(form["received"]),
        automation=None if form["automation"] is None else Automation(form["automation"]),
        flaw=form.get("flaw", ""),
        claims=tuple(Claim(hops, text) for hops, text in form.get("claims", ())),
        proof=_proof_of(form),
        failures=_failures_of(form),
        regards=tuple(form.get("regards", ())),
        defects=tuple(form["defects"]),
    )


def _proof_of(form: Form) -> Proof:
    # Of the first mails nobody asked who sent them.
    level, says, alarming = form.get("proof", (Level.UNKNOWN, "", False))
    return Proof(Level(level), says, alarming)


def _failure_form(failure: Failure) -> Form:
    return {"recipient": failure.recipient, "status": failure.status, "diagnostic": failure.diagnostic}


def _failures_of(form: Form) -> tuple[Failure, ...]:
    # The first ledgers kept the addresses alone.
    bare = (Failure(recipient=address) for address in form.get("failed_recipients", ()))
    return (*bare, *(Failure(**told) for told in form.get("failures", ())))


def clocks_form(clocks: Clocks) -> Form:
    """The clocks as a JSON object."""
    return {
        "seen_at": _instant_form(clocks.seen_at),
        "given_at": _instant_form(clocks.given_at),
        "server_at": _instant_form(clocks.server_at),
        "received": _hops_form(clocks.received),
        "dated_at": _instant_form(clocks.dated_at),
        "absent_at": _instant_form(clocks.absent_at),
    }


def clocks_of(form: Form, received: tuple[Hop, ...] | None = None) -> Clocks:
    """The clocks of a form made by `clocks_form`; `received` is the trace, if it was read already."""
    return Clocks(
        seen_at=datetime.fromisoformat(form["seen_at"]),
        given_at=_instant_of(form["given_at"]),
        server_at=_instant_of(form["server_at"]),
        received=_hops_of(form["received"]) if received is None else received,
        dated_at=_instant_of(form["dated_at"]),
        absent_at=_instant_of(form.get("absent_at")),
    )


def verdict_form(verdict: Verdict) -> Form:
    """The verdict as a JSON object; `is` says which of the five it is."""
    findings = _findings_form(verdict.findings)
    match verdict:
        case Filed():
            filings = [_filing_form(filing) for filing in verdict.filings]
            return {"is": "filed", "unit": verdict.unit, "filings": filings, "findings": findings}
        case Unclear():
            candidates = [_filing_form(filing) for filing in verdict.candidates]
            return {
                "is": "unclear",
                "question": verdict.question,
                "candidates": candidates,
                "findings": findings,
            }
        case Ignored():
            return {
                "is": "ignored",
                "reason": verdict.reason,
                "duplicate_of": verdict.duplicate_of,
                "news": _news_form(verdict.news),
                "findings": findings,
            }
        case Sealed():
            return {"is": "sealed", "unit": verdict.unit, "findings": findings}
        case Commanded():
            return {
                "is": "command",
                "unit": verdict.unit,
                "command": _command_form(verdict.command),
                "findings": findings,
            }
        case _:  # pragma: no cover - the five above are all there are
            assert_never(verdict)


def verdict_of(form: Form) -> Verdict:
    """The verdict of a form made by `verdict_form`.

    Raises:
        ValueError: if it is none of the five.
    """
    findings = _findings_of(form["findings"])
    match form["is"]:
        case "filed":
            filings = tuple(_filing_of(filing) for filing in form["filings"])
            return Filed(unit=UnitId(intern(form["unit"])), filings=filings, findings=findings)
        case "unclear":
            candidates = tuple(_filing_of(filing) for filing in form["candidates"])
            return Unclear(question=Question(form["question"]), candidates=candidates, findings=findings)
        case "ignored":
            reason = Reason(form["reason"])
            return Ignored(
                reason=reason,
                duplicate_of=form["duplicate_of"],
                news=_news_of(form.get("news")),
                findings=findings,
            )
        case "sealed":
            return Sealed(unit=_unit_of(form["unit"]), findings=findings)
        case "command":
            return Commanded(
                unit=_unit_of(form["unit"]), command=_command_of(form["command"]), findings=findings
            )
        case other:
            raise ValueError(f"not a verdict: {other!r}")


def _news_form(news: News | None) -> Form | None:
    if news is None:
        return None
    return {"key": str(news.key), "word": news.word, "reason": news.reason, "proposal": news.proposal}


def _news_of(form: Form | None) -> News | None:
    if form is None:
        return None
    return News(
        key=DutyKey.parse(form["key"]),
        word=Word(form["word"]),
        reason=form["reason"],
        proposal=form["proposal"],
    )


def _command_form(command: Command) -> Form:
    return {
        "verb": command.verb,
        "argument": command.argument,
        "typed": command.typed,
        "about": command.about,
        "token": command.token,
    }


def _command_of(form: Form) -> Command:
    return Command(
        verb=Verb(form["verb"]),
        argument=form["argument"],
        typed=form["typed"],
        about=form["about"],
        token=form["token"],
    )


def _findings_form(findings: Findings) -> Form:
    return {
        "unit": findings.unit,
        "may_be": list(findings.may_be),
        "periods": [str(period) for period in findings.periods],
        "document_type": findings.document_type,
        "confidence": findings.confidence,
        "evidence": [
            {"source": evidence.source, "says": evidence.says, "text": evidence.text}
            for evidence in findings.evidence
        ],
        "runner_up": findings.runner_up,
    }


def _findings_of(form: Form) -> Findings:
    return Findings(
        unit=_unit_of(form["unit"]),
        may_be=tuple(UnitId(intern(unit)) for unit in form.get("may_be", ())),
        periods=tuple(period_of(period) for period in form["periods"]),
        document_type=intern(form["document_type"]),
        confidence=form["confidence"],
        evidence=tuple(
            Evidence(Source(evidence["source"]), intern(evidence["says"]), intern(evidence["text"]))
            for evidence in form["evidence"]
        ),
        runner_up=intern(form["runner_up"]),
    )


def _filing_form(filing: Filing) -> Form:
    form: Form = {"report": filing.report, "period": str(filing.period)}
    return form if filing.parts is None else {**form, "parts": list(filing.parts)}


def _filing_of(form: Form) -> Filing:
    parts = form.get("parts")
    return Filing(
        ReportId(intern(form["report"])), period_of(form["period"]), None if parts is None else tuple(parts)
    )


def _address_form(address: Address) -> Form:
    return {"email": address.email, "name": address.name}


def _address_of(form: Form) -> Address:
    return _same_address(form["email"], form["name"])


def _attachment_form(attachment: Attachment) -> Form:
    # Its text is no fact of the ledger: it can be read again from the archive, and is not kept twice.
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "nature": attachment.nature,
    }


def _attachment_of(form: Form) -> Attachment:
    return Attachment(
        name=intern(form["name"]),
        content_type=intern(form["content_type"]),
        size=form["size"],
        sha256=form["sha256"],
        # Ledgers of before attachments were read do not have it.
        nature=Nature(form.get("nature", Nature.UNREAD)),
    )


def _hops_form(hops: Iterable[Hop]) -> list[Form]:
    return [{"by": hop.by, "at": _instant_form(hop.at)} for hop in hops]


def _hops_of(forms: Iterable[Form]) -> tuple[Hop, ...]:
    return tuple(Hop(intern(form["by"]), _instant_of(form["at"])) for form in forms)


def _instant_form(moment: datetime | None) -> str | None:
    """The moment with the offset that it came with: a sender's own clock is evidence.

    Raises:
        ValueError: if it has no time zone.
    """
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError(f"an instant without a time zone cannot be stored: {moment}")
    return moment.isoformat()


def _instant_of(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def _unit_of(written: str | None) -> UnitId | None:
    return None if written is None else UnitId(intern(written))
