"""How a duty stands (tình trạng) at a given instant. Computed, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Copy
from mailbot.core.calendar import at
from mailbot.core.duty import Duty
from mailbot.core.machine.watch import broken_before, vanished_before
from mailbot.core.period import Cadence
from mailbot.core.rules import Part
from mailbot.core.tasks.assignment import REOPENING, Word
from mailbot.core.verdict import Filing

# So long mail servers try before they give a letter up (RFC 5321, 4.5.4.1).
_TOLD_LATE = timedelta(days=5)
# Units have a letter of the committee at once, and may have answered before the office enters it here.
_ENTERED_WITHIN = timedelta(days=31)


class Standing(StrEnum):
    """Where a duty stands."""

    OPEN = "open"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    EXCUSED = "excused"
    NOT_JUDGED = "not_judged"


class Doubt(StrEnum):
    """Why a unit is not called late although no report in time is on record."""

    UNDECIDED_MAIL = "undecided_mail"  # còn thư của đơn vị chưa được xử lý
    NOBODYS_REPORT = "nobodys_report"  # còn báo cáo cùng loại, cùng kỳ chưa rõ của đơn vị nào
    NOT_WATCHING = "not_watching"  # hệ thống chưa đọc hết hộp thư sau thời hạn
    OUTAGE = "outage"  # hệ thống gián đoạn trong ngày cuối của thời hạn
    DATE = "date"  # ngày của thư sớm hơn lần đọc hộp thư mà chưa có thư đó
    VANISHED = "vanished"  # có thư biến mất khỏi hộp thư trước khi hệ thống đọc được
    ENTERED_LATE = "entered_late"  # nhiệm vụ được nhập vào hệ thống khi đã quá thời hạn
    UNANNOUNCED = "unannounced"  # thời hạn trước ngày hệ thống bắt đầu theo dõi
    ENDED = "ended"  # theo quy tắc hiện hành đơn vị đã kết thúc trước thời hạn, chưa ai áp dụng
    UNREACHED = "unreached"  # thư gửi đến địa chỉ đã đăng ký của đơn vị không đến được


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A duty with its standing; `copy` is the copy that sets timeliness.

    Attributes:
        missing: what the rules ask for besides and no copy brought, where somebody has looked for it.
    """

    duty: Duty
    standing: Standing
    copy: Copy | None = None
    doubt: Doubt | None = None
    missing: tuple[Part, ...] = ()


class Missing(StrEnum):
    """Which copy of a report is not there beside the one that is; a remark, and never lateness."""

    PAPER = "paper"  # chưa có bản giấy
    ELECTRONIC = "electronic"  # chưa có bản điện tử


def missing_copy(duty: Duty, book: Book) -> Missing | None:
    """The copy that has still to come of a report that was handed in one way only."""
    copies = book.copies.get(duty.key, ())
    by_mail, on_paper = any(copy.arrival for copy in copies), any(copy.stamp for copy in copies)
    if by_mail == on_paper:
        return None
    return Missing.PAPER if by_mail else Missing.ELECTRONIC


def in_time(moment: datetime, due_at: datetime) -> bool:
    """Whether `moment` is not after `due_at`, to the second: the 24th hour counts to its end."""
    return moment.replace(microsecond=0) <= due_at


def found_wanting_late(duty: Duty, book: Book, now: datetime) -> bool:
    """Whether a task was done in time, and a person found only after it was due that this does not do.

    It is to be done again; but its unit did not let the day pass, and its report was receipted.
    """
    notes = [
        note
        for assignment in book.assignments
        if assignment.key == duty.key
        for note in book.notes_on.get(assignment.number, ())
        if note.noted_at <= now
    ]
    done = [copy.at for copy in book.handed.get(duty.key, ())]
    done += [note.noted_at for note in notes if note.word is Word.DONE]
    first = min((moment for moment in done if in_time(moment, duty.due_at)), default=None)
    undone = [note.noted_at for note in notes if note.word in REOPENING and first and note.noted_at >= first]
    return bool(undone) and min(undone) > duty.due_at


def may_have_come(arrival: Arrival, book: Book) -> Iterator[datetime]:
    """When an undecided mail may have come: by each delivery of it, and by either clock where two differ."""
    for delivery in (arrival, *book.again.get(arrival.number, ())):
        yield delivery.arrived_at
        if delivery.contradicted:
            yield delivery.clocks.seen_at


def undecided_of(duty: Duty, book: Book, until: datetime) -> Iterator[Arrival]:
    """What is, or may be, its unit's and waits for a person, come since the duty opened, and by `until`."""
    since = _since(duty)
    for arrival in book.undecided.get(duty.key.unit, ()):
        if any(since <= moment <= until for moment in may_have_come(arrival, book)):
            yield arrival


def anybodys(duty: Duty, book: Book, until: datetime) -> Iterator[Arrival]:
    """What may be any unit's copy, come by `until`: sent from a private box, say, with a scan."""
    for arrival in book.nobodys.get(Filing(duty.key.report, duty.key.period), ()):
        if any(moment <= until for moment in may_have_come(arrival, book)):
            yield arrival


def judge(duty: Duty, book: Book, now: datetime) -> Judgement:
    """How `duty` stands at `now`.

    The first valid copy sets timeliness, if its date is not in doubt; an excused unit that reports in time is
    on time. No unit is
    called late on the strength of what mailbot has not seen: as long as a mail of the unit is undecided, the
    mailbox was not read to its end after the due moment, an outage of ours reaches into the last day before
    it, or our letters did not reach the unit, the duty is not judged.
    """
    # The earliest come first, and a duty may have thousands: none is looked at beyond the one that decides.
    copies = book.copies.get(duty.key, ())
    first = copies[0] if copies and copies[0].at <= now else None
    timely = takewhile(lambda copy: copy.at <= now and in_time(copy.at, duty.due_at), copies)
    sure = next((copy for copy in timely if in_time(copy.seen_at or copy.at, duty.due_at)), None)
    if sure is not None:
        return Judgement(duty=duty, standing=Standing.ON_TIME, copy=sure)
    if duty.excused:
        return Judgement(duty=duty, standing=Standing.EXCUSED, copy=first)
    if first is None and in_time(now, duty.due_at):
        return Judgement(duty=duty, standing=Standing.OPEN)
    if first is not None and in_time(first.at, duty.due_at):
        # In time by a date or a clock that another contradicts: neither believed nor held against the unit.
        return Judgement(duty=duty, standing=Standing.NOT_JUDGED, copy=first, doubt=Doubt.DATE)
    if (doubt := _doubt(duty, book, now, until=first.at if first else now)) is not None:
        return Judgement(duty=duty, standing=Standing.NOT_JUDGED, copy=first, doubt=doubt)
    return Judgement(duty=duty, standing=Standing.LATE if first else Standing.OVERDUE, copy=first)


def judge_at_arrival(duty: Duty, book: Book, arrived_at: datetime) -> Judgement:
    """How `duty` stood when a mail brought its report; it may be one that nobody announced.

    What was due before mailbot began is in no paper and chased by no letter. An earlier copy may have gone
    any other way, so no receipt calls it late.
    """
    found = judge(duty, book, arrived_at)
    if found.standing is Standing.LATE and duty.key not in book.duties:
        return replace(found, standing=Standing.NOT_JUDGED, doubt=Doubt.UNANNOUNCED)
    return found


def _doubt(duty: Duty, book: Book, now: datetime, until: datetime) -> Doubt | None:
    if any(undecided_of(duty, book, min(until, now))):
        return Doubt.UNDECIDED_MAIL
    if any(anybodys(duty, book, until)):
        return Doubt.NOBODYS_REPORT
    # What came while nobody watched may have been taken away before mailbot saw it.
    gaps = book.unproven(now)
    if broken_before(duty.due_at, gaps):
        return Doubt.OUTAGE
    if vanished_before(duty.due_at, _since(duty), gaps):
        return Doubt.VANISHED
    # Whoever could not be reminded is not reproached: when it was due, some days later, for some failures are
    # told late, and when it came. Of an address that dies after that nothing follows for this report.
    looks = {duty.due_at, min(now, duty.due_at + _TOLD_LATE), until}
    if any(book.health.unreached(duty.key.unit, at) for at in looks):
        return Doubt.UNREACHED
    # A copy that came late is itself the proof; silence is none unless somebody listened.
    if not book.copies.get(duty.key) and (book.scanned_at is None or book.scanned_at <= duty.due_at):
        return Doubt.NOT_WATCHING
    # What came for it before nobody knew as its answer, and nobody was reminded.
    if duty.key.period.cadence is Cadence.EVENT and duty.opens_at >= duty.due_at:
        return Doubt.ENTERED_LATE
    return None


def _since(duty: Duty) -> datetime:
    """Since when a copy may have come, which is before a letter or a task was entered that asks for it."""
    if duty.key.period.cadence is Cadence.EVENT:
        return duty.opens_at - _ENTERED_WITHIN
    return min(duty.opens_at, at(duty.key.period.first_on))
