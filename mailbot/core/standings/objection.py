"""Objections (ý kiến giải trình): what units reply to the lines that the month's report would have of them.

A reply is an objection until a person has ruled on it, and as long as it waits its unit is named in nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.calendar import local
from mailbot.core.command import Verb, is_by_unit
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules, UnitId
from mailbot.core.standings.figures import ObjectionFigures
from mailbot.core.verdict import (
    MACHINES,
    Commanded,
    Evidence,
    Filed,
    Findings,
    Ignored,
    Reason,
    Sealed,
    Source,
    Verdict,
    unit_of,
)

# How the evidence of a ruling on an objection puts it.
_UPHELD = "ý kiến giải trình được chấp nhận"
_DISMISSED = "ý kiến giải trình không được chấp nhận"
# Whoever asks for a table, or says that the lines are right, objects to nothing.
_AGREES = frozenset({Verb.STATUS, Verb.HELP, Verb.RIGHT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A unit's reply to its lines; `ruling` is the person's word on it, None while it waits."""

    unit: UnitId
    arrival: Arrival
    ruling: Ruling | None


def objections(
    rules: Rules, book: Book, period: Period, among: Iterable[Arrival] | None = None
) -> list[Objection]:
    """The replies to the lines of the months that lie in `period`, in the order of arrival.

    Of all mails, or `among` these: to look for one among all, each has to be read.
    """
    # Of all months that units were ever told of, few lie in it.
    told = [lines for month, lines in book.lines.items() if month.lies_in(period)]
    asked = {message_id: key for lines in told for message_id, key in lines.items()}
    if not asked:
        return []
    return [
        Objection(unit=unit, arrival=arrival, ruling=_ruling(book, arrival.number))
        for arrival in (book.arrivals if among is None else among)
        if arrival.mail.in_reply_to in asked
        for unit, month in (_told(asked[arrival.mail.in_reply_to]),)
        if _speaks(rules, book, arrival, unit, month)
    ]


def objections_by_unit(rules: Rules, book: Book, period: Period) -> Mapping[UnitId, ObjectionFigures]:
    """How many objections of each unit wait for a person, and how many a person has ruled on which way."""
    found: defaultdict[UnitId, ObjectionFigures] = defaultdict(ObjectionFigures)
    for each in objections(rules, book, period):
        known = found[each.unit]
        if each.ruling is None:
            found[each.unit] = replace(known, waiting=known.waiting + 1)
        elif is_upheld(each.ruling.verdict):
            found[each.unit] = replace(known, upheld=known.upheld + 1)
        else:
            found[each.unit] = replace(known, dismissed=known.dismissed + 1)
    return found


def objection_by(rules: Rules, book: Book, number: int) -> tuple[Period, Objection] | None:
    """The objection that the mail of that number makes, and to which month's lines."""
    arrival = book.by_number.get(number)
    # Most mails answer nothing, and are not looked for among thousands of letters.
    if arrival is None or not arrival.mail.in_reply_to:
        return None
    answered = arrival.mail.in_reply_to
    period = next((month for month, lines in book.lines.items() if answered in lines), None)
    if period is None:
        return None
    return next(((period, each) for each in objections(rules, book, period, [arrival])), None)


def heard(book: Book, objection: Objection, why: str, *, upholds: bool) -> Verdict:
    """The verdict on the mail once a person has ruled: a report in it counts as before."""
    verdict = book.verdict(objection.arrival)
    evidence = Evidence(Source.RULING, _UPHELD if upholds else _DISMISSED, why)
    if isinstance(verdict, Filed):
        findings = replace(verdict.findings, evidence=(*verdict.findings.evidence, evidence))
        return replace(verdict, findings=findings)
    findings = Findings(unit=objection.unit, confidence=1.0, evidence=(evidence,))
    return Ignored(reason=Reason.HEARD, findings=findings)


def is_upheld(verdict: Verdict) -> bool:
    """Whether a ruling upholds the objection."""
    return any((each.source, each.says) == (Source.RULING, _UPHELD) for each in verdict.findings.evidence)


def lines_key(unit: UnitId, period: Period) -> str:
    """The key of the letter that tells a unit its own lines."""
    return f"{NoticeKind.LINES}/{unit}/{period}"


def _told(key: str) -> tuple[UnitId, Period]:
    """Whose lines of which month a letter told, by its key (`lines_key`)."""
    _, unit, month = key.split("/")
    return UnitId(unit), Period.parse(month)


def _ruling(book: Book, number: int) -> Ruling | None:
    """A person's word on the objection; what a unit's own reply has done to it decides nothing."""
    found = book.ruled.get(number)
    return None if found is None or is_by_unit(found.by) else found


def _speaks(rules: Rules, book: Book, arrival: Arrival, unit: UnitId, period: Period) -> bool:
    verdict = arrival.verdict
    if not _speaks_for(rules, unit_of(verdict), unit, arrival.arrived_at):
        return False
    match verdict:
        case Ignored(reason=reason):
            return reason not in MACHINES and reason is not Reason.COURTESY
        case Commanded(command=command):
            return command.verb not in _AGREES
        case Filed(filings=filings):
            # Units reply to the last thread with the next report: that objects to nothing.
            keys = [DutyKey(unit, filing.report, filing.period) for filing in filings]
            return any(_falls_into(book.duties.get(key), period) for key in keys)
        case Sealed():
            return False
        case _:
            return True


def _speaks_for(rules: Rules, speaker: UnitId | None, unit: UnitId, at: datetime) -> bool:
    """Whether it is the unit itself, who carries it on, or nobody that is known by name."""
    if speaker in {unit, None}:
        return True
    told = rules.finds_unit(unit)
    return told is not None and any(heir.id == speaker for heir in rules.heirs(told, local(at).date()))


def _falls_into(duty: Duty | None, period: Period) -> bool:
    return duty is not None and period.first_on <= local(duty.due_at).date() <= period.last_on
