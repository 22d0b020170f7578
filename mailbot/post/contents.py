"""From a notice to what its template may know.

Here it is decided what a letter leaves out: nothing of a sealed mail, no other unit's standing in a
letter to a unit, and no body of any mail.
"""

from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Copy
from mailbot.core.calendar import local
from mailbot.core.duty import Duty, due_of
from mailbot.core.emergencies.urgent_matter import (
    DemandMatter,
    IncidentMatter,
    NudgeMatter,
    SilentMatter,
    UrgentMatter,
)
from mailbot.core.language.symbol import report_symbol
from mailbot.core.letters.answer_matter import HelpMatter, ResultMatter, StatusMatter
from mailbot.core.letters.digest_matter import DigestMatter
from mailbot.core.notice import (
    AlarmMatter,
    CalendarMatter,
    ChaseItem,
    ChaseMatter,
    EscalationMatter,
    EvaluationMatter,
    MonthMatter,
    Notice,
    ObjectionMatter,
    QueryMatter,
    ReceiptMatter,
    SealedMatter,
)
from mailbot.core.period import Cadence, Period
from mailbot.core.replies.unit_order import MOST_OFFERED, answerable
from mailbot.core.rules import Rules
from mailbot.core.senders.confirmation import code
from mailbot.core.standing import Judgement, Standing
from mailbot.core.tasks.assignment import is_given
from mailbot.core.verdict import FOR_A_PERSON, Filed, Question, Reason
from mailbot.core.wording import vietnamese
from mailbot.post import answer_context, context, parts, words
from mailbot.post.digest_contents import digest_contents
from mailbot.post.escalated import escalated
from mailbot.post.failures import alarm
from mailbot.post.given import news_of
from mailbot.post.months import month_draft
from mailbot.post.pen import Pen
from mailbot.post.side_by_side import side_by_side
from mailbot.post.supplements import of_duties, undated
from mailbot.post.urgent_contents import urgent_contents
from mailbot.post.year_context import evaluation_draft, year_calendar

_NOBODY_NAMED = "Quý cơ quan"


def contents(notice: Notice, rules: Rules, now: datetime, secret: bytes) -> context.Context:
    """What the letter for `notice` may tell; `secret` makes the tokens of the commands that it offers."""
    unit = vietnamese.named(notice.unit.name) if notice.unit else _NOBODY_NAMED
    match notice.matter:
        case ReceiptMatter():
            return _receipt(notice.matter, rules, unit, now)
        case QueryMatter():
            return _query(notice, notice.matter, rules, now, secret)
        case ChaseMatter():
            return _chase(notice, notice.matter, rules, now)
        case SealedMatter(arrival=arrival, counted=counted):
            return context.SealedMail(
                office=rules.office,
                now=now,
                unit=unit,
                code=vietnamese.code(arrival.number),
                number=arrival.number,
                arrived_at=arrival.arrived_at,
                counted=counted,
            )
        case CalendarMatter():
            return year_calendar(notice.matter, notice.unit, rules.office, now)
        case (
            DigestMatter()
            | EscalationMatter()
            | AlarmMatter()
            | MonthMatter()
            | EvaluationMatter()
            | ObjectionMatter()
        ):
            return _to_staff(notice, notice.matter, rules, now, secret)
        case UrgentMatter() | IncidentMatter() | DemandMatter() | NudgeMatter() | SilentMatter():
            return urgent_contents(notice, notice.matter, rules, unit, now, secret)
        case StatusMatter() | HelpMatter() | ResultMatter():
            return _answer(notice, notice.matter, rules, unit, now)
        case _:
            return of_duties(notice.matter, notice.unit, rules.office, now)


def _to_staff(
    notice: Notice,
    matter: DigestMatter | EscalationMatter | AlarmMatter | MonthMatter | EvaluationMatter | ObjectionMatter,
    rules: Rules,
    now: datetime,
    secret: bytes,
) -> context.Context:
    """What a list for the office may tell."""
    match matter:
        case DigestMatter():
            return digest_contents(notice, matter, rules, now, secret)
        case EscalationMatter():
            return escalated(matter, rules, now)
        case AlarmMatter():
            return alarm(matter, rules, now)
        case MonthMatter():
            return month_draft(matter, rules, Pen(rules, secret, notice.to[0], now))
        case EvaluationMatter():
            return evaluation_draft(matter, rules, now)
        case ObjectionMatter():
            return side_by_side(matter, Pen(rules, secret, notice.to[0], now))


def _answer(
    notice: Notice, matter: StatusMatter | HelpMatter | ResultMatter, rules: Rules, unit: str, now: datetime
) -> context.Context:
    """What the answer to a command may tell."""
    named = unit if notice.unit else _staff_named(notice, rules)
    match matter:
        case StatusMatter():
            return _table(matter, rules, named, now)
        case HelpMatter(unknown=unknown, staff=staff):
            return answer_context.Help(office=rules.office, now=now, unit=named, unknown=unknown, staff=staff)
        case ResultMatter(arrival=arrival, about=about, says=says, done=done, heard=heard):
            return answer_context.Result(
                office=rules.office,
                now=now,
                unit=named,
                code=vietnamese.code(about),
                replied_at=arrival.arrived_at,
                says=vietnamese.clause(says, longest=250),
                done=done,
                heard=heard,
            )


def _staff_named(notice: Notice, rules: Rules) -> str:
    names = (person.name for person in rules.office.staff if person.email in notice.to)
    return vietnamese.named(next(names, rules.office.name))


def _table(matter: StatusMatter, rules: Rules, unit: str, now: datetime) -> answer_context.Status:
    return answer_context.Status(
        office=rules.office,
        now=now,
        unit=unit,
        code=vietnamese.code(matter.arrival.number),
        reports=tuple(
            answer_context.Standing(
                title=vietnamese.titled_as_known(rules, judgement.duty.key.report, judgement.duty.key.period),
                due_at=judgement.duty.due_at,
                status=_status(judgement, rules),
                received_at=judgement.copy.at if judgement.copy else None,
                code=vietnamese.code(judgement.copy.arrival.number)
                if judgement.copy and judgement.copy.arrival
                else "",
            )
            for judgement in matter.judgements
        ),
    )


def _receipt(matter: ReceiptMatter, rules: Rules, unit: str, now: datetime) -> context.Receipt:
    arrival = matter.arrival
    news = news_of(arrival.verdict, rules)
    return context.Receipt(
        office=rules.office,
        now=now,
        unit=unit,
        code=vietnamese.code(arrival.number),
        arrived_at=arrival.arrived_at,
        clock=vietnamese.words(arrival.clock),
        symbol=_symbol(arrival),
        reports=(
            *(_filed(judgement, arrival, rules) for judgement in matter.judgements),
            *(undated(filing, rules) for filing in matter.undated),
        ),
        files=_files(arrival),
        refused="" if matter.judgements or matter.undated or news or matter.denied else _refused(matter),
        denied=vietnamese.clause(matter.denied, longest=250),
        news=news,
        corrected=matter.corrected,
        by_unit=matter.by_unit,
        example=_example(matter, now),
    )


def _example(matter: ReceiptMatter, now: datetime) -> str:
    """The last month, as what the mail may be instead; another one if that is what was recorded.

    Nothing where only tasks are: their mail is no report of a month, and a person reads what is wrong.
    """
    judged = (judgement.duty.key.period for judgement in matter.judgements)
    recorded = {*judged, *(filing.period for filing in matter.undated)}
    if recorded and all(period.cadence is Cadence.EVENT for period in recorded):
        return ""
    last = Period.containing(Cadence.MONTH, local(now).date()).previous()
    others = (month for month in (last, last.next(), last.previous()) if month not in recorded)
    return next(others, last).label


def _refused(matter: ReceiptMatter) -> str:
    if matter.rejected:
        return vietnamese.clause(matter.rejected, longest=250)
    verdict = matter.arrival.verdict
    if matter.corrected:
        return "theo trả lời của đơn vị" if matter.by_unit else vietnamese.words(Reason.REJECTED)
    if isinstance(verdict, Filed):
        return "không thuộc danh mục báo cáo mà đơn vị phải gửi cho kỳ này"
    if name := words.DOCUMENT_TYPES.get(verdict.findings.document_type):
        return f"văn bản được nhận biết là {name}"
    return vietnamese.words(Reason.NOT_A_REPORT)


def _filed(judgement: Judgement, arrival: Arrival, rules: Rules) -> context.FiledReport:
    duty, copy = judgement.duty, judgement.copy
    another = copy is not None and (copy.arrival is None or copy.arrival.number != arrival.number)
    return context.FiledReport(
        title=vietnamese.titled_as_known(rules, duty.key.report, duty.key.period),
        due_at=duty.due_at,
        note=_note(duty, rules),
        basis=duty.basis,
        status=_status(judgement, rules),
        missing=tuple(part.name for part in judgement.missing),
        on_paper=not is_given(duty.key.report),
        counted_at=copy.at if copy and another else None,
        counted_by=_counted_by(copy) if copy and another else "",
        counted_code=vietnamese.code(copy.arrival.number) if copy and another and copy.arrival else "",
    )


def _status(judgement: Judgement, rules: Rules) -> str:
    if judgement.standing is Standing.LATE and judgement.copy is not None:
        due_on, came_on = local(judgement.duty.due_at).date(), local(judgement.copy.at).date()
        return words.late(rules.calendar.working_days_after(due_on, came_on))
    status = words.STANDINGS[judgement.standing]
    return f"{status} ({vietnamese.words(judgement.doubt)})" if judgement.doubt else status


def _counted_by(copy: Copy) -> str:
    if copy.stamp is not None:
        return f"theo dấu công văn đến số {vietnamese.foreign(copy.stamp.register_no)}"
    return vietnamese.words(copy.arrival.clock) if copy.arrival else ""


def _query(notice: Notice, matter: QueryMatter, rules: Rules, now: datetime, secret: bytes) -> context.Query:
    arrival = matter.arrival
    confirmable = matter.question is Question.UNVERIFIED and bool(matter.candidates)
    return context.Query(
        office=rules.office,
        now=now,
        unit=vietnamese.named(notice.unit.name) if notice.unit else _NOBODY_NAMED,
        code=vietnamese.code(arrival.number),
        arrived_at=arrival.arrived_at,
        clock=vietnamese.words(arrival.clock),
        subject=vietnamese.foreign(arrival.mail.subject),
        question=matter.question,
        answerable=answerable(matter.question) and bool(arrival.mail.attachments or matter.nil),
        waits=matter.question in FOR_A_PERSON,
        candidates=tuple(
            vietnamese.titled_as_known(rules, filing.report, filing.period)
            for filing in matter.candidates[:MOST_OFFERED]
        ),
        files=_files(arrival),
        confirmation=code(secret, arrival.number, matter.version, notice.to[0]) if confirmable else "",
    )


def _chase(notice: Notice, matter: ChaseMatter, rules: Rules, now: datetime) -> context.Chase:
    items = tuple(_chased(item, rules) for item in matter.items)
    return context.Chase(
        office=rules.office,
        now=now,
        unit=vietnamese.named(notice.unit.name) if notice.unit else _NOBODY_NAMED,
        head=vietnamese.named(notice.unit.head) if notice.unit else "",
        reports=items,
        bases=tuple(dict.fromkeys(item.basis for item in items)),
    )


def _chased(item: ChaseItem, rules: Rules) -> context.ChasedReport:
    duty = item.judgement.duty
    return context.ChasedReport(
        title=vietnamese.titled(item.report, duty.key.period),
        due_at=duty.due_at,
        note=_note(duty, rules),
        basis=duty.basis,
        ordinal=item.step.ordinal,
        working_days=item.working_days,
        on_paper=not is_given(duty.key.report),
    )


def _note(duty: Duty, rules: Rules) -> str:
    """The derivation of the due moment, unless it only repeats the day that the rule names."""
    if duty.letter:
        return duty.derivation
    if duty.key.period.cadence is Cadence.EVENT:
        return ""
    report = rules.finds_report(duty.key.report)
    due = due_of(report, duty.key.period, rules.calendar) if report is not None else None
    plain = due is not None and due.plain and due.at == duty.due_at
    return "" if plain else duty.derivation


def _symbol(arrival: Arrival) -> str:
    """The report's number and symbol, if subject and file names show just one; a guess is no evidence."""
    lines = (arrival.mail.subject, *(file.name for file in arrival.mail.attachments))
    return vietnamese.foreign(report_symbol(lines))


def _files(arrival: Arrival) -> tuple[parts.File, ...]:
    return tuple(
        parts.File(name=vietnamese.foreign_name(file.name), size=file.size, fingerprint=file.sha256[:12])
        for file in arrival.mail.attachments
    )
