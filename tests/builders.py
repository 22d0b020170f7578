"""Small values for tests: a province of two units, its reports, mails and books."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import ZONE, Calendar
from mailbot.core.duty import Duty
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Mail
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import (
    DueRule,
    Office,
    Report,
    ReportId,
    Role,
    Rules,
    Sending,
    Staff,
    StaffRole,
    Step,
    StepKind,
    Unit,
    UnitAddress,
    UnitId,
)
from mailbot.core.verdict import Filed, Filing, Findings, Verdict

GO_LIVE = datetime(2013, 6, 1, tzinfo=ZONE)
STEPS = (
    Step(kind=StepKind.REMINDER, ordinal=1, working_days=5),
    Step(kind=StepKind.REMINDER, ordinal=2, working_days=1),
    Step(kind=StepKind.LATE, ordinal=1, working_days=1),
    Step(kind=StepKind.LATE, ordinal=2, working_days=3, copies=frozenset({Role.HEAD})),
    Step(kind=StepKind.LATE, ordinal=3, working_days=7, copies=frozenset({Role.HEAD})),
)


def at(written: str) -> datetime:
    """An instant on the office's clock: `at("2013-06-25 17:00")`."""
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


def a_unit(name: str = "so-tai-chinh", **changes: Any) -> Unit:
    unit = Unit(
        id=UnitId(name),
        name=f"Đơn vị {name}",
        group="so-ban-nganh",
        head=f"Giám đốc {name}",
        addresses=(
            UnitAddress(email=f"{name}@tinh.example", role=Role.OFFICIAL),
            UnitAddress(email=f"giamdoc.{name}@tinh.example", role=Role.HEAD),
        ),
        domains=(f"{name}.tinh.example",),
    )
    return replace(unit, **changes)


def a_report(cadence: Cadence = Cadence.MONTH, day: int = 25, **changes: Any) -> Report:
    report = Report(
        id=ReportId(f"bc-{cadence}"),
        name="Báo cáo tình hình thực hiện nhiệm vụ",
        cadence=cadence,
        due=DueRule(day=day),
        basis="Chỉ thị số 13/CT-UBND",
        owed_by=frozenset({"so-ban-nganh"}),
        steps=STEPS,
        topics=("kinh tế - xã hội", "thực hiện nhiệm vụ"),
    )
    return replace(report, **changes)


def some_rules(**changes: Any) -> Rules:
    rules = Rules(
        profile="test",
        fingerprint="0" * 64,
        office=Office(
            name="Văn phòng UBND tỉnh",
            province="Thái Nguyên",
            mailbox="baocao@tinh.example",
            paper_to="Văn phòng UBND tỉnh",
            secret_desk="Bộ phận văn thư mật",
            secret_phone="0208 000 000",
            digest_at=time(7, 30),
            staff=(
                Staff(name="Tổng hợp", email="th@vp.example", roles=frozenset({StaffRole.DIGEST})),
                Staff(name="Bảo mật", email="bm@vp.example", roles=frozenset({StaffRole.SECURITY})),
            ),
        ),
        calendar=Calendar(days_off={date(2013, 9, 2): "Quốc khánh"}),
        sending=Sending(opens=time(7, 30), closes=time(17)),
        units=(a_unit(), a_unit("huyen-dai-tu")),
        reports=(a_report(), a_report(Cadence.QUARTER, 20)),
        late_closes_after=15,
        other_topics=("cải cách hành chính", "CCHC"),
    )
    return replace(rules, **changes)


def a_mail(subject: str = "Báo cáo tháng 6 năm 2013", *names: str, **changes: Any) -> Mail:
    """A mail of the Department of Finance with these files; one report by default."""
    mail = Mail(
        sha256="a" * 64,
        identity="b" * 64,
        size=2000,
        message_id="<1@tinh.example>",
        sender=Address("so-tai-chinh@tinh.example"),
        subject=subject,
        attachments=tuple(
            Attachment(name=name, content_type="application/pdf", size=1000, sha256="c" * 64)
            for name in names or ("bao cao.pdf",)
        ),
    )
    return replace(mail, **changes)


def filed(period: str, report: str = "bc-month", unit: str = "so-tai-chinh") -> Filed:
    filing = Filing(ReportId(report), Period.parse(period))
    return Filed(unit=UnitId(unit), filings=(filing,), findings=Findings(unit=UnitId(unit)))


def an_arrival(verdict: Verdict, arrived_at: datetime, number: int = 1, **changes: Any) -> Arrival:
    arrival = Arrival(
        number=number,
        mail=a_mail(),
        verdict=verdict,
        arrived_at=arrived_at,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=arrived_at),
        recorded_at=arrived_at,
        rules="0" * 64,
    )
    return replace(arrival, **changes)


def a_book(*arrivals: Arrival, duties: Iterable[Duty] = (), **changes: Any) -> Book:
    book = Book(version=1, arrivals=arrivals, duties={duty.key: duty for duty in duties}, letters={})
    return replace(book, **changes)


def posted(number: int, kind: NoticeKind, *keys: str, state: State = State.SENT) -> dict[str, PostedLetter]:
    letter = PostedLetter(number=number, kind=kind, keys=keys, state=state)
    return dict.fromkeys(keys, letter)
