"""A draft that reprimands units for reports not handed in, for a person to change and to sign.

mailbot never mails it to a unit: who is reprimanded (Directive 13/CT-UBND, point 7) the signer decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.calendar import local
from mailbot.core.notice import EscalationMatter
from mailbot.core.paper_rules import Letterhead
from mailbot.core.rules import Rules
from mailbot.core.wording import vietnamese
from mailbot.core.wording.addressed import addressed
from mailbot.papers.wording import Wording

NAME = "reprimand"
_ABOUT = "phê bình đơn vị thực hiện chưa nghiêm chế độ thông tin, báo cáo"
# Time to write what is missing, and time to account for it; both are for the signer to change.
_REPORT_WITHIN, _ACCOUNT_WITHIN = 3, 7


def context(matter: EscalationMatter, rules: Rules, now: datetime) -> dict[str, Any]:
    """What the template of the draft knows."""
    today = local(now).date()
    titles = dict.fromkeys(
        vietnamese.titled(line.report, line.judgement.duty.key.period) for line in matter.lines
    )
    units = dict.fromkeys(vietnamese.named(addressed(rules, line.unit, today).name) for line in matter.lines)
    return {
        "office": rules.office,
        "head": rules.papers.letterhead,
        "on": today,
        "titles": tuple(titles),
        "units": tuple(units),
        # What is said of all of them must be true of each: after an outage some were chased less often.
        "chased": min(matter.chased, default=0),
        "report_by": rules.calendar.shift(today, _REPORT_WITHIN),
        "account_by": rules.calendar.shift(today, _ACCOUNT_WITHIN),
    }


def samples() -> Sequence[Mapping[str, Any]]:
    """What the template is tried with."""
    from mailbot.papers.samples import OFFICE  # noqa: PLC0415 - only when templates are loaded

    today = datetime(2013, 7, 9).date()  # noqa: DTZ001 - a day, and no instant
    known = {
        "office": OFFICE,
        "head": Letterhead(),
        "on": today,
        "titles": ("Báo cáo tháng 6 năm 2013",),
        "units": ("Sở Mẫu",),
        "chased": 3,
        "report_by": today + timedelta(days=3),
        "account_by": today + timedelta(days=7),
    }
    return [known, {**known, "titles": ("Báo cáo một", "Báo cáo hai"), "units": ("Sở Một", "Sở Hai")}]


def draft(matter: EscalationMatter, rules: Rules, wording: Wording, now: datetime) -> bytes:
    """The draft as a Word file: places for number, date and signature, and a table of what is missing."""
    from mailbot.papers.official import Column, OfficialDocument  # noqa: PLC0415 - as in `monthly`

    head = of_the_chairman(rules.papers.letterhead)
    today = local(now).date()
    issued_by = head.chairman.removeprefix("Chủ tịch ")
    paper = OfficialDocument(head, issued_by=issued_by, made_at=now, title=f"Dự thảo: {_ABOUT}")
    month = f"{today.month:02}" if today.month <= 2 else str(today.month)  # noqa: PLR2004
    paper.heading(head.letter_symbol, _ABOUT, dated=f"ngày      tháng {month} năm {today.year}")
    known = context(matter, rules, now)
    paper.addressees(*known["units"])
    paper.text(wording.text(NAME, known))
    paper.signature()
    paper.annex("Phụ lục", "DANH SÁCH BÁO CÁO QUÁ HẠN CHƯA NHẬN")
    columns = (
        Column(head="STT", width=12),
        Column(head="Đơn vị", width=75),
        Column(head="Báo cáo", width=100),
        Column(head="Thời hạn", width=30),
        Column(head="Ngày làm việc quá hạn", width=25),
        Column(head="Số lần đôn đốc", width=20),
    )
    paper.table(
        columns,
        [
            (
                str(number),
                vietnamese.named(addressed(rules, line.unit, today).name),
                vietnamese.titled(line.report, line.judgement.duty.key.period),
                vietnamese.short_due(line.judgement.duty.due_at),
                str(line.working_days),
                str(chased),
            )
            for number, (line, chased) in enumerate(zip(matter.lines, matter.chased, strict=True), 1)
        ],
    )
    paper.remark("Dự thảo do hệ thống lập để lãnh đạo xem xét; chưa phải văn bản đã ban hành.")
    return paper.saved()


def of_the_chairman(head: Letterhead) -> Letterhead:
    """Only the Chairman reprimands; the head of the office signs by his order (TL.).

    The committee itself issues the letter: nobody stands above it.
    """
    return replace(
        head,
        superior="",
        issuer=head.superior,
        letter_symbol=head.letter_symbol.replace("VPUBND", "UBND"),
        signer=f"TL. CHỦ TỊCH\n{head.signer}",
        receivers=("Như trên;", f"{head.chairman} (b/c);", f"{head.board};", "Lưu: VT, TH."),
    )
