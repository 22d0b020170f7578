"""What a letter about an official letter may tell a unit: its own duties before and after."""

from datetime import datetime

from mailbot.core.changes.official import (
    Announce,
    Change,
    DaysOff,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
)
from mailbot.core.notice import ChangeMatter
from mailbot.core.rules import Office, Report, Unit
from mailbot.core.wording import vietnamese
from mailbot.post import context_given

# A number, an issuer and a reason are typed by a person; none of them fills a page.
_LONGEST = 400


def changed(
    matter: ChangeMatter, unit: Unit | None, office: Office, now: datetime
) -> context_given.ChangeOfDuties:
    """What the letter to `unit` tells."""
    letter, revoked = matter.letter, matter.revoked
    return context_given.ChangeOfDuties(
        office=office,
        now=now,
        unit=vietnamese.named(unit.name) if unit else "",
        head=vietnamese.named(unit.head) if unit else "",
        act=_act(letter),
        cited=vietnamese.clause(letter.document.cited, _LONGEST),
        reason=vietnamese.clause(letter.document.reason, _LONGEST),
        reports=tuple(_changed(report, change, letter.effect) for report, change in matter.changes),
        revoked=vietnamese.clause(revoked.document.cited, _LONGEST) if revoked else "",
        code=vietnamese.code(letter.answers) if letter.answers is not None else "",
    )


def _act(letter: OfficialLetter) -> context_given.Act:
    match letter.effect:
        case Move() if letter.answers is not None:
            return context_given.Act.EXTENDED
        case Move() | DaysOff():
            return context_given.Act.MOVED
        case Excuse():
            return context_given.Act.EXCUSED
        case Announce():
            return context_given.Act.ANNOUNCED
        case Revoke():
            return context_given.Act.REVOKED


def _changed(report: Report, change: Change, effect: Effect) -> context_given.ChangedReport:
    before, after = change.before, change.after
    # What any other letter did is said by its own words.
    shifted = isinstance(effect, DaysOff) and after is not None
    return context_given.ChangedReport(
        title=vietnamese.titled(report, change.key.period),
        was_due_at=before.due_at if before and not before.excused else None,
        due_at=after.due_at if after and not after.excused else None,
        note=vietnamese.foreign(after.derivation, _LONGEST) if shifted and after else "",
    )
