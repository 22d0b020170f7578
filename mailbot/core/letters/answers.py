"""Answers to mails: receipts, queries, and what follows a mark of secrecy.

mailbot never answers a machine or a stranger, and nothing that came before `go_live` or was taken in
muted.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.command import Verb, is_by_unit
from mailbot.core.duty import DutyKey, duty_of
from mailbot.core.emergencies.emergency import says_it_is_over, update_interval
from mailbot.core.emergencies.urgent_matter import IncidentMatter
from mailbot.core.letters.answer_matter import ResultMatter
from mailbot.core.mail import Level
from mailbot.core.notice import Notice, Pending, QueryMatter, ReceiptMatter, SealedMatter
from mailbot.core.parts import with_parts
from mailbot.core.posting import FINAL, NoticeKind, State
from mailbot.core.rules import Role, Rules, StaffRole, Unit
from mailbot.core.senders.restraint import restraint
from mailbot.core.standing import Judgement, judge_at_arrival
from mailbot.core.standings.objection import objection_by
from mailbot.core.verdict import (
    TOLD_TO_UNIT,
    Commanded,
    Filed,
    Filing,
    Ignored,
    Question,
    Reason,
    Sealed,
    Unclear,
    Verdict,
    unit_of,
)

# A receipt that could not leave for three days confuses more than it tells; the digest has it anyway.
_USEFUL_FOR = timedelta(hours=72)
_WAITS = "đã nhận ý kiến giải trình về số liệu {}; trong khi cán bộ xem xét, đơn vị không bị nêu tên"


def answers(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice | Pending]:
    """The notices that arrivals and rulings of the last days justify, as far as they have not been sent."""
    held_back = restraint(book, now)
    for arrival in _lately_touched(book, now - _USEFUL_FOR):
        ruling = book.ruled.get(arrival.number)
        since = _came(arrival) if ruling is None else ruling.ruled_at
        known = go_live <= arrival.arrived_at <= now
        if arrival.muted or not known or now >= since + _USEFUL_FOR:
            continue
        suffix = "" if ruling is None else f"/{ruling.number}"
        verdict = book.verdict(arrival)
        if isinstance(verdict, Sealed):
            yield from _alert(rules, arrival, since)
        unit = _unit_of(rules, verdict)
        if unit is not None and not held_back.silences(arrival, ruling):
            yield from _to_unit(rules, book, arrival, verdict, unit, since, suffix, now)
    yield from _found_secret(rules, book, now, go_live)


def _found_secret(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """What follows when a person sealed a mail that bore no mark: what would have followed from a mark.

    The officer is told of an old mail, too: it was sealed today. Its unit is not, as of any old mail, nor is
    anybody whose name stands on a machine's or a forger's mail.
    """
    for number, since in book.sealed_at.items():
        arrival = book.by_number[number]
        if not go_live <= since <= now < since + _USEFUL_FOR:
            continue
        yield from _alert(rules, arrival, since)
        verdict = book.verdict(arrival)
        unit = _unit_of(rules, verdict)
        old = arrival.muted or arrival.arrived_at < go_live
        strange = arrival.mail.automation is not None or arrival.mail.proof.level is Level.FAILED
        if unit is not None and not old and not strange and (to := answer_to(rules, arrival, unit, now)):
            yield Notice(
                kind=NoticeKind.SEALED,
                keys=(f"{NoticeKind.SEALED}/{number}",),
                to=to,
                due_at=since,
                expires_at=since + _USEFUL_FOR,
                matter=SealedMatter(arrival=arrival, counted=isinstance(verdict, Filed)),
                unit=unit,
            )


def _unit_of(rules: Rules, verdict: Verdict) -> Unit | None:
    unit_id = unit_of(verdict)
    return rules.finds_unit(unit_id) if unit_id is not None else None


def _came(arrival: Arrival) -> datetime:
    """When it was recorded; a clock that was years behind at that moment must not make it an old mail."""
    return max(arrival.recorded_at, arrival.arrived_at)


def _lately_touched(book: Book, since: datetime) -> Iterator[Arrival]:
    fresh = set()
    for arrival in reversed(book.arrivals):
        if _came(arrival) <= since:
            break
        fresh.add(arrival.number)
        yield arrival
    for number, ruling in book.ruled.items():
        if ruling.ruled_at > since and number not in fresh:
            yield book.by_number[number]


def _to_unit(
    rules: Rules,
    book: Book,
    arrival: Arrival,
    verdict: Verdict,
    unit: Unit,
    since: datetime,
    suffix: str,
    now: datetime,
) -> Iterator[Notice | Pending]:
    heard = _heard(rules, book, arrival, verdict)
    kind = NoticeKind.RESULT if heard is not None else _kind(verdict)
    if kind is None or _needs_no_answer(rules, book, arrival, verdict):
        return
    if kind is NoticeKind.QUERY and arrival.number in book.sealed_at:
        # What a person found to be secret is not asked for once more, by mail.
        return
    key = f"{kind}/{arrival.number}{suffix}"
    written = book.letters.get(key)
    # A letter that has gone is neither written anew nor withdrawn.
    if written is not None and written.state in FINAL:
        return
    to = answer_to(rules, arrival, unit, now)
    if to and written is not None:
        yield Pending((key,))
    elif to:
        yield Notice(
            kind=kind,
            keys=(key,),
            to=to,
            due_at=since,
            expires_at=since + _USEFUL_FOR,
            matter=heard or _matter(rules, book, arrival, verdict),
            unit=unit,
            answers=None if kind is NoticeKind.SEALED else arrival,
        )


def _heard(rules: Rules, book: Book, arrival: Arrival, verdict: Verdict) -> ResultMatter | None:
    """What a unit is told of its objection: that it waits, or what was decided; a report is receipted."""
    ruling = book.ruled.get(arrival.number)
    if isinstance(verdict, Ignored) and verdict.reason is Reason.HEARD and ruling is not None:
        says = ruling.why
    elif (
        ruling is None
        and not isinstance(verdict, Filed)
        and (found := objection_by(rules, book, arrival.number))
    ):
        says = _WAITS.format(found[0].label)
    else:
        return None
    return ResultMatter(arrival=arrival, about=arrival.number, says=says, done=True, heard=True)


def _kind(verdict: Verdict) -> NoticeKind | None:
    """Which answer the verdict asks for, if any."""
    match verdict:
        case Filed() | Ignored(reason=Reason.NOT_A_REPORT | Reason.REJECTED | Reason.NEWS | Reason.DENIED):
            return NoticeKind.RECEIPT
        case Unclear(question=Question.URGENT):
            return NoticeKind.INCIDENT
        case Unclear(question=question) if question is not Question.UNIT:
            return NoticeKind.QUERY
        case Sealed():
            return NoticeKind.SEALED
        case _:
            return None


def _matter(
    rules: Rules, book: Book, arrival: Arrival, verdict: Verdict
) -> ReceiptMatter | QueryMatter | SealedMatter | IncidentMatter:
    match verdict:
        case Unclear(question=Question.URGENT):
            every = update_interval(rules, rules.unit(unit)) if (unit := unit_of(verdict)) else timedelta()
            over = says_it_is_over(arrival)
            return IncidentMatter(arrival=arrival, update_by=arrival.arrived_at + every, over=over)
        case Unclear(question=question, candidates=candidates):
            nil = isinstance(arrival.verdict, Commanded) and arrival.verdict.command.verb is Verb.NIL
            return QueryMatter(
                arrival=arrival,
                question=question,
                candidates=candidates,
                nil=nil,
                version=book.version_of(arrival.number),
            )
        case Sealed():
            return SealedMatter(arrival=arrival)
        case _:
            filed = _judgements(rules, book, verdict, arrival) if isinstance(verdict, Filed) else ()
            undated = _undated(rules, book, verdict) if isinstance(verdict, Filed) else ()
            ruling = book.ruled.get(arrival.number)
            return ReceiptMatter(
                arrival=arrival,
                judgements=filed,
                corrected=ruling is not None and _differs(book, arrival, verdict),
                by_unit=ruling is not None and is_by_unit(ruling.by),
                undated=undated,
                denied=_why(verdict, Reason.DENIED),
                rejected=_why(verdict, Reason.REJECTED),
            )


def _needs_no_answer(rules: Rules, book: Book, arrival: Arrival, verdict: Verdict) -> bool:
    """Whether a person set the mail aside, as no report and answered already; one that counted is told of."""
    ruling = book.ruled.get(arrival.number)
    if ruling is None or is_by_unit(ruling.by):
        return False
    before = (arrival.verdict, *(each.verdict for each in book.rulings if each.arrival == arrival.number))
    aside = isinstance(verdict, Ignored) and verdict.reason is Reason.NOT_A_REPORT
    counted = any(isinstance(each, Filed) for each in before)
    return aside and not counted and objection_by(rules, book, arrival.number) is None


def _differs(book: Book, arrival: Arrival, verdict: Verdict) -> bool:
    """Whether a ruling changes what the unit was told; of a mail from a stranger it heard nothing."""
    if not isinstance(verdict, Filed):
        return True
    marks = ("", *(f"/{ruling.number}" for ruling in book.rulings if ruling.arrival == arrival.number))
    kinds = (NoticeKind.RECEIPT, NoticeKind.QUERY, NoticeKind.INCIDENT, NoticeKind.SEALED)
    told = (book.letters.get(f"{kind}/{arrival.number}{mark}") for kind in kinds for mark in marks)
    return any(
        letter.unit == verdict.unit and (letter.state is State.SENT or letter.taken or letter.unknown)
        for letter in told
        if letter is not None
    )


def _why(verdict: Verdict, reason: Reason) -> str:
    """Why a person set the mail aside for that reason, in the words that he wrote for the unit."""
    if not isinstance(verdict, Ignored) or verdict.reason is not reason:
        return ""
    return next((found.text for found in verdict.findings.evidence if found.says == TOLD_TO_UNIT), "")


def _alert(rules: Rules, arrival: Arrival, since: datetime) -> Iterator[Notice]:
    to = rules.office.emails(StaffRole.SECURITY)
    if to:
        yield Notice(
            kind=NoticeKind.ALERT,
            keys=(f"{NoticeKind.ALERT}/{arrival.number}",),
            to=to,
            due_at=since,
            expires_at=since + _USEFUL_FOR,
            matter=SealedMatter(arrival=arrival),
        )


def answer_to(rules: Rules, arrival: Arrival, unit: Unit, now: datetime) -> tuple[str, ...]:
    """The sender, if that very address is the unit's at `now`; else its official box, or its heirs'."""
    on = local(now).date()
    sender = arrival.mail.sender
    if sender is not None and rules.unit_at_address(sender.email, on) == unit:
        return (sender.email,)
    return rules.emails(unit, Role.OFFICIAL, on)


def _judgements(rules: Rules, book: Book, verdict: Filed, arrival: Arrival) -> tuple[Judgement, ...]:
    """How each report that the mail hands in stood at its arrival."""
    keys = [DutyKey(verdict.unit, filing.report, filing.period) for filing in verdict.filings]
    # A report for a period that is not announced is receipted by what the rules say of it.
    found = (book.duties.get(key) or duty_of(rules, key) for key in keys)
    judged = (judge_at_arrival(duty, book, arrival.arrived_at) for duty in found if duty is not None)
    return tuple(with_parts(judgement, rules, book) for judgement in judged)


def _undated(rules: Rules, book: Book, verdict: Filed) -> tuple[Filing, ...]:
    """What the mail hands in before any letter has said when it is due: received, and judged later."""
    return tuple(
        filing
        for filing in verdict.filings
        if DutyKey(verdict.unit, filing.report, filing.period) not in book.duties
        and (report := rules.finds_report(filing.report)) is not None
        and report.due is None
    )
