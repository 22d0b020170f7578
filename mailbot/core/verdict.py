"""What a mail was judged to be (kết quả phân loại), with the evidence for it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from mailbot.core.command import Command
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.tasks.assignment import News


class Source(StrEnum):
    """Where in a mail a piece of evidence stands."""

    SENDER = "sender"
    SUBJECT = "subject"
    HEADING = "heading"  # the head of an attached document
    OPENING = "opening"  # its first sentence
    ATTACHMENT = "attachment"  # a file's name
    BODY = "body"
    HEADERS = "headers"
    REGISTER = "register"
    DUTIES = "duties"
    THREAD = "thread"  # the letter of ours that is answered
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: what `says` follows from `text`, found at `source`; `says` is Vietnamese."""

    source: Source
    says: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """One report of one period that a mail hands in.

    Attributes:
        parts: the parts of the report that were seen in the mail; None if nobody looked for any.
    """

    report: ReportId
    period: Period
    parts: tuple[str, ...] | None = field(default=None, compare=False)


# How the evidence of a ruling marks the reason that a person wrote for the unit to read.
TOLD_TO_UNIT = "lý do thông báo cho đơn vị"


class Question(StrEnum):
    """What mailbot could not decide."""

    UNIT = "unit"  # chưa xác định được đơn vị gửi
    REPORT = "report"  # không khớp loại báo cáo nào phải gửi
    PERIOD = "period"  # chưa xác định được kỳ báo cáo
    NO_FILE = "no_file"  # không có tệp tin đính kèm
    LINK = "link"  # chỉ có đường dẫn, không có tệp tin
    LOCKED = "locked"  # tệp tin không mở được, có mật khẩu hoặc chưa điền
    URGENT = "urgent"  # báo cáo đột xuất, cần chuyển người trực
    TASK = "task"  # về nhiệm vụ được giao nhưng chưa rõ đã thực hiện hay chưa
    CITIZEN = "citizen"  # câu hỏi của công dân, chờ chuyển đơn vị trả lời
    REQUEST = "request"  # đơn vị xin gia hạn hoặc hỏi
    UNREADABLE = "unreadable"  # thư không đọc được
    UNVERIFIED = "unverified"  # chưa xác thực được nơi gửi
    MACHINE = "machine"  # thư do máy gửi, có thể kèm báo cáo
    FORGED = "forged"  # có dấu hiệu giả mạo địa chỉ gửi


# No word of the unit answers these; the staff decide.
FOR_A_PERSON = frozenset({Question.REQUEST, Question.URGENT, Question.UNIT, Question.UNVERIFIED})


class Reason(StrEnum):
    """Why a mail is set aside without a question."""

    BOUNCE = "bounce"
    DELAYED = "delayed"
    AUTO_REPLY = "auto_reply"
    OWN = "own"
    DUPLICATE = "duplicate"
    NOT_A_REPORT = "not_a_report"  # a plan, a letter, an invitation
    REJECTED = "rejected"  # a person ruled that it does not count
    NEWS = "news"  # tells how far a task has come
    PASSED = "passed"  # a citizen's question, passed to the unit that must answer it
    HANDLED = "handled"  # an urgent report that a person has seen
    HEARD = "heard"  # an objection to the month's lines, on which a person has ruled
    GRANTED = "granted"  # a request for more time, granted
    DENIED = "denied"  # a request for more time, refused
    COURTESY = "courtesy"  # thanks for one of our letters


# What servers and programs wrote, and nobody.
MACHINES = frozenset({Reason.BOUNCE, Reason.DELAYED, Reason.AUTO_REPLY, Reason.OWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was read from a mail, whatever it was judged to be.

    Attributes:
        periods: the periods that the mail reports on, plans excluded.
        document_type: the official code ("BC", "KH"), or "" where nothing tells.
        confidence: from 0 to 1, how sure the verdict is.
        runner_up: the next best reading in Vietnamese words, or "".
        may_be: units that the mail names although nothing proves that it is theirs; nobody is called late
            while such a mail waits for a person.
    """

    unit: UnitId | None = None
    may_be: tuple[UnitId, ...] = ()
    periods: tuple[Period, ...] = ()
    document_type: str = ""
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    runner_up: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The mail hands in these reports of this unit."""

    unit: UnitId
    filings: tuple[Filing, ...]
    findings: Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A person, or the unit, must say what the mail is."""

    question: Question
    findings: Findings
    candidates: tuple[Filing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """The mail is no report and asks for nothing.

    Attributes:
        duplicate_of: number of the arrival that it repeats.
        news: what it tells of a task that is not done yet.
    """

    reason: Reason
    findings: Findings
    duplicate_of: int | None = None
    news: News | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The mail bears a mark of State secrecy: nothing of its content is kept or repeated."""

    unit: UnitId | None
    findings: Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Commanded:
    """The mail is a command by reply; what follows from it is a ruling, or a letter, of its own."""

    unit: UnitId | None
    command: Command
    findings: Findings


Verdict: TypeAlias = Filed | Unclear | Ignored | Sealed | Commanded


def kind(verdict: Verdict) -> str:
    """The verdict in one word: filed unclear command sealed bounce delayed auto_reply duplicate ignored."""
    match verdict:
        case Commanded():
            return "command"
        case Filed():
            return "filed"
        case Unclear():
            return "unclear"
        case Sealed():
            return "sealed"
        case Ignored(reason=Reason.BOUNCE | Reason.DELAYED | Reason.AUTO_REPLY | Reason.DUPLICATE):
            return str(verdict.reason)
        case Ignored():
            return "ignored"


def unit_of(verdict: Verdict) -> UnitId | None:
    """The unit that the mail is from, as far as it is known."""
    return verdict.unit if isinstance(verdict, Filed | Sealed | Commanded) else verdict.findings.unit


def is_urgent(verdict: Verdict) -> bool:
    """Whether a mail was judged to be an urgent report when it came."""
    return isinstance(verdict, Unclear) and verdict.question is Question.URGENT
