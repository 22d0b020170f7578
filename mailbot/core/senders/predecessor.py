"""What a unit that is no more still owes, handed in by who carries it on, and not that one's own.

What had been due when the unit ended stays its duty. Its successor may send it, from either's address; whose
report it is, is for a person, and until then neither is called late.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta

from mailbot.core.book import Book
from mailbot.core.duty import DutyKey
from mailbot.core.reading.names import Register
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.verdict import Evidence, Filed, Filing, Findings, Question, Source, Unclear, Verdict

# A mail that names no period may bring a report of the last months, and hardly one of a year ago.
_LATELY = timedelta(days=100)


def of_predecessor(
    verdict: Verdict, rules: Rules, on: date, owed: Collection[DutyKey], title: str = ""
) -> Verdict:
    """The verdict, or the question whose report it is: its unit's, or that of one which it carries on.

    That is asked where the former one owes it and the unit does not, or where `title`, what the mail says of
    itself, names the former one. `owed` are the duties that are announced and not met.
    """
    match verdict:
        case Filed(unit=unit, filings=filings):
            others = [f for f in filings if DutyKey(unit, f.report, f.period) not in owed]
            left = [
                former
                for former in _carried_on(rules, {unit}, on)
                if _owes(former, others, owed)
                or (_owes(former, filings, owed) and _is_told(rules.unit(former), rules.unit(unit), title))
            ]
            return _asked_whose(verdict, rules, left) if left else verdict
        case Unclear(findings=Findings(unit=unit, may_be=may_be) as findings):
            # It stays the successors' question, and may be the answer that the former unit owes.
            formers = _carried_on(rules, {*may_be, *([unit] if unit else [])}, on)
            owing = {key.unit for key in (owed if formers else ()) if _may_answer(verdict, key, on)}
            more = (former for former in formers if former in owing and former not in may_be)
            return replace(verdict, findings=replace(findings, may_be=(*may_be, *more)))
        case _:
            return verdict


def whose_task(rules: Rules, book: Book, unit: UnitId, filing: Filing, on: date) -> UnitId:
    """Whose report that is when `unit` hands it in: of a task that of its predecessor, if it was given it.

    Tasks stay those of the unit that they were given to: whoever carries it on answers for them.
    """
    given = (key for one in book.assignments if (key := one.key).report == filing.report)
    lead = next((key.unit for key in given if key.period == filing.period), unit)
    return lead if lead in _carried_on(rules, {unit}, on) else unit


def whose_reports(
    rules: Rules, book: Book, unit: UnitId, filings: Iterable[Filing], on: date
) -> frozenset[UnitId]:
    """Whose those are when `unit` hands them in; one mail can be recorded for one unit only."""
    return frozenset(whose_task(rules, book, unit, filing, on) for filing in filings)


def _owes(unit: UnitId, filings: Iterable[Filing], owed: Collection[DutyKey]) -> bool:
    return any(DutyKey(unit, filing.report, filing.period) in owed for filing in filings)


def _is_told(former: Unit, heir: Unit, title: str) -> bool:
    """Whether the title names the former unit and not its heir: both may bear the name of one place."""
    matches = Register((former, heir)).found(title)
    return any({name.unit.id for name in match.names} == {former.id} for match in matches)


def _asked_whose(verdict: Filed, rules: Rules, left: list[UnitId]) -> Unclear:
    names = ", ".join(rules.unit(former).name for former in left)
    evidence = Evidence(Source.DUTIES, f"báo cáo này còn phải gửi của {names}, nơi gửi là đơn vị kế thừa")
    findings = replace(
        verdict.findings,
        unit=None,
        may_be=(*left, verdict.unit),
        evidence=(*verdict.findings.evidence, evidence),
    )
    return Unclear(question=Question.UNIT, findings=findings, candidates=verdict.filings)


def _may_answer(verdict: Unclear, key: DutyKey, on: date) -> bool:
    """Whether the mail may hand in that duty, by what was read in it."""
    periods = {*verdict.findings.periods, *(filing.period for filing in verdict.candidates)}
    return key.period in periods if periods else on - key.period.last_on <= _LATELY


def _carried_on(rules: Rules, heirs: Collection[UnitId], on: date) -> list[UnitId]:
    """The units that are no more on that day, and are carried on by one of `heirs`."""
    return [
        unit.id
        for unit in rules.units
        if heirs and unit.valid.is_over(on)
        if any(carrying.id in heirs for carrying in rules.heirs(unit, on))
    ]
