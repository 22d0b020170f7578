"""Objection and evidence side by side: what the letter to the staff may tell, and what its template knows.

The objection's own words stand in its mail, which the letter names; here is what mailbot knows of it.
"""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.command import Verb
from mailbot.core.notice import ContestedLine, MailOnLine, ObjectionMatter
from mailbot.core.posting import PostedLetter
from mailbot.core.rules import Office
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Line
from mailbot.core.verdict import Filed, Ignored, Sealed, Unclear, Verdict
from mailbot.core.wording import vietnamese
from mailbot.post import words
from mailbot.post.parts import Link
from mailbot.post.pen import Pen

_FILED = "được ghi nhận là báo cáo"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBeside:
    """One other mail of the unit that bears on the line, and the command that would make it count."""

    number: int
    arrived_at: datetime
    clock: str
    subject: str
    result: str
    accept: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBeside:
    """One letter of ours about the line."""

    number: int
    kind: str
    queued_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBeside:
    """One line as the report would have it; `counted_by` is whose clock it was judged by."""

    title: str
    due_at: datetime
    arrived_at: datetime | None
    counted_by: str
    status: str
    mails: tuple[MailBeside, ...]
    letters: tuple[LetterBeside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """What the staff are told of an objection.

    Attributes:
        subject: of the objection's mail; `files` are the names of what came with it.
        in_time: how many of the unit's reports came in time.
        uphold, dismiss: the two answers.
    """

    office: Office
    now: datetime
    unit: str
    period: str
    number: int
    arrived_at: datetime
    subject: str
    files: tuple[str, ...]
    in_time: int
    lines: tuple[LineBeside, ...]
    uphold: Link
    dismiss: Link


def side_by_side(matter: ObjectionMatter, pen: Pen) -> SideBySide:
    """What may be told; `pen` writes the commands of whom the letter goes to."""
    mail, number = matter.arrival.mail, matter.arrival.number
    return SideBySide(
        office=pen.rules.office,
        now=pen.now,
        unit=vietnamese.named(matter.unit.name),
        period=matter.period.label,
        number=number,
        arrived_at=matter.arrival.arrived_at,
        subject=vietnamese.foreign(mail.subject),
        files=tuple(vietnamese.foreign_name(file.name) for file in mail.attachments),
        in_time=matter.in_time,
        lines=tuple(_line(contested, pen) for contested in matter.lines),
        uphold=pen.command(
            "Chấp nhận giải trình: đơn vị không bị nêu tên (có thể ghi thêm lý do vào cuối tiêu đề)",
            Verb.UPHOLD,
            number,
            version=matter.version,
        ),
        dismiss=pen.command(
            "Không chấp nhận (ghi thêm lý do vào cuối tiêu đề)",
            Verb.DISMISS,
            number,
            version=matter.version,
            tail="LY DO:",
        ),
    )


def _line(contested: ContestedLine, pen: Pen) -> LineBeside:
    line = contested.line
    status = words.late(line.days_late) if line.standing is Standing.LATE else words.STANDINGS[line.standing]
    return LineBeside(
        title=line.title,
        due_at=line.due_at,
        arrived_at=line.arrived_at,
        counted_by=line.clock,
        status=f"{status} ({vietnamese.words(line.doubt)})" if line.doubt else status,
        mails=tuple(_mail(line, found, pen) for found in contested.mails),
        letters=tuple(map(_letter, contested.letters)),
    )


def _mail(line: Line, found: MailOnLine, pen: Pen) -> MailBeside:
    arrival, verdict = found.arrival, found.verdict
    sealed = isinstance(arrival.verdict, Sealed) or isinstance(verdict, Sealed)
    offered = not sealed and not isinstance(verdict, Filed) and bool(arrival.mail.attachments)
    argument = f"{line.report}/{line.period}".lower()
    return MailBeside(
        number=arrival.number,
        arrived_at=arrival.arrived_at,
        clock=vietnamese.words(arrival.clock),
        subject="" if sealed else vietnamese.foreign(arrival.mail.subject),
        result=_result(verdict),
        accept=pen.command(
            f"Ghi nhận thư số {arrival.number} là {line.title}",
            Verb.ASSIGN,
            arrival.number,
            argument,
            version=found.version,
        )
        if offered
        else None,
    )


def _letter(letter: PostedLetter) -> LetterBeside:
    return LetterBeside(
        number=letter.number,
        kind=words.NOTICE_KINDS.get(letter.kind, "thư"),
        queued_at=letter.queued_at,
        state=words.LETTER_STATES[letter.state],
    )


def _result(verdict: Verdict) -> str:
    match verdict:
        case Filed():
            return _FILED
        case Unclear(question=question):
            return vietnamese.words(question)
        case Ignored(reason=reason):
            return vietnamese.words(reason)
        case _:
            return "có dấu hiệu chứa tài liệu mật" if isinstance(verdict, Sealed) else "thư trả lời"
