"""From an escalation to what its template may know: which units have not reported, by report."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.calendar import local
from mailbot.core.notice import EscalationMatter
from mailbot.core.rules import Office, Rules
from mailbot.core.wording import vietnamese
from mailbot.core.wording.addressed import addressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """A report that these units have not handed in although they were chased so many times."""

    title: str
    due_at: datetime
    working_days: int
    chased: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """What the head of the office is told; `count` of units and reports together."""

    office: Office
    now: datetime
    count: int
    reports: tuple[Escalated, ...]


def escalated(matter: EscalationMatter, rules: Rules, now: datetime) -> Escalation:
    """What the letter may tell."""
    groups: dict[tuple[str, datetime, int, int], list[str]] = {}
    for line, chased in zip(matter.lines, matter.chased, strict=True):
        duty = line.judgement.duty
        title = vietnamese.titled(line.report, duty.key.period)
        units = groups.setdefault((title, duty.due_at, line.working_days, chased), [])
        units.append(vietnamese.named(addressed(rules, line.unit, local(now).date()).name))
    return Escalation(
        office=rules.office,
        now=now,
        count=len(matter.lines),
        reports=tuple(
            Escalated(title=title, due_at=due_at, working_days=days, chased=chased, units=tuple(units))
            for (title, due_at, days, chased), units in groups.items()
        ),
    )
