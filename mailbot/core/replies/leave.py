"""What the staff allows one unit by a reply: more time for a report, or not to hand it in; or a refusal.

Each is recorded as the office's word, like an official letter and revoked like one: the duty itself moves,
reminders follow it, and the unit is told by a letter. What concerns many units, or reaches far, is for a
document with a number.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import ZONE, local
from mailbot.core.changes.amend import changes
from mailbot.core.changes.official import Document, Effect, Excuse, Move, OfficialLetter, Scope
from mailbot.core.command import Command, Done, Verb
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Cadence, Period
from mailbot.core.replies.asked_day import asked_day
from mailbot.core.replies.order import Correction, Leave, Order, Outcome, refused
from mailbot.core.replies.wish import narrowed, open_duties, wish
from mailbot.core.rules import ReportId, Staff, Unit, UnitId
from mailbot.core.senders.unit_named import unit_named
from mailbot.core.verdict import (
    TOLD_TO_UNIT,
    Commanded,
    Evidence,
    Findings,
    Ignored,
    Question,
    Reason,
    Source,
    Unclear,
    unit_of,
)
from mailbot.core.wording import vietnamese
from mailbot.core.wording.day_words import until

# Two months: what is put off longer has another date than the rules say, and needs a document.
_LONGEST = timedelta(days=60)
# One link excuses a few units, each once; a storm that excuses thirty is an official letter.
_MOST_BY_ONE_LINK = 5
# Its colon is gone where nothing was typed behind it.
_WHY = re.compile(r"\bl[ýy]\s*do\s*(?::\s*|$)", re.IGNORECASE)

_NO_REQUEST = "thư này không phải là đề nghị đang chờ xem xét của một đơn vị"
_WHICH = (
    "chưa rõ báo cáo hoặc thời hạn mới; ghi sau mã lệnh, ví dụ: tháng 6, đến ngày 28/6"
    " (chỉ báo cáo đơn vị còn phải gửi)"
)
_TOO_EARLY = "thời hạn mới phải sau thời hạn hiện nay và sau thời điểm này"
_TOO_FAR = "gia hạn quá 60 ngày phải có văn bản; ghi nhận tại máy chủ (mailbot letter add)"
_CLOSED = "số liệu của kỳ này đã được duyệt; thay đổi chỉ thực hiện tại máy chủ (mailbot letter add)"
_NO_REASON = "chưa ghi lý do; đề nghị ghi lý do vào cuối tiêu đề, sau chữ LY DO:"
_NO_DUTY = "không tìm thấy báo cáo mà đơn vị còn phải gửi; ghi tên đơn vị sau chữ DON VI:"
_EXCUSED = "đơn vị đã được miễn gửi báo cáo này"
_SEVERAL = "một liên kết miễn gửi cho nhiều nhất 5 đơn vị; nhiều hơn phải có văn bản (mailbot letter add)"


def changes_of(book: Book, key: DutyKey | None) -> int:
    """How often a letter has changed the duty of that key: the version of a link that excuses it."""
    return sum(change.key == key for letter in book.official for change in letter.changes)


def version_of_duty(book: Book, argument: str) -> int:
    """The version of the duty that a link names whole; 0 of one behind which the unit is typed."""
    return changes_of(book, _key(argument))


def decide(order: Order, command: Command, staff: Staff) -> Outcome:
    """What follows when a member of the staff grants or refuses more time, or excuses a unit."""
    match command.verb:
        case Verb.EXTEND:
            return _extend(order, command, staff)
        case Verb.DENY:
            return _deny(order, command, staff)
        case _:
            return _excuse(order, command, staff)


def _extend(order: Order, command: Command, staff: Staff) -> Outcome:
    asked = _request(order, command)
    if asked is None:
        return refused(staff, _NO_REQUEST)
    request, unit = asked
    typed, why = _split(command.typed)
    duty, day = _until(order, request, unit, command.argument, typed)
    if duty is None or day is None:
        return refused(staff, _WHICH)
    due_at = datetime.combine(day, local(duty.due_at).time(), ZONE)
    if due_at <= max(duty.due_at, order.now):
        return refused(staff, _TOO_EARLY)
    if due_at > duty.due_at + _LONGEST:
        return refused(staff, _TOO_FAR)
    says = f"đã gia hạn gửi {_titled(order, duty)} của {unit.name} đến {until(due_at)}"
    granted = _settled(request, unit, Reason.GRANTED, f"được gia hạn đến {until(due_at)}", says)
    return _leave(order, staff, duty, Move(due_at), why, says, request=request, rulings=(granted,))


def _deny(order: Order, command: Command, staff: Staff) -> Outcome:
    asked = _request(order, command)
    if asked is None:
        return refused(staff, _NO_REQUEST)
    why = _WHY.sub("", command.typed)
    if not why:
        return refused(staff, _NO_REASON)
    request, unit = asked
    says = f"không gia hạn theo đề nghị tại thư số {request.number} của {unit.name}; lý do: {why}"
    denied = _settled(request, unit, Reason.DENIED, why, says)
    return Outcome(done=Done.DONE, by=staff.email, says=says, rulings=(denied,))


def _excuse(order: Order, command: Command, staff: Staff) -> Outcome:
    typed, why = _split(command.typed)
    if command.argument.count("/") > 1:
        # The link names the unit, so all that is typed is the reason.
        duty = _duty(order, command.argument)
        why = why or typed
    else:
        if _uses(order, command) >= _MOST_BY_ONE_LINK:
            return refused(staff, _SEVERAL)
        duty = _of_unit(order, command.argument, typed)
    unit = order.rules.finds_unit(duty.key.unit) if duty is not None else None
    if duty is None or unit is None:
        return refused(staff, _NO_DUTY)
    if not why:
        return refused(staff, _NO_REASON)
    if duty.excused:
        return refused(staff, _EXCUSED)
    says = f"đã miễn gửi {_titled(order, duty)} cho {unit.name}; lý do: {why}"
    request = order.book.by_number.get(command.about) if command.about is not None else None
    rulings = (_settled(request, unit, Reason.GRANTED, "được miễn gửi", says),) if request else ()
    return _leave(order, staff, duty, Excuse(), why, says, request=request, rulings=rulings)


def _leave(
    order: Order,
    staff: Staff,
    duty: Duty,
    effect: Effect,
    why: str,
    says: str,
    *,
    request: Arrival | None,
    rulings: tuple[Correction, ...],
) -> Outcome:
    book, key = order.book, duty.key
    if Period.containing(Cadence.MONTH, local(duty.due_at).date()) in book.closed:
        return refused(staff, _CLOSED)
    draft = OfficialLetter(
        number=len(book.official) + 1,
        document=Document(
            number="", issued_on=local(order.now).date(), issuer=order.rules.office.name, reason=why
        ),
        effect=effect,
        scope=Scope(
            units=frozenset({key.unit}), reports=frozenset({key.report}), periods=frozenset({key.period})
        ),
        by=staff.email,
        recorded_at=order.now,
        via=order.arrival.number,
        answers=request.number if request is not None else None,
    )
    found = changes(order.files, book, draft)
    letter = replace(draft, changes=found)
    rows = tuple(change.after for change in found if change.after is not None)
    revoked = f"; hủy tại máy chủ bằng lệnh mailbot letter revoke {letter.number}"
    return Outcome(
        done=Done.DONE,
        by=staff.email,
        says=says + revoked,
        rulings=rulings,
        leave=Leave(letter=letter, duties=rows, rules=order.files.fingerprint),
    )


def _request(order: Order, command: Command) -> tuple[Arrival, Unit] | None:
    """The request that the link answers, if it still waits, and whose it is."""
    found = order.book.by_number.get(command.about) if command.about is not None else None
    verdict = order.book.verdict(found) if found is not None else None
    if found is None or not isinstance(verdict, Unclear) or verdict.question is not Question.REQUEST:
        return None
    unit_id = unit_of(verdict)
    unit = order.rules.finds_unit(unit_id) if unit_id is not None else None
    return None if unit is None else (found, unit)


def _until(
    order: Order, request: Arrival, unit: Unit, argument: str, typed: str
) -> tuple[Duty | None, date | None]:
    """Which duty is put off to which day: as the link says, or as was typed behind its token."""
    if argument:
        named, _, day = argument.rpartition("/")
        return _duty(order, f"{unit.id}/{named}"), _day(day)
    on = local(order.now).date()
    owed = open_duties(order.rules, order.book, unit.id, order.now)
    found = wish(order.rules, order.book, request, order.now)
    meant = narrowed(order.rules, owed, typed, on) or (found.duties if found is not None else owed)
    return (meant[0] if len(meant) == 1 else None), asked_day(typed, on)


def _of_unit(order: Order, argument: str, typed: str) -> Duty | None:
    """The duty for the report and period that the link names, of the unit that was typed behind it."""
    unit = unit_named(order.rules, typed, local(order.now).date())
    return _duty(order, f"{unit.id}/{argument}") if unit is not None else None


def _uses(order: Order, command: Command) -> int:
    """How often this very link has been used."""
    letters = (letter for letter in order.book.official if letter.via is not None)
    mails = (order.book.by_number.get(letter.via) for letter in letters if letter.via is not None)
    verdicts = (mail.verdict for mail in mails if mail is not None)
    return sum(isinstance(v, Commanded) and v.command.token == command.token for v in verdicts)


def _settled(request: Arrival, unit: Unit, reason: Reason, told: str, says: str) -> Correction:
    evidence = (Evidence(Source.RULING, TOLD_TO_UNIT, told),)
    verdict = Ignored(reason=reason, findings=Findings(unit=unit.id, confidence=1.0, evidence=evidence))
    return Correction(arrival=request.number, verdict=verdict, why=says)


def _split(typed: str) -> tuple[str, str]:
    """What was typed behind a token: what is meant, and the reason."""
    found = _WHY.search(typed)
    return (typed, "") if found is None else (typed[: found.start()].strip(), typed[found.end() :].strip())


def _titled(order: Order, duty: Duty) -> str:
    return vietnamese.titled_as_known(order.rules, duty.key.report, duty.key.period)


def _key(written: str) -> DutyKey | None:
    """A duty as links write it, in small letters."""
    try:
        unit, report, period = written.split("/")
        return DutyKey(UnitId(unit), ReportId(report), Period.parse(period.upper()))
    except ValueError:
        return None


def _duty(order: Order, written: str) -> Duty | None:
    key = _key(written)
    return order.book.duties.get(key) if key is not None else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
