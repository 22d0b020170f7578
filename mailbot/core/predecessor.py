"""A report that is left from a unit that is no more: handed in by who carries it on, and not that one's own.

What had been due when the unit ended stays its duty. Its successor may send it, from either's address; whose
report it is, is for a person, and until then neither is called late.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from mailbot.core.duty import DutyKey
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.verdict import Evidence, Filed, Filing, Findings, Question, Source, Unclear, Verdict


def of_predecessor(verdict: Verdict, rules: Rules, on: date, owed: Collection[DutyKey]) -> Verdict:
    """The verdict, or the question whose report it is: not owed by its unit, but by one that it carries on.

    `owed` are the duties that are announced and not met.
    """
    match verdict:
        case Filed(unit=unit, filings=filings):
            left = _left(
                rules, unit, [f for f in filings if DutyKey(unit, f.report, f.period) not in owed], on, owed
            )
        case Unclear(candidates=filings, findings=Findings(unit=unit)) if unit is not None:
            left = _left(rules, unit, filings, on, owed)
        case _:
            return verdict
    if not left:
        return verdict
    if isinstance(verdict, Unclear):
        # It stays the successor's question, and may be the answer that the former unit owes.
        may_be = (*verdict.findings.may_be, *(former.id for former in left))
        return replace(verdict, findings=replace(verdict.findings, may_be=may_be))
    names = ", ".join(former.name for former in left)
    evidence = Evidence(Source.DUTIES, f"báo cáo này còn phải gửi của {names}, nơi gửi là đơn vị kế thừa")
    findings = replace(
        verdict.findings,
        unit=None,
        may_be=(*(former.id for former in left), unit),
        evidence=(*verdict.findings.evidence, evidence),
    )
    return Unclear(question=Question.UNIT, findings=findings, candidates=verdict.filings)


def _left(
    rules: Rules, heir: UnitId, filings: Collection[Filing], on: date, owed: Collection[DutyKey]
) -> list[Unit]:
    """The units that are no more, owe one of `filings` still, and are carried on by `heir`."""
    return [
        unit
        for unit in rules.units
        if unit.valid.is_over(on)
        if any(DutyKey(unit.id, filing.report, filing.period) in owed for filing in filings)
        if any(carrying.id == heir for carrying in rules.heirs(unit, on))
    ]
