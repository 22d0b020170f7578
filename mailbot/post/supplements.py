"""What letters tell of reports that are not whole: without a date yet, or without all their parts."""

from datetime import datetime

from mailbot.core.notice import SupplementMatter
from mailbot.core.period import Cadence
from mailbot.core.rules import Office, Rules, Unit
from mailbot.core.tasks.assignment import is_given
from mailbot.core.verdict import Filing
from mailbot.core.wording import vietnamese
from mailbot.post import context, context_given
from mailbot.post.given import Told, told_by_staff

_UNDATED = "Đã nhận; thời hạn của kỳ này chưa có văn bản thông báo"
# A task that was given without a deadline has none to wait for.
_RECEIVED = "Đã nhận"
# What a person found wanting fills some lines, and no letter.
_LONGEST = 1_000


def of_duties(
    matter: Told | SupplementMatter,
    unit: Unit | None,
    office: Office,
    now: datetime,
) -> context.Context:
    """What a letter tells a unit of its duties: that one is met in part, or what the staff entered."""
    if not isinstance(matter, SupplementMatter):
        return told_by_staff(matter, unit, office, now)
    return _supplemented(matter, office, vietnamese.named(unit.name) if unit else "Quý cơ quan", now)


def _supplemented(
    matter: SupplementMatter, office: Office, unit: str, now: datetime
) -> context_given.Supplement:
    arrival = matter.copy.arrival
    return context_given.Supplement(
        office=office,
        now=now,
        unit=unit,
        code=matter.code or (vietnamese.code(arrival.number) if arrival else ""),
        title=vietnamese.titled(matter.report, matter.duty.key.period),
        basis=matter.duty.basis,
        received_at=matter.copy.at,
        parts=tuple(part.name for part in matter.parts) or (vietnamese.foreign(matter.wanting, _LONGEST),),
        wanting=vietnamese.foreign(matter.wanting, _LONGEST),
        due_at=matter.duty.due_at,
    )


def undated(filing: Filing, rules: Rules) -> context.FiledReport:
    """What a receipt tells of a report whose date nobody has announced yet."""
    report = rules.report(filing.report)
    return context.FiledReport(
        title=vietnamese.titled(report, filing.period),
        due_at=None,
        note="",
        basis=report.basis,
        status=_RECEIVED if filing.period.cadence is Cadence.EVENT else _UNDATED,
        missing=tuple(
            part.name for part in report.parts if filing.parts is not None and part.id not in filing.parts
        ),
        on_paper=not is_given(filing.report),
    )
