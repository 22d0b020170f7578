"""Sample letters about urgent matters, to try their templates with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Office
from mailbot.post import urgent_context
from mailbot.post.context import Context
from mailbot.post.parts import File, Link


def urgent_samples(
    office: Office, unit: str, now: datetime, link: Link
) -> Mapping[NoticeKind, tuple[Context, ...]]:
    """Each kind with what may be empty, one and many."""
    urgents = _alerts(office, unit, now, link)
    incident = urgent_context.Incident(
        office=office,
        now=now,
        unit=unit,
        code="BC-000001",
        subject="Báo cáo nhanh",
        received_at=now,
        update_by=now,
        files=(File(name="bao-cao.pdf", size=1_234_567, fingerprint="0123456789ab"),),
    )
    demand = urgent_context.Demand(
        office=office, now=now, unit=unit, summary="sạt lở tại xã Mẫu", source="báo chí", due_at=now
    )
    nudge = urgent_context.Nudge(
        office=office, now=now, unit=unit, summary="Báo cáo nhanh", opened_at=now, last_at=now, ordinal=1
    )
    silent = urgent_context.Silent(
        office=office,
        now=now,
        unit=unit,
        ref="a7",
        summary="Báo cáo nhanh",
        opened_at=now,
        last_at=now,
        close=link,
    )
    return {
        NoticeKind.URGENT: urgents,
        NoticeKind.INCIDENT: (incident, replace(incident, subject="", files=(), over=True)),
        NoticeKind.DEMAND: (demand, replace(demand, source="", due_at=None)),
        NoticeKind.NUDGE: (nudge, replace(nudge, last_at=None, ordinal=2)),
        NoticeKind.SILENT: (silent, replace(silent, last_at=None)),
    }


def _alerts(office: Office, unit: str, now: datetime, link: Link) -> tuple[urgent_context.Urgent, ...]:
    urgent_report = urgent_context.UrgentReport(
        number=7,
        subject="Báo cáo nhanh tình hình mưa lũ",
        received_at=now,
        files=1,
        sender="xa.mau@tinh.example",
        signs=("mưa lũ",),
    )
    urgent = urgent_context.Urgent(
        office=office,
        now=now,
        unit=unit,
        ref="a7",
        summary="Báo cáo nhanh tình hình mưa lũ",
        opened_at=now,
        count=1,
        reports=(urgent_report,),
        close=link,
    )
    bare = replace(urgent_report, subject="", files=0, sender="", signs=())
    return (
        urgent,
        replace(urgent, count=3, reports=(urgent_report, bare), over=True),
        replace(urgent, ref="", unproven=True),
        replace(urgent, ref="", beside=True),
    )
