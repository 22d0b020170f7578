"""What the units do, and what is true of it: the model that mailbot's judgement is held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from random import Random

from servers.loop import REPORT

from mailbot.core.calendar import local
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Cadence
from mailbot.core.rules import Role, Rules, Unit

_TITLES = {
    Cadence.MONTH: "Báo cáo tình hình thực hiện nhiệm vụ tháng {0.ordinal} năm {0.year}",
    Cadence.QUARTER: "Báo cáo tình hình thực hiện nhiệm vụ quý {0.ordinal} năm {0.year}",
    Cadence.HALF: "Báo cáo tình hình thực hiện nhiệm vụ 6 tháng đầu năm {0.year}",
    Cadence.YEAR: "Báo cáo tình hình thực hiện nhiệm vụ năm {0.year}",
}
# More than any office knows, so that few stories suffice.
_SECRET = 0.08
_MARKS = ("Mật", "TỐI MẬT", "Tuyệt mật")
# Stands wherever words can stand in a secret mail, and nowhere else.
SECRET = "zqHoaPhuongvx"


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One mail that somebody sends.

    Attributes:
        duty: what it hands in, whether its title says so or not; None for what is no report.
        clear: whether the title says it.
    """

    raw: bytes
    at: datetime
    duty: DutyKey | None = None
    clear: bool = True

    @property
    def sha256(self) -> str:
        """The name of its bytes."""
        return sha256(self.raw).hexdigest()


@dataclass
class Truth:
    """What really happened.

    Attributes:
        sent: every mail that came into the mailbox, by the hash of its bytes.
        came: when it came first.
        snatched: the mails that somebody took away before they were read, and has not put back: since when.
    """

    sent: dict[str, Sending] = field(default_factory=dict)
    came: dict[str, datetime] = field(default_factory=dict)
    snatched: dict[str, datetime] = field(default_factory=dict)

    def handed_in(self, key: DutyKey) -> datetime | None:
        """When the first mail that hands in that duty reached the mailbox."""
        found = [self.came[name] for name, sending in self.sent.items() if sending.duty == key]
        return min(found, default=None)

    def in_time(self, duty: Duty) -> bool:
        """Whether that duty has been handed in, and by its due moment."""
        came = self.handed_in(duty.key)
        return came is not None and came <= duty.due_at


def sendings(rules: Rules, owed: Sequence[Duty], chance: Random) -> list[Sending]:
    """What the units will send for these duties, and what else comes into the mailbox."""
    found = []
    for number, duty in enumerate(owed):
        unit = rules.unit(duty.key.unit)
        habit = chance.choices(("on time", "at the last moment", "late", "never"), (5, 2, 2, 2))[0]
        if habit == "never":
            continue
        before = {
            "on time": timedelta(hours=chance.uniform(3, 150)),
            "at the last moment": timedelta(seconds=chance.choice((0, 1, 30, 600, 3000))),
            "late": -timedelta(hours=chance.choice((0.001, 1, 20, 60, 150))),
        }[habit]
        clear = chance.random() < 0.85
        at = (duty.due_at - before).replace(microsecond=0)
        title = _TITLES[duty.key.period.cadence].format(duty.key.period) if clear else "Báo cáo của đơn vị"
        if chance.random() < _SECRET:
            title = f"({chance.choice(_MARKS)}) {title} {SECRET}"
        first = Sending(raw=_mail(unit, title, number, at), at=at, duty=duty.key, clear=clear)
        found.append(first)
        if chance.random() < 0.15:
            again = at + timedelta(hours=chance.uniform(0.1, 60))
            found.append(Sending(raw=_mail(unit, title, 1000 + number, again), at=again, duty=duty.key))
        if chance.random() < 0.1:
            # Delivered twice: the same mail with another trace.
            later = at + timedelta(minutes=chance.uniform(0, 90))
            twin = first.raw.replace(b"by mx1", b"by mx2")
            found.append(Sending(raw=twin, at=later.replace(microsecond=0), duty=duty.key, clear=clear))
    return found


def stray(rules: Rules, number: int, at: datetime, chance: Random) -> Sending:
    """Something else: a stranger's advertisement, an answering machine, a plan."""
    unit = chance.choice(rules.units)
    kind = chance.randrange(3)
    if kind == 0:
        raw = _mail(None, "Khuyến mãi lớn", 5000 + number, at)
    elif kind == 1:
        raw = b"Auto-Submitted: auto-replied\r\n" + _mail(
            unit, "Trả lời tự động: nghỉ phép", 6000 + number, at
        )
    else:
        raw = _mail(unit, "Kế hoạch công tác quý IV năm 2030", 7000 + number, at)
    return Sending(raw=raw, at=at)


def address(unit: Unit) -> str:
    """The address that the unit writes from."""
    return next(address.email for address in unit.addresses if address.role is Role.OFFICIAL)


def _mail(unit: Unit | None, subject: str, number: int, at: datetime) -> bytes:
    sender = address(unit) if unit is not None else f"shop{number}@spam.example"
    secret = SECRET if SECRET in subject else ""
    head = (
        f"Received: from x by mx1.thainguyen.example; {format_datetime(local(at))}\r\n"
        f"From: <{sender}>\r\nTo: <{REPORT}>\r\nSubject: {subject}\r\nMessage-ID: <{number}@{sender}>\r\n"
        f"Date: {format_datetime(at.astimezone(UTC))}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nKính gửi Văn phòng. {secret}\r\n"
        "--b\r\nContent-Type: application/pdf\r\n"
        f'Content-Disposition: attachment; filename="bao cao{secret}.pdf"\r\n'
        f"\r\n%PDF-1.4 {number}\r\n--b--\r\n"
    )
    return head.encode()
