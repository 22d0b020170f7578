"""Commands of the office's staff: each by a link of the digest, good for one deed on one object as it was.

Only what is small and can be undone is done by mail. To let everything go again, to change the register, to
open a sealed mail: these need the command line.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.proposals import proposal_named
from mailbot.core.command import STAFF_WORDS, Command, Done, Verb
from mailbot.core.duty import DutyKey, duty_of
from mailbot.core.emergencies.emergency import emergencies, unseen
from mailbot.core.language.text import fold
from mailbot.core.mail import Level
from mailbot.core.period import Period
from mailbot.core.reading.slip import another_year
from mailbot.core.reading.titles import read_title, resolve
from mailbot.core.replies.approving import approve
from mailbot.core.replies.hearing import NO_REASON, hear
from mailbot.core.replies.leave import decide, version_of_duty
from mailbot.core.replies.letting_go import steer
from mailbot.core.replies.order import (
    NOT_BEGUN,
    Closing,
    Correction,
    Order,
    Outcome,
    WordOn,
    is_locked,
    refused,
)
from mailbot.core.replies.rereading import newest_known_since, reread
from mailbot.core.replies.staff_command import read_staff_command
from mailbot.core.rules import ReportId, Staff, Unit
from mailbot.core.senders.predecessor import whose_reports, whose_task
from mailbot.core.senders.token import Deed, Flaw, flaw
from mailbot.core.senders.unit_named import unit_named
from mailbot.core.standings.objection import objection_by
from mailbot.core.tasks.assignment import code_of, is_given
from mailbot.core.verdict import (
    TOLD_TO_UNIT,
    Commanded,
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Reason,
    Sealed,
    Source,
    Unclear,
    Verdict,
    unit_of,
)
from mailbot.core.wording import vietnamese

_STALE = "nội dung này đã được xử lý hoặc thay đổi sau khi gửi bản tổng hợp"
_EXPIRED = "liên kết đã hết hiệu lực (72 giờ); đề nghị {}"
_HEARD_AT_CONSOLE = "kết luận tại máy chủ (mailbot settle --uphold, --dismiss)"
# These links stand in a letter of their own, which is not written anew.
_STILL_DONE = {
    Verb.APPROVE: "duyệt tại máy chủ (mailbot papers approve)",
    Verb.UPHOLD: _HEARD_AT_CONSOLE,
    Verb.DISMISS: _HEARD_AT_CONSOLE,
}
_IN_THE_DIGEST = "dùng bản tổng hợp mới nhất"
_USED = "lệnh này đã được thực hiện trước đó"
_NOT_AS_WRITTEN = (
    "lệnh chỉ được thực hiện khi ghi ở tiêu đề thư, đúng như dòng ghi trong thư của hệ thống, kể cả mã;"
    " đề nghị bấm liên kết, hoặc chép cả dòng đó vào tiêu đề"
)
_ONE_EACH = "mỗi thư chỉ ghi một lệnh; đề nghị gửi mỗi lệnh bằng một thư riêng"
_NO_OBJECT = "không tìm thấy thư có số này"
_NO_EMERGENCY = "không tìm thấy vụ việc có mã này"
_NO_PROPOSAL = "không còn đề xuất này, hoặc đã có người quyết định"
_SEALED = "thư có dấu hiệu chứa tài liệu mật chỉ được xử lý tại máy chủ"
_NO_REPORT = "chưa rõ đơn vị hoặc báo cáo; ghi sau mã lệnh, ví dụ: Sở Tài chính, tháng 6"
_OF_SEVERAL_UNITS = "các nhiệm vụ này được giao cho nhiều đơn vị; đề nghị ghi nhận từng nhiệm vụ"
_STILL_OPEN = (
    "; chưa ghi nhận cho {}: nếu thư trả lời cả nhiệm vụ đó, ghi nhận tại máy chủ (mailbot task close)"
)
_ANOTHER_YEAR = (
    "đơn vị hiện phải gửi báo cáo {owed}, không phải {typed}; đề nghị kiểm tra lại năm"
    " (nếu ghi đúng năm, ghi nhận tại máy chủ: mailbot settle --old-year)"
)
_OBJECTION = (
    "thư này là ý kiến giải trình số liệu tháng; đề nghị dùng lệnh chấp nhận, không chấp nhận trong thư về"
    " ý kiến giải trình, hoặc tại máy chủ (mailbot settle --uphold, --dismiss)"
)


def spelled(verb: Verb, about: int | None, argument: str = "") -> str:
    """A staff command as its token vouches for it and its link writes it: `GHI-NHAN 131 bc-thang/2013-06`."""
    return " ".join(filter(None, (STAFF_WORDS[verb], "" if about is None else str(about), argument)))


def as_argument(filings: Iterable[Filing]) -> str:
    """Filings as a link writes them: `bc-thang/2013-06`, `nv-1/2013-e1/nv-2/2013-e2`."""
    return "/".join(f"{filing.report}/{filing.period}" for filing in filings).lower()


def staff_order(order: Order, staff: Staff) -> Outcome:
    """What follows from the command of a member of the staff."""
    command = order.verdict.command
    if command.verb is Verb.HELP:
        return Outcome(done=Done.DONE, by=staff.email)
    if order.proves and order.arrival.mail.proof.level is not Level.USER:
        return Outcome(done=Done.UNTRUSTED, by=staff.email)
    if is_locked(order.book, staff.email, order.now):
        return Outcome(done=Done.LOCKED, by=staff.email)
    if command.verb is Verb.UNKNOWN:
        return refused(staff, _NOT_AS_WRITTEN)
    deed = Deed(
        staff=staff.email,
        says=spelled(command.verb, command.about, command.argument),
        version=_version(order, command),
    )
    wrong = flaw(order.secret, command.token, deed, order.now)
    if wrong is Flaw.FORGED:
        return Outcome(done=Done.FORGED, by=staff.email)
    # Whoever pulls the brake again, after somebody has released it, means it: that link is never used up.
    used = command.verb is not Verb.HOLD and _is_used(order, staff)
    if wrong is not None or used:
        return refused(staff, _USED if used else _spoilt(command, wrong))
    # The reason that a unit is told would hold the second command with its key; the brake waits for nothing.
    if command.verb is not Verb.HOLD and read_staff_command(command.typed) is not None:
        return refused(staff, _ONE_EACH)
    return _done(order, command, staff)


def _spoilt(command: Command, wrong: Flaw | None) -> str:
    """Why a true token opens nothing any more, and where the deed can still be done."""
    if wrong is not Flaw.EXPIRED:
        return _STALE
    return _EXPIRED.format(_STILL_DONE.get(command.verb, _IN_THE_DIGEST))


def _done(order: Order, command: Command, staff: Staff) -> Outcome:
    match command.verb:
        case Verb.HOLD:
            why = f"theo lệnh của {staff.name} ngày {local(order.now):%d/%m/%Y}"
            return Outcome(
                done=Done.DONE,
                by=staff.email,
                hold=why,
                says="đã dừng gửi mọi thư; chỉ mở lại được tại máy chủ (mailbot outbox release)",
            )
        case Verb.LEARN | Verb.DECLINE:
            return _learn(order, command, staff)
        case Verb.REREAD:
            return reread(order, staff)
        case Verb.APPROVE:
            return approve(order, staff, command.argument)
        case Verb.CLOSE:
            return close(order.book, command.argument, by=staff.email)
        case Verb.UPHOLD | Verb.DISMISS:
            return hear(order, command, staff)
        case Verb.EXTEND | Verb.DENY | Verb.EXCUSE:
            return decide(order, command, staff)
        case Verb.RELEASE | Verb.RELEASE_ALL | Verb.DROP:
            return steer(order, command, staff)
        case _:
            return _ruling(order, command, staff)


def _learn(order: Order, command: Command, staff: Staff) -> Outcome:
    on = local(order.now).date()
    proposal, said = proposal_named(order.rules, order.book, on, command.argument)
    confirmed = command.verb is Verb.LEARN
    if proposal is None or proposal.code != command.argument or said is not None:
        return refused(staff, _NO_PROPOSAL)
    did = "đã ghi nhớ" if confirmed else "không ghi nhớ"
    return Outcome(
        done=Done.DONE,
        by=staff.email,
        says=f"{did} đề xuất {proposal.code} ({proposal.words})",
        word_on=WordOn(proposal=proposal, confirmed=confirmed),
    )


def close(book: Book, ref: str, *, by: str) -> Outcome:
    """What follows when a person says that an urgent matter is over: its reports count as seen."""
    found = next((emergency for emergency in emergencies(book) if emergency.ref == ref), None)
    if found is None:
        return Outcome(done=Done.REFUSED, by=by, says=_NO_EMERGENCY)
    findings = Findings(
        unit=found.unit, confidence=1.0, evidence=(Evidence(Source.RULING, "cán bộ đã xem báo cáo đột xuất"),)
    )
    seen = Ignored(reason=Reason.HANDLED, findings=findings)
    says = f"đã kết thúc theo dõi vụ việc {ref}"
    rulings = tuple(
        Correction(arrival=report.number, verdict=seen, why=says) for report in unseen(book, found)
    )
    closing = Closing(ref=ref, unit=found.unit) if found.closed_at is None else None
    return Outcome(done=Done.DONE, by=by, says=says, rulings=rulings, close=closing)


def _ruling(order: Order, command: Command, staff: Staff) -> Outcome:
    target = order.book.by_number.get(command.about) if command.about is not None else None
    if target is None:
        return refused(staff, _NO_OBJECT)
    if isinstance(target.verdict, Sealed):
        return refused(staff, _SEALED)
    objects = objection_by(order.rules, order.book, target.number) is not None
    if command.verb is not Verb.ASSIGN and objects and not isinstance(order.book.verdict(target), Filed):
        # Set aside it would count as dismissed, and its unit be named without a word.
        dismissal = replace(command, verb=Verb.DISMISS)
        return hear(order, dismissal, staff) if command.typed else refused(staff, _OBJECTION)
    match command.verb:
        case Verb.ASSIGN:
            return _assign(order, command, staff, target)
        case Verb.REJECT if command.typed:
            says = f"thư số {target.number} không được ghi nhận; lý do: {command.typed}"
            return _rule(
                staff, target, _set_aside(order, target, Reason.REJECTED, TOLD_TO_UNIT, command.typed), says
            )
        case Verb.REJECT:
            return refused(staff, NO_REASON)
        case _:
            says = f"thư số {target.number} được xếp là không phải báo cáo"
            return _rule(staff, target, _set_aside(order, target, Reason.NOT_A_REPORT, says), says)


def _assign(order: Order, command: Command, staff: Staff, target: Arrival) -> Outcome:
    unit, filings = _filed_as(order, command, target)
    if unit is None or not filings:
        return refused(staff, _NO_REPORT)
    periods = tuple(filing.period for filing in filings)
    if ahead := next((period for period in periods if not period.has_begun(local(order.now).date())), None):
        return refused(staff, f"{NOT_BEGUN} ({ahead.label}); đề nghị kiểm tra lại năm, tháng")
    # What a link says was read by whoever clicks it; a year is typed in passing.
    if not command.argument and (slip := _slip(order, unit, filings, target)):
        return refused(staff, slip)
    on = local(target.arrived_at).date()
    owner, *others = whose_reports(order.rules, order.book, unit.id, filings, on)
    if others:
        return refused(staff, _OF_SEVERAL_UNITS)
    owed_by = order.rules.unit(owner)
    says = f"cán bộ {staff.name} ghi nhận"
    findings = Findings(
        unit=unit.id, periods=periods, confidence=1.0, evidence=(Evidence(Source.RULING, says),)
    )
    reports = "; ".join(vietnamese.titled_as_known(order.rules, f.report, f.period) for f in filings)
    told = f"thư số {target.number} được ghi nhận là {reports} của {owed_by.name}"
    verdict = Filed(unit=owner, filings=filings, findings=findings)
    return _rule(staff, target, verdict, told + _left_open(order, target, filings))


def _slip(order: Order, unit: Unit, filings: tuple[Filing, ...], target: Arrival) -> str:
    """What the unit owes in the place of a period long past that was typed; "" where it owes nothing such."""
    on = local(target.arrived_at).date()
    for filing in filings:
        key = DutyKey(unit.id, filing.report, filing.period)
        if other := another_year(key, order.book, on):
            return _ANOTHER_YEAR.format(owed=other.period.label, typed=filing.period.label)
    return ""


def _left_open(order: Order, target: Arrival, filings: tuple[Filing, ...]) -> str:
    """The tasks that the mail was asked about, too, and that stay open."""
    verdict = order.book.verdict(target)
    offered = verdict.candidates if isinstance(verdict, Unclear) else ()
    left = [code_of(f.report) for f in offered if is_given(f.report) and f not in filings]
    return _STILL_OPEN.format(", ".join(left)) if left else ""


def _filed_as(order: Order, command: Command, target: Arrival) -> tuple[Unit | None, tuple[Filing, ...]]:
    """Who hands in which reports of which periods: as the link says, or as was typed behind its token."""
    rules, on = order.rules, local(target.arrived_at).date()
    known = unit_of(order.book.verdict(target))
    unit = unit_named(rules, command.typed, on) or next((u for u in rules.units if u.id == known), None)
    if unit is None:
        return None, ()
    if command.argument:
        filings = _filings(command.argument)
    else:
        found = (resolve(mention, on) for mention in read_title(command.typed).periods)
        filings = tuple(
            Filing(report.id, period)
            for period in found
            if period is not None
            for report in rules.reports
            if report.asks_for(period) and report.is_owed_by(unit)
        )
    return unit, tuple(filing for filing in filings if _is_asked_for(order, unit, filing, on))


def _is_asked_for(order: Order, unit: Unit, filing: Filing, on: date) -> bool:
    owner = whose_task(order.rules, order.book, unit.id, filing, on)
    key = DutyKey(owner, filing.report, filing.period)
    return order.book.is_owed(key) or duty_of(order.rules, key) is not None


def _set_aside(order: Order, target: Arrival, reason: Reason, why: str, told: str = "") -> Ignored:
    unit = unit_of(order.book.verdict(target))
    findings = Findings(unit=unit, confidence=1.0, evidence=(Evidence(Source.RULING, why, told),))
    return Ignored(reason=reason, findings=findings)


def _rule(staff: Staff, target: Arrival, verdict: Verdict, says: str) -> Outcome:
    ruling = Correction(arrival=target.number, verdict=verdict, why=says)
    return Outcome(done=Done.DONE, by=staff.email, says=says, rulings=(ruling,))


def _version(order: Order, command: Command) -> int:
    if command.verb is Verb.CLOSE:
        found = (emergency for emergency in emergencies(order.book) if emergency.ref == command.argument)
        return next((len(emergency.reports) for emergency in found), 0)
    if command.verb is Verb.REREAD:
        return newest_known_since(order)
    if command.verb is Verb.EXCUSE and command.about is None:
        return version_of_duty(order.book, command.argument)
    if command.about is None or command.verb in {Verb.RELEASE, Verb.DROP, Verb.HOLD}:
        return 0
    return order.book.version_of(command.about)


def _is_used(order: Order, staff: Staff) -> bool:
    mine = _use_of(order.verdict)
    return any(
        carried.done is Done.DONE
        and carried.by == staff.email
        and _use_of(order.book.by_number[carried.arrival].verdict) == mine
        for carried in order.book.commands.values()
    )


def _use_of(verdict: Verdict) -> tuple[str, str]:
    """What may be used once: a token; one that excuses whoever is typed behind it, once for each."""
    if not isinstance(verdict, Commanded):
        return "", ""
    command = verdict.command
    typed = command.typed if command.verb is Verb.EXCUSE and command.argument.count("/") == 1 else ""
    return command.token, fold(typed)


def _filings(argument: str) -> tuple[Filing, ...]:
    """What `as_argument` wrote; nothing if it is not of that form."""
    words = argument.split("/")
    try:
        pairs = zip(words[::2], words[1::2], strict=True)
        return tuple(Filing(ReportId(report), Period.parse(period.upper())) for report, period in pairs)
    except ValueError:
        return ()
