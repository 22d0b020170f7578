"""What else comes to such a mailbox: plans, invitations, reports of other regimes, strangers, lists."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from mailbot.core.calendar import Calendar
from mailbot.core.period import Cadence, Period
from mailbot.rehearsal.accidents import Mailing
from mailbot.rehearsal.dice import Dice, dice
from mailbot.rehearsal.drafts import Draft
from mailbot.rehearsal.enclosures import enclosed
from mailbot.rehearsal.hours import desk_time
from mailbot.rehearsal.province import Clerk
from mailbot.rehearsal.titles import signed, spoken
from mailbot.rehearsal.truth import Meant, Truth

# What a unit sends besides its reports, and how often in a month; {k} is a month, {q} a quarter.
_FROM_UNITS = (
    ("cải cách hành chính", 0.07, "Báo cáo kết quả công tác cải cách hành chính {k}"),
    ("tiếp công dân", 0.05, "Báo cáo công tác tiếp công dân, giải quyết khiếu nại, tố cáo {k}"),
    ("phòng, chống tham nhũng", 0.04, "Báo cáo công tác phòng, chống tham nhũng {q}"),
    ("kế hoạch", 0.06, "Kế hoạch công tác {next}"),
    ("giấy mời", 0.03, "Giấy mời dự hội nghị triển khai nhiệm vụ {next}"),
    ("tờ trình", 0.03, "Tờ trình về việc đề nghị phê duyệt dự toán {q}"),
    ("xin lùi", 0.02, "V/v xin lùi thời hạn gửi báo cáo {k}"),
    ("đề nghị cung cấp", 0.02, "V/v đề nghị cung cấp số liệu phục vụ báo cáo {k}"),
    ("báo cáo nhanh", 0.02, "Báo cáo nhanh tình hình thiệt hại do mưa lũ trên địa bàn"),
    ("góp ý", 0.02, "V/v góp ý dự thảo Nghị quyết của HĐND tỉnh"),
    ("hỏi", 0.02, "Hỏi về biểu mẫu báo cáo"),
)
_STRANGERS = (
    ("baogia@thietbivanphong.example", "Báo giá máy in, mực in năm {y}", "bao-gia.pdf"),
    ("tuyensinh@daotao.example", "Thông báo chiêu sinh lớp bồi dưỡng nghiệp vụ văn thư", ""),
    ("congdan.tn@thutu.example", "Đơn đề nghị xem xét việc cấp giấy chứng nhận", "don.jpg"),
    ("ketoan@congtyabc.example", "Báo cáo {k} của Công ty ABC", "bao cao thang.xlsx"),
    ("khuyenmai@dulich.example", "Tour nghỉ lễ giá ưu đãi cho cơ quan", ""),
)


def strays(
    clerks: tuple[Clerk, ...], month: Period, calendar: Calendar, mailbox: str, seed: int
) -> Iterator[Mailing]:
    """All of one month."""
    days = [month.first_on + timedelta(days=n) for n in range(month.last_on.day)]
    working = [day for day in days if calendar.is_working(day)]
    for clerk in clerks:
        yield from _of_unit(clerk, month, working, mailbox, dice(seed, "strays", clerk.unit.id, month))
    drawn = dice(seed, "strangers", month)
    for _ in range(drawn.randrange(3, 7)):
        yield _of_stranger(month, working, mailbox, drawn)
    yield _of_list(month, working[len(working) // 2], mailbox, drawn)


def _of_unit(clerk: Clerk, month: Period, days: list[date], mailbox: str, drawn: Dice) -> Iterator[Mailing]:
    for label, chance, wording in _FROM_UNITS:
        if drawn.happens(chance):
            now = desk_time(drawn.pick(days), drawn)
            subject = _worded(wording, month)
            text = (
                f"Kính gửi: Văn phòng UBND tỉnh Thái Nguyên\n\n{subject}.\n\nTrân trọng.\n\n{signed(clerk)}"
            )
            name = f"{drawn.randrange(20, 400)}-{clerk.symbol}.pdf"
            draft = Draft(
                sender=clerk.email,
                name=clerk.unit.name,
                to=mailbox,
                subject=subject,
                text=text,
                written_at=now,
                files=() if label == "hỏi" else (enclosed(name, (subject,)),),
            )
            yield _mailing(draft, label, now, clerk)


def _of_stranger(month: Period, days: list[date], mailbox: str, drawn: Dice) -> Mailing:
    sender, wording, name = drawn.pick(_STRANGERS)
    now = desk_time(drawn.pick(days), drawn)
    subject = _worded(wording, month)
    draft = Draft(
        sender=sender,
        name="",
        to=mailbox,
        subject=subject,
        text=f"Kính gửi Quý cơ quan,\n\n{subject}.\n\nXin cảm ơn.\n",
        written_at=now,
        files=(enclosed(name, (subject,)),) if name else (),
    )
    return _mailing(draft, "stranger", now, None)


def _of_list(month: Period, day: date, mailbox: str, drawn: Dice) -> Mailing:
    now = desk_time(day, drawn)
    subject = f"Bản tin Cổng thông tin điện tử số {month.ordinal:02}/{month.year}"
    draft = Draft(
        sender="bantin@tintuc.example",
        name="Bản tin",
        to=mailbox,
        subject=subject,
        text=f"{subject}\n\nTin trong {month.label}.\n",
        written_at=now,
        extra=(("List-Id", "<bantin.tintuc.example>"), ("Precedence", "bulk")),
    )
    return _mailing(draft, "mailing list", now, None)


def _mailing(draft: Draft, label: str, now: datetime, clerk: Clerk | None) -> Mailing:
    truth = Truth(
        meant=Meant.MACHINE if draft.extra else Meant.OTHER,
        label=label,
        subject=draft.subject,
        text=draft.text,
        arrived_at=now,
        message_id=draft.message_id,
        unit=clerk.unit.id if clerk else None,
    )
    return Mailing(draft, now, truth)


def _worded(wording: str, month: Period) -> str:
    quarter = Period.containing(Cadence.QUARTER, month.first_on)
    return wording.format(
        k=spoken((month,)), q=spoken((quarter,)), next=spoken((month.next(),)), y=month.year
    )
