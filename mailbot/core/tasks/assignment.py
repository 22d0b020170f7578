"""What one unit is given to do, once (việc được giao): a task, a citizen's question, a journey to report.

An assignment is a fact, and so is every note on it. How far it has come is derived from its notes and
from the mails that answer it; see `mailbot.core.tasks.progress`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from mailbot.core.calendar import local
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.language import visible
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.wording.day_words import day, until


class Output(StrEnum):
    """What has to come of a task (07/QĐ-STTTT, Article 4)."""

    SUBMIT = "submit"  # phải trình
    REPORT = "report"  # phải báo cáo
    ACT = "act"  # không phải trình, báo cáo nhưng phải thực hiện


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task from the committee or its Chairman (nhiệm vụ; 07/QĐ-STTTT, Article 6(1)).

    Attributes:
        document: the document's name, "Công văn".
        symbol: its number and symbol, "123/UBND-TH".
        summary: its abstract (trích yếu).
        content: what is to be done.
        giver: who gave it, "Chủ tịch UBND tỉnh".
        lead: the one unit that answers for it (chủ trì); the others cooperate (phối hợp).
        watcher: who follows it, chases and checks (theo dõi, đôn đốc, kiểm tra).
        due_at: the last second that counts; None for a task without deadline.
    """

    document: str
    symbol: str
    issued_on: date
    signer: str
    content: str
    lead: UnitId
    summary: str = ""
    giver: str = ""
    supporting: tuple[UnitId, ...] = ()
    watcher: str = ""
    output: Output = Output.REPORT
    due_at: datetime | None = None

    @property
    def cited(self) -> str:
        """`Công văn số 123/UBND-TH ngày 05 tháng 01 năm 2017`."""
        return f"{self.document} số {self.symbol} {day(self.issued_on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalQuestion:
    """A citizen's question passed to the unit that must answer it ("Dân hỏi, cơ quan chức năng trả lời").

    Attributes:
        arrival: the mail that brought it, if one did.
        basis: on what the answer rests, as letters quote it; "" for the portal's own regulation.
        asked_at: when it came in.
    """

    text: str
    lead: UnitId
    asked_at: datetime
    due_at: datetime | None
    arrival: int | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """A journey of a unit's head that needs consent (Directive 13/CT-UBND, point 4); both days included."""

    lead: UnitId
    traveller: str
    place: str
    abroad: bool
    first_on: date
    last_on: date
    purpose: str = ""

    @property
    def days(self) -> int:
        """How many calendar days it takes, the first and the last included."""
        return (self.last_on - self.first_on).days + 1

    @property
    def needs_consent(self) -> bool:
        """Whether it may begin only with consent: abroad, or three days or more."""
        return self.abroad or self.days >= _CONSENT_FROM_DAYS


# "từ 03 ngày trở lên"; whether working or calendar days is not said, and counting all asks sooner.
_CONSENT_FROM_DAYS = 3
Given: TypeAlias = Task | PortalQuestion | Travel


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A thing that was given to a unit, as recorded; `number` counts over all of them, from 1."""

    number: int
    given: Given
    by: str
    recorded_at: datetime

    @property
    def code(self) -> str:
        """What letters call it, so that replies name it: `NV-000012`, `CH-000013`, `CT-000014`."""
        return code_of(self.key.report)

    @property
    def key(self) -> DutyKey:
        """The duty of the unit that answers for it, whether it has a due moment or not."""
        report = ReportId(f"{_LETTERS[type(self.given)].lower()}-{self.number}")
        year = local(self.recorded_at).year
        return DutyKey(self.given.lead, report, Period(year, Cadence.EVENT, self.number))

    @property
    def title(self) -> str:
        """What letters and lists call the report on it."""
        match self.given:
            case Task(summary=summary, content=content):
                about = visible.line(summary or content, _LONGEST).rstrip(" .;,:")
                return f"Báo cáo kết quả thực hiện nhiệm vụ {self.code} ({about})"
            case PortalQuestion():
                return f"Báo cáo kết quả trả lời câu hỏi {self.code} của công dân"
            case Travel(place=place):
                return f"Báo cáo kết quả chuyến công tác {self.code} ({place})"

    @property
    def basis(self) -> str:
        """On what it rests, as letters quote it."""
        match self.given:
            case Task() as task:
                return f"{task.cited} của {task.giver}" if task.giver else task.cited
            case PortalQuestion(basis=basis):
                return basis or "Quy chế quản lý và cung cấp thông tin trên Cổng thông tin điện tử"
            case Travel():
                return "quy định về báo cáo khi đi công tác"

    @property
    def due_at(self) -> datetime | None:
        """By when its report is owed; None where nobody set a day."""
        return None if isinstance(self.given, Travel) else self.given.due_at

    def duty(self) -> Duty | None:
        """The duty as it is announced; None without a due moment."""
        if self.due_at is None:
            return None
        return Duty(
            key=self.key,
            opens_at=min(self.recorded_at, self.due_at),
            due_at=self.due_at,
            basis=self.basis,
            derivation=f"chậm nhất {until(self.due_at)} theo {self.basis}",
        )


# A title has 120 letters in letters (`vietnamese.title`); cut there it would want its closing bracket.
_LONGEST = 70
_LETTERS: dict[type[Given], str] = {Task: "NV", PortalQuestion: "CH", Travel: "CT"}


_REPORT = re.compile(r"(?:nv|ch|ct)-[0-9]+")


def is_given(report: ReportId) -> bool:
    """Whether that is the report on an assignment."""
    return _REPORT.fullmatch(report) is not None


def code_of(report: ReportId) -> str:
    """What letters call the assignment on which that is the report: `NV-000012` of `nv-12`."""
    letters, _, number = report.partition("-")
    return f"{letters.upper()}-{int(number):06}"


class Word(StrEnum):
    """What a note says of an assignment."""

    DONE = "done"  # đã thực hiện
    IN_PROGRESS = "in_progress"  # đang thực hiện
    NOT_DONE = "not_done"  # chưa thực hiện được, có lý do
    REFUSED = "refused"  # không thực hiện
    WRONG = "wrong"  # thực hiện không đúng yêu cầu
    RETURNED = "returned"  # trả lại: chưa rõ, hoặc không thuộc chức năng
    INVALID = "invalid"  # câu hỏi không hợp lệ
    CONSENTED = "consented"  # đã được đồng ý
    CANCELLED = "cancelled"  # không còn phải thực hiện


ENDED = frozenset({Word.RETURNED, Word.INVALID, Word.CANCELLED})
"""With these nobody is chased any more."""
REOPENING = frozenset({Word.IN_PROGRESS, Word.NOT_DONE, Word.REFUSED, Word.WRONG})
"""With these, what had been handed in before does not do."""


class Channel(StrEnum):
    """How the office came to know (07/QĐ-STTTT, Article 7)."""

    SYSTEM = "system"  # hệ thống
    REPORT = "report"  # báo cáo
    IN_PERSON = "in_person"  # làm việc trực tiếp
    TELEPHONE = "telephone"
    EMAIL = "email"
    FAX = "fax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person recorded about an assignment; the last one counts, all are kept."""

    number: int
    assignment: int
    word: Word
    reason: str = ""
    proposal: str = ""
    channel: Channel = Channel.SYSTEM
    by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a unit's mail says of an assignment without ending it.

    Attributes:
        reason, proposal: its own words, cut short: why it is not done, what the unit asks for.
    """

    key: DutyKey
    word: Word
    reason: str = ""
    proposal: str = ""
