"""A verdict in JSON and back, side by side: `…_form` writes it, `…_of` reads it; see `values`.

Of tens of thousands of verdicts the same few reports, periods and reasons are told, and these are kept once.
"""

from functools import lru_cache
from sys import intern
from typing import assert_never

from mailbot.core.command import Command, Verb
from mailbot.core.duty import DutyKey
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.tasks.assignment import News, Word
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
from mailbot.ledger.values import Form

period_of = lru_cache(maxsize=1024)(Period.parse)


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
            filings = tuple(map(_filing_of, form["filings"]))
            return Filed(unit=UnitId(intern(form["unit"])), filings=filings, findings=findings)
        case "unclear":
            candidates = tuple(map(_filing_of, form["candidates"]))
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
        may_be=tuple(map(UnitId, map(intern, form.get("may_be", ())))),
        periods=tuple(map(period_of, form["periods"])),
        document_type=intern(form["document_type"]),
        confidence=form["confidence"],
        evidence=tuple(map(_evidence_of, form["evidence"])),
        runner_up=intern(form["runner_up"]),
    )


def _evidence_of(form: Form) -> Evidence:
    return _same_evidence(form["source"], form["says"], form["text"])


@lru_cache(maxsize=4096)
def _same_evidence(source: str, says: str, text: str) -> Evidence:
    return Evidence(Source(source), says, text)


def _filing_form(filing: Filing) -> Form:
    form: Form = {"report": filing.report, "period": str(filing.period)}
    return form if filing.parts is None else {**form, "parts": list(filing.parts)}


def _filing_of(form: Form) -> Filing:
    parts = form.get("parts")
    return _same_filing(form["report"], form["period"], None if parts is None else tuple(parts))


@lru_cache(maxsize=4096)
def _same_filing(report: str, period: str, parts: tuple[str, ...] | None) -> Filing:
    return Filing(ReportId(report), period_of(period), parts)


def _unit_of(written: str | None) -> UnitId | None:
    return None if written is None else UnitId(intern(written))
