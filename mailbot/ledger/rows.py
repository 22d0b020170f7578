"""Rows of what is owed and what people said, side by side with their values; arrivals are in `arrivals`.

`…_row` writes one, `…_of` reads it.
"""

from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import Any, TypeAlias

from sqlalchemy import RowMapping

from mailbot.core.book import Ruling, Stamp
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.lesson import Lesson, Proposal, Teaches
from mailbot.core.command import Carried, Done
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.mail import ArrivalClock, Clocks, Mail, Place
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.verdict import Verdict
from mailbot.ledger.verdicts import period_of, verdict_form, verdict_of

# A row as SQLAlchemy takes it and as it gives it, by column name; the types of schema.py convert both ways.
Written: TypeAlias = dict[str, Any]
Row: TypeAlias = RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mail to be recorded: what becomes an arrival once it has a number.

    Attributes:
        arrived_at: the moment that counts; `clock` says whose, `clocks` are all that were seen.
        rules: fingerprint of the rules that it was judged by.
        muted: no letter is to follow from it.
        place: where it was seen, if in a mailbox.
    """

    mail: Mail
    verdict: Verdict
    arrived_at: datetime
    clock: ArrivalClock
    clocks: Clocks
    rules: str
    muted: bool = False
    place: Place | None = None


def place_row(place: Place, number: int) -> Written:
    """The row that says where arrival `number` was seen."""
    return {
        "mailbox": place.mailbox,
        "validity": place.validity,
        "name": place.name,
        "arrival": number,
    }


def ruling_row(ruling: Ruling) -> Written:
    """The row of a ruling."""
    return {
        "number": ruling.number,
        "arrival": ruling.arrival,
        "verdict": verdict_form(ruling.verdict),
        "by": ruling.by,
        "why": ruling.why,
        "ruled_at": ruling.ruled_at,
    }


def ruling_of(row: Row) -> Ruling:
    """The ruling in a row."""
    return Ruling(
        number=row["number"],
        arrival=row["arrival"],
        verdict=verdict_of(row["verdict"]),
        by=row["by"],
        why=row["why"],
        ruled_at=row["ruled_at"],
    )


def incident_row(act: IncidentAct) -> Written:
    """The row of what a person did about an urgent matter."""
    return {
        "number": act.number,
        "act": act.act,
        "unit": act.unit,
        "by": act.by,
        "at": act.at,
        "about": act.about,
        "summary": act.summary,
        "source": act.source,
        "due_at": act.due_at,
    }


def incident_of(row: Row) -> IncidentAct:
    """What a row says that a person did about an urgent matter."""
    return IncidentAct(
        number=row["number"],
        act=Act(row["act"]),
        unit=UnitId(row["unit"]),
        by=row["by"],
        at=row["at"],
        about=row["about"],
        summary=row["summary"],
        source=row["source"],
        due_at=row["due_at"],
    )


def command_row(number: int, carried: Carried) -> Written:
    """The row of what became of a command."""
    return {
        "number": number,
        "arrival": carried.arrival,
        "by": carried.by,
        "done": carried.done,
        "says": carried.says,
        "decided_at": carried.decided_at,
    }


def command_of(row: Row) -> Carried:
    """What a row says became of a command."""
    return Carried(
        arrival=row["arrival"],
        by=row["by"],
        done=Done(row["done"]),
        says=row["says"],
        decided_at=row["decided_at"],
    )


def stamp_row(stamp: Stamp) -> Written:
    """The row of a stamp."""
    return {
        "number": stamp.number,
        **key_row(stamp.duty),
        "stamped_at": stamp.stamped_at,
        "register_no": stamp.register_no,
        "recorded_at": stamp.recorded_at,
    }


def stamp_of(row: Row) -> Stamp:
    """The stamp in a row."""
    return Stamp(
        number=row["number"],
        duty=key_of(row),
        stamped_at=row["stamped_at"],
        register_no=row["register_no"],
        recorded_at=row["recorded_at"],
    )


def lesson_row(lesson: Lesson) -> Written:
    """The row of a lesson."""
    proposal = lesson.proposal
    return {
        "number": lesson.number,
        "teaches": proposal.teaches,
        "words": proposal.words,
        "of": proposal.of,
        "arrivals": list(proposal.arrivals),
        "confirmed": lesson.confirmed,
        "by": lesson.by,
        "why": lesson.why,
        "decided_at": lesson.decided_at,
    }


def lesson_of(row: Row) -> Lesson:
    """The lesson in a row."""
    proposal = Proposal(
        teaches=Teaches(row["teaches"]), words=row["words"], of=row["of"], arrivals=tuple(row["arrivals"])
    )
    return Lesson(
        number=row["number"],
        proposal=proposal,
        confirmed=row["confirmed"],
        by=row["by"],
        why=row["why"],
        decided_at=row["decided_at"],
    )


def key_row(key: DutyKey) -> Written:
    """The columns that name a duty."""
    return {"unit": key.unit, "report": key.report, "period": str(key.period)}


def key_of(row: Row) -> DutyKey:
    """The duty that a row names."""
    return DutyKey(UnitId(row["unit"]), ReportId(row["report"]), period_of(row["period"]))


def duty_row(number: int, duty: Duty, rules: str, now: datetime) -> Written:
    """The row that announces `duty`."""
    return {
        "number": number,
        **key_row(duty.key),
        "opens_at": duty.opens_at,
        "due_at": duty.due_at,
        "basis": duty.basis,
        "derivation": duty.derivation,
        "excused": duty.excused,
        "reason": duty.reason,
        "letter": duty.letter,
        "rules": rules,
        "announced_at": now,
    }


def duty_of(row: Row) -> Duty:
    """The duty in a row."""
    return Duty(
        key=key_of(row),
        opens_at=row["opens_at"],
        due_at=row["due_at"],
        # The same for all units.
        basis=intern(row["basis"]),
        derivation=intern(row["derivation"]),
        excused=row["excused"],
        reason=row["reason"],
        letter=row["letter"],
    )


def edition_row(edition: Edition) -> Written:
    """The row that says which rules were taken up."""
    return {
        "number": edition.number,
        "fingerprint": edition.fingerprint,
        "profile": edition.profile,
        "taken_up_at": edition.taken_up_at,
        "by": edition.by,
        "why": edition.why,
    }


def edition_of(row: Row) -> Edition:
    """The edition in a row."""
    return Edition(
        number=row["number"],
        fingerprint=row["fingerprint"],
        profile=row["profile"],
        taken_up_at=row["taken_up_at"],
        by=row["by"],
        why=row["why"],
    )


def sealing_of(row: Row) -> tuple[int, datetime]:
    """Which arrival a person sealed, and when."""
    return row["arrival"], row["at"]
