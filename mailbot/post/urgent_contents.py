"""From an urgent matter to what its templates may know."""

from datetime import datetime
from typing import TypeAlias

from mailbot.core.emergencies.unproven import signs_of
from mailbot.core.emergencies.urgent_matter import (
    DemandMatter,
    IncidentMatter,
    NudgeMatter,
    SilentMatter,
    UrgentMatter,
)
from mailbot.core.mail import Attachment
from mailbot.core.notice import Notice
from mailbot.core.rules import Rules
from mailbot.core.wording import vietnamese
from mailbot.post import context, parts, urgent_context
from mailbot.post.pen import Pen

UrgentMatters: TypeAlias = UrgentMatter | IncidentMatter | DemandMatter | NudgeMatter | SilentMatter


def urgent_contents(
    notice: Notice, matter: UrgentMatters, rules: Rules, unit: str, now: datetime, secret: bytes
) -> context.Context:
    """What a letter about an urgent matter may tell; `unit` is whom it goes to."""
    pen = Pen(rules, secret, notice.to[0] if notice.to else "", now)
    match matter:
        case UrgentMatter():
            return _urgent(matter, rules, now, pen)
        case SilentMatter():
            return _silent(matter, rules, now, pen)
        case IncidentMatter(arrival=arrival):
            return urgent_context.Incident(
                office=rules.office,
                now=now,
                unit=unit,
                code=vietnamese.code(arrival.number),
                subject=vietnamese.foreign(arrival.mail.subject),
                received_at=arrival.arrived_at,
                update_by=matter.update_by,
                over=matter.over,
                files=tuple(_file(file) for file in arrival.mail.attachments),
            )
        case DemandMatter(act=act):
            return urgent_context.Demand(
                office=rules.office,
                now=now,
                unit=unit,
                summary=vietnamese.clause(act.summary),
                source=vietnamese.clause(act.source),
                due_at=act.due_at,
            )
        case NudgeMatter(emergency=emergency):
            return urgent_context.Nudge(
                office=rules.office,
                now=now,
                unit=unit,
                summary=vietnamese.clause(emergency.summary),
                opened_at=emergency.opened_at,
                last_at=emergency.last_news_at,
                ordinal=matter.ordinal,
            )


def _silent(matter: SilentMatter, rules: Rules, now: datetime, pen: Pen) -> urgent_context.Silent:
    emergency = matter.emergency
    return urgent_context.Silent(
        office=rules.office,
        now=now,
        unit=vietnamese.named(matter.unit.name),
        ref=emergency.ref,
        summary=vietnamese.foreign(emergency.summary),
        opened_at=emergency.opened_at,
        last_at=emergency.last_news_at,
        close=pen.close(emergency.ref, len(emergency.reports)),
    )


def _urgent(matter: UrgentMatter, rules: Rules, now: datetime, pen: Pen) -> urgent_context.Urgent:
    emergency = matter.emergency
    return urgent_context.Urgent(
        office=rules.office,
        now=now,
        unit=vietnamese.named(matter.unit.name),
        ref=emergency.ref,
        summary=vietnamese.foreign(emergency.summary),
        opened_at=emergency.opened_at,
        count=len(emergency.reports),
        reports=tuple(
            urgent_context.UrgentReport(
                number=report.number,
                subject=vietnamese.foreign(report.mail.subject),
                received_at=report.arrived_at,
                files=len(report.mail.attachments),
                sender=vietnamese.foreign_name(report.mail.sender.email) if report.mail.sender else "",
                signs=tuple(map(vietnamese.foreign, signs_of(report.verdict))),
            )
            for report in matter.reports
        ),
        close=pen.close(emergency.ref, len(emergency.reports)),
        over=emergency.closed_by == str(emergency.unit),
        unproven=matter.unproven,
        beside=matter.beside,
    )


def _file(file: Attachment) -> parts.File:
    return parts.File(name=vietnamese.foreign_name(file.name), size=file.size, fingerprint=file.sha256[:12])
