"""A report that is left from a unit that is no more: handed in by who carries it on, and not that one's own.

What had been due when the unit ended stays its duty. Its successor may send it, from either's address; whose
report it is, is for a person, and until then neither is called late.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from mailbot.core.duty import DutyKey
from mailbot.core.rules import Rules
from mailbot.core.verdict import Evidence, Filed, Question, Source, Unclear, Verdict


def of_predecessor(verdict: Verdict, rules: Rules, on: date, owed: Collection[DutyKey]) -> Verdict:
    """The verdict, or the question whose report it is: not owed by its unit, but by one that it carries on.

    `owed` are the duties that are announced and not met.
    """
    if not isinstance(verdict, Filed):
        return verdict
    filings = [f for f in verdict.filings if DutyKey(verdict.unit, f.report, f.period) not in owed]
    left = [
        unit
        for unit in rules.units
        if unit.valid.end is not None and unit.valid.end < on
        if any(DutyKey(unit.id, filing.report, filing.period) in owed for filing in filings)
        if any(heir.id == verdict.unit for heir in rules.heirs(unit, on))
    ]
    if not left:
        return verdict
    names = ", ".join(unit.name for unit in left)
    evidence = Evidence(Source.DUTIES, f"báo cáo này còn phải gửi của {names}, nơi gửi là đơn vị kế thừa")
    findings = replace(
        verdict.findings,
        unit=None,
        may_be=(*(unit.id for unit in left), verdict.unit),
        evidence=(*verdict.findings.evidence, evidence),
    )
    return Unclear(question=Question.UNIT, findings=findings, candidates=verdict.filings)
