"""Commands of units: a unit may say which of its own reports a mail is, and anything else is a question.

Harmless is what gains nothing: an answer that mailbot itself offered, or a report that is not overdue. A
unit never overrules a person of the office, and no reply moves a mail of another unit.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.calendar import local
from mailbot.core.command import UNIT_WORDS, Done, Verb, by_unit, is_by_unit
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.language.text import fold
from mailbot.core.mail import Level
from mailbot.core.members import is_document
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.reading.titles import read_title, resolve
from mailbot.core.replies.order import NOT_BEGUN, Correction, Order, Outcome
from mailbot.core.rules import UnitId
from mailbot.core.senders.confirmation import LIVES_FOR, MOST_WRONG, code, opens
from mailbot.core.senders.predecessor import whose_reports
from mailbot.core.verdict import (
    FOR_A_PERSON,
    Commanded,
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
    unit_of,
)

# As many as a person compares at a glance, and as one digit answers.
MOST_OFFERED = 9
# The answer that the mail is no report that the unit owes: who sends much else asks no person to say so.
NONE_OF_THEM = "0"
_CHANGING = frozenset({Verb.WRONG, Verb.RIGHT, Verb.CHOICE, Verb.NAMED, Verb.NIL})
# Nothing to report in answer to these says nothing of a periodic report.
_OF_ONE_MATTER = frozenset({NoticeKind.ASSIGNED, NoticeKind.INCIDENT, NoticeKind.DEMAND, NoticeKind.NUDGE})
_PROVED = frozenset({Level.USER, Level.DOMAIN})
_ANSWERABLE = frozenset({Question.REPORT, Question.PERIOD})
# Folded. Who corrects names what the mail is not, too: "SAI tháng 6, đúng là
# tháng 5", "SAI, tháng 5 không phải tháng 6".
_DENIED = re.compile(r"\b(?:chu |day )?khong phai\b(?:(?!\bma\b|[,;]|\.(?:\s|$)).)*")
_RIGHT = re.compile(
    r"^.*(?:\b(?:dung|phai|ma) (?:ra |phai )?la\b|\b(?:sua|doi|chuyen)(?: lai)? (?:thanh|sang)\b|[-=]>)"
)
_MISTAKEN = re.compile(r"\b(?:nham|lon)\b")
_OF_UNIT = ("don vi", "khong phai cua", "nham co quan", "nguoi gui", "chua gui", "khong gui")
# What is wrong is something else than which report it is: its figures, its time, a part of it.
_OF_ELSE = re.compile(
    r"(?:roi|ve|o|phan|mot so|[\s,.;:a])*\b(?:so lieu|noi dung|phu luc|bieu|chi tieu|chinh ta"
    r"|so(?: va)?,? ky hieu|thoi (?:diem|gian|han)|ngay(?: gio)? (?:gui|nhan|den)|gio (?:gui|nhan)"
    r"|tinh trang|han (?:gui|nop)|(?:dung|qua|tre|cham) han"
    r"|(?:tep|file|ban) (?:dinh kem|gui|bao cao))\b(?! la (?:bao cao|bc)\b)"
)

_NOT_FOUND = "không tìm thấy thư của đơn vị theo mã tiếp nhận hoặc thư được trả lời"
_NOTHING_OWED = "hệ thống không ghi nhận báo cáo nào mà đơn vị chưa gửi"
_NO_FILE = "thư được trả lời không có tệp tin báo cáo đọc được; đề nghị gửi lại báo cáo kèm tệp tin"
_WHICH = "đề nghị trả lời bằng số thứ tự của báo cáo trong danh sách đã gửi"
_WITH_STAFF = "thư đang chờ cán bộ theo dõi xem xét"
_WRONG_CODE = "mã xác nhận không đúng; đề nghị ghi đúng mã trong thư đã gửi, từ chính hộp thư nhận thư đó"
_AS_RECORDED = "thư đã được ghi nhận đúng như đơn vị nêu"
_SAY_PERIOD = "đề nghị ghi rõ báo cáo đúng, ví dụ: SAI tháng 6"


def unit_order(order: Order, unit: UnitId) -> Outcome:
    """What follows from the command of `unit`."""
    verb = order.verdict.command.verb
    # A report that nothing proves closes no duty; neither may a word that nothing proves.
    if verb in _CHANGING and order.proves and order.arrival.mail.proof.level not in _PROVED:
        return _to_staff(order, unit)
    match verb:
        case Verb.WRONG:
            return _correct(order, unit)
        case Verb.RIGHT | Verb.CHOICE | Verb.NAMED:
            return _choose(order, unit)
        case Verb.NIL:
            return _nothing_to_report(order, unit)
        case Verb.MORE_TIME:
            return _to_staff(order, unit)
        case Verb.CONFIRM:
            return _confirm(order, unit)
        case _:
            return Outcome(done=Done.DONE, by=by_unit(unit))


def answerable(question: Question) -> bool:
    """Whether a unit's word settles that question; the others need a file, or a person."""
    return question in _ANSWERABLE


def _choose(order: Order, unit: UnitId) -> Outcome:
    verb = order.verdict.command.verb
    target = _target(order, unit)
    if target is None and verb is Verb.RIGHT and order.replied and order.replied.kind is NoticeKind.LINES:
        # The unit agrees with its lines of the month.
        return Outcome(done=Done.DONE, by=by_unit(unit))
    if target is None and verb is Verb.NAMED:
        # In answer to a reminder the name of a report hands it in, and its file was forgotten.
        return _ask_for_file(order, unit)
    if target is None:
        return _refused(unit, _NOT_FOUND)
    verdict = order.book.verdict(target)
    if not isinstance(verdict, Unclear) and verb is Verb.RIGHT:
        # Who agrees with what was told, granted or refused asks for nothing.
        return Outcome(done=Done.DONE, by=by_unit(unit))
    if not isinstance(verdict, Unclear):
        # Words that only name a report may be a correction, or the beginning of a letter.
        return _to_staff(order, unit) if verb is Verb.NAMED else _refused(unit, _SAY_PERIOD)
    if not answerable(verdict.question) or not _has_substance(target):
        return _refused(unit, _WITH_STAFF if verdict.question in FOR_A_PERSON else _NO_FILE)
    offered = verdict.candidates[:MOST_OFFERED]
    if verb is Verb.NAMED:
        return _choose_by_name(order, unit, target, offered)
    return _choose_by_number(order, unit, target, offered)


def _choose_by_number(order: Order, unit: UnitId, target: Arrival, offered: tuple[Filing, ...]) -> Outcome:
    if order.verdict.command.argument == NONE_OF_THEM:
        return _set_aside(order, unit, target)
    number = int(order.verdict.command.argument or (1 if len(offered) == 1 else 0))
    if not 1 <= number <= len(offered):
        return _refused(unit, _WHICH if offered else _SAY_PERIOD)
    # Verdicts of older versions offer whatever the mail named.
    if not offered[number - 1].period.has_begun(local(order.now).date()):
        return _refused(unit, f"{NOT_BEGUN}; {_SAY_PERIOD}")
    return _file(order, unit, target, (offered[number - 1],))


def _choose_by_name(order: Order, unit: UnitId, target: Arrival, offered: tuple[Filing, ...]) -> Outcome:
    named = _named(order, unit, order.verdict.command.argument, target)
    meant = tuple(filing for filing in named if filing in offered) or named
    if len(meant) == 1 and (meant[0] in offered or _is_harmless(order, unit, target, meant[0])):
        return _file(order, unit, target, meant)
    return _to_staff(order, unit)


def _correct(order: Order, unit: UnitId) -> Outcome:
    said = order.verdict.command.argument
    target = _target(order, unit)
    if target is None:
        return _refused(unit, _NOT_FOUND)
    verdict = order.book.verdict(target)
    by_person = _ruled_by_staff(order, target) or _is_of_tasks(verdict)
    if by_person or _OF_ELSE.match(fold(said)) or any(words in fold(said) for words in _OF_UNIT):
        return _to_staff(order, unit)
    if not isinstance(verdict, Filed | Unclear) or not _has_substance(target):
        return _to_staff(order, unit)
    right = _right(said)
    named = _named(order, unit, right, target)
    if not named:
        return _to_staff(order, unit) if _periods(right, target) else _ask(order, unit, target)
    if isinstance(verdict, Filed) and set(named) == set(verdict.filings):
        return _refused(unit, _AS_RECORDED)
    if len({filing.period for filing in named}) < len(named) or (named[1:] and _MISTAKEN.search(fold(said))):
        return _ask(order, unit, target, named)
    if not all(_is_harmless(order, unit, target, filing) for filing in named):
        return _to_staff(order, unit)
    return _file(order, unit, target, named)


def _right(said: str) -> str:
    """What a correction says that the mail is, without what it says that it is not."""
    words = _DENIED.sub(" ", fold(said))
    return _RIGHT.sub("", words)


def _nothing_to_report(order: Order, unit: UnitId) -> Outcome:
    if order.replied is not None and order.replied.kind in _OF_ONE_MATTER:
        return _to_staff(order, unit)
    owed = _owed(order, unit, order.book.open_duties)
    periods = _periods(order.verdict.command.argument, order.arrival)
    meant = [duty for duty in owed if duty.key.period in periods] if periods else owed
    replied = order.replied.keys if order.replied is not None else ()
    asked = [duty for duty in meant if any(f"/{duty.key}/" in key for key in replied)]
    filings = tuple(Filing(duty.key.report, duty.key.period) for duty in asked or meant)
    if not filings:
        return _refused(unit, _NOTHING_OWED)
    if len(filings) == 1:
        return _file(order, unit, order.arrival, filings)
    return _ask(order, unit, order.arrival, filings)


def _confirm(order: Order, unit: UnitId) -> Outcome:
    """A report that waits for a proof of its sender, confirmed by the code that went to its own address."""
    sender, target = order.arrival.mail.sender, _target(order, unit)
    verdict = order.book.verdict(target) if target is not None else None
    if sender is None or target is None or not isinstance(verdict, Unclear):
        return _refused(unit, _NOT_FOUND if target is None else _AS_RECORDED)
    since = max(target.recorded_at, target.arrived_at)
    stands = verdict.question is Question.UNVERIFIED and order.now < since + LIVES_FOR
    version = order.book.version_of(target.number)
    right = code(order.secret, target.number, version, sender.email)
    if not stands or _wrong_codes(order, unit, since) >= MOST_WRONG:
        return _refused(unit, _WITH_STAFF)
    if not opens(order.verdict.command.argument, right):
        return _refused(unit, _WRONG_CODE)
    if not verdict.candidates:
        return _to_staff(order, unit)
    return _file(order, unit, target, verdict.candidates)


def _wrong_codes(order: Order, unit: UnitId, since: datetime) -> int:
    """How often that unit's address sent a wrong code since then: whoever guesses is stopped."""
    tried = (
        order.book.by_number[carried.arrival].verdict
        for carried in order.book.commands.values()
        if carried.done is Done.REFUSED and carried.by == by_unit(unit) and carried.decided_at >= since
    )
    return sum(isinstance(v, Commanded) and v.command.verb is Verb.CONFIRM for v in tried)


def _target(order: Order, unit: UnitId) -> Arrival | None:
    """The unit's own mail that the command is about: by its code, or by the letter that is answered."""
    number = order.verdict.command.about
    if number is None and order.replied is not None:
        kind, _, rest = order.replied.keys[0].partition("/")
        if kind in {NoticeKind.RECEIPT, NoticeKind.QUERY}:
            number = int(rest.partition("/")[0])
    found = order.book.by_number.get(number) if number is not None else None
    if found is None or isinstance(order.book.verdict(found), Sealed):
        return None
    return found if unit_of(order.book.verdict(found)) == unit else None


def _named(order: Order, unit: UnitId, said: str, target: Arrival) -> tuple[Filing, ...]:
    """What the unit owes, or has owed, of the periods named; narrowed by a report's name where it stands."""
    periods = _periods(said, target)
    duties = [duty for duty in _owed(order, unit, order.book.duties) if duty.key.period in periods]
    folded = fold(said)
    by_name = [duty for duty in duties if fold(order.rules.report(duty.key.report).name) in folded]
    return tuple(Filing(duty.key.report, duty.key.period) for duty in by_name or duties)


def _periods(said: str, arrival: Arrival) -> tuple[Period, ...]:
    on = local(arrival.arrived_at).date()
    found = (resolve(mention, on) for mention in read_title(said).periods)
    return tuple(period for period in found if period is not None)


def _owed(order: Order, unit: UnitId, keys: Iterable[DutyKey]) -> list[Duty]:
    known = {report.id for report in order.rules.reports}
    duties = [
        order.book.duties[key]
        for key in keys
        if key.unit == unit and key.report in known and order.book.duties[key].opens_at <= order.now
    ]
    return sorted(duties, key=lambda duty: (duty.due_at, duty.key.report))


def _is_harmless(order: Order, unit: UnitId, target: Arrival, filing: Filing) -> bool:
    """Whether nothing is gained by it: the mail itself says so, or there is still time to hand it in."""
    verdict = target.verdict
    offered = verdict.candidates if isinstance(verdict, Unclear) else ()
    duty = order.book.duties[DutyKey(unit, filing.report, filing.period)]
    return (
        filing.period in verdict.findings.periods
        or filing in offered
        or order.now.replace(microsecond=0) <= duty.due_at
    )


def _has_substance(arrival: Arrival) -> bool:
    """Whether there is something to be counted as a report: a file, or that there is nothing to report."""
    nil = isinstance(arrival.verdict, Commanded) and arrival.verdict.command.verb is Verb.NIL
    return any(map(is_document, arrival.mail.attachments)) or nil


def _ruled_by_staff(order: Order, arrival: Arrival) -> bool:
    ruling = order.book.ruled.get(arrival.number)
    return ruling is not None and not is_by_unit(ruling.by)


def _is_of_tasks(verdict: Verdict) -> bool:
    """Whether the mail answers tasks alone: no list of periodic reports says what else it may be."""
    return isinstance(verdict, Filed) and all(f.period.cadence is Cadence.EVENT for f in verdict.filings)


def _file(order: Order, unit: UnitId, target: Arrival, filings: tuple[Filing, ...]) -> Outcome:
    on = local(target.arrived_at).date()
    owner, *others = whose_reports(order.rules, order.book, unit, filings, on)
    if others:
        return _to_staff(order, unit)
    findings = _findings(order, unit, tuple(filing.period for filing in filings))
    verdict = Filed(unit=owner, filings=filings, findings=findings)
    return _rule(order, unit, Done.DONE, target, verdict)


def _set_aside(order: Order, unit: UnitId, target: Arrival) -> Outcome:
    verdict = Ignored(reason=Reason.NOT_A_REPORT, findings=_findings(order, unit, ()))
    return _rule(order, unit, Done.DONE, target, verdict)


def _ask(order: Order, unit: UnitId, target: Arrival, filings: tuple[Filing, ...] = ()) -> Outcome:
    """A query with the few likely answers; what the unit owes, where nothing else is known."""
    now = order.book.verdict(target)
    recorded = now.filings if isinstance(now, Filed) else ()
    owed = (Filing(duty.key.report, duty.key.period) for duty in _owed(order, unit, order.book.open_duties))
    offered = filings or tuple(filing for filing in owed if filing not in recorded)
    verdict = Unclear(
        question=Question.PERIOD, findings=_findings(order, unit, ()), candidates=offered[:MOST_OFFERED]
    )
    return _rule(order, unit, Done.ASKED, target, verdict)


def _ask_for_file(order: Order, unit: UnitId) -> Outcome:
    named = _named(order, unit, order.verdict.command.argument, order.arrival)
    findings = _findings(order, unit, tuple(dict.fromkeys(filing.period for filing in named)))
    verdict = Unclear(question=Question.NO_FILE, findings=findings, candidates=named[:MOST_OFFERED])
    return _rule(order, unit, Done.ASKED, order.arrival, verdict)


def _to_staff(order: Order, unit: UnitId) -> Outcome:
    """The reply itself becomes a question that waits for a person; what it speaks of stays as it is."""
    verdict = Unclear(question=Question.REQUEST, findings=_findings(order, unit, ()))
    return _rule(order, unit, Done.ASKED, order.arrival, verdict)


def _rule(
    order: Order, unit: UnitId, done: Done, target: Arrival, verdict: Filed | Unclear | Ignored
) -> Outcome:
    why = f"theo trả lời của đơn vị ngày {local(order.arrival.arrived_at):%d/%m/%Y}"
    ruling = Correction(arrival=target.number, verdict=verdict, why=why)
    return Outcome(done=done, by=by_unit(unit), rulings=(ruling,))


def _findings(order: Order, unit: UnitId, periods: tuple[Period, ...]) -> Findings:
    command = order.verdict.command
    said = " ".join(filter(None, (UNIT_WORDS.get(command.verb, ""), command.argument)))
    evidence = Evidence(Source.RULING, f"đơn vị trả lời bằng thư số {order.arrival.number}", said)
    return Findings(unit=unit, periods=periods, confidence=1.0, evidence=(evidence,))


def _refused(unit: UnitId, says: str) -> Outcome:
    return Outcome(done=Done.REFUSED, by=by_unit(unit), says=says)
