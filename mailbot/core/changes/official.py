"""An official letter (văn bản): a fact that changes what is owed, with its number, date and issuer.

A directive's dates may change, "sẽ có văn bản yêu cầu cụ thể" (13/CT-UBND, point 2). Such a letter is
recorded with the effect that was shown to a person first. It is never changed or deleted: one that was
wrong is revoked by another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.wording.day_words import day, short_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as others cite it; `number` is number and symbol, "2500/UBND-TH".

    A decision of the office's staff on one unit's duty has no number: it is cited as the issuer's word.
    """

    number: str
    issued_on: date
    issuer: str
    reason: str = ""

    @property
    def cited(self) -> str:
        """`văn bản số 2500/UBND-TH ngày 02 tháng 12 năm 2013 của UBND tỉnh`."""
        if not self.number:
            return f"ý kiến của {self.issuer} {day(self.issued_on)}"
        return f"văn bản số {self.number} {day(self.issued_on)} của {self.issuer}"

    @property
    def short(self) -> str:
        """`2500/UBND-TH ngày 02/12/2013`, as duties that it decided name it."""
        return f"{self.number or 'ý kiến'} ngày {short_day(self.issued_on)}"

    @property
    def because(self) -> str:
        """What it was issued for, to stand behind what it does: ` (lý do: phục vụ Kỳ họp thứ 9)`; or "".

        A person types a purpose or a cause, and only these words fit before either.
        """
        return f" (lý do: {self.reason})" if self.reason else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose duties a letter is about; what is empty does not narrow it.

    Attributes:
        units, groups: these units, and those of these groups; both empty means every unit that owes it.
        without: units that the letter leaves out.
    """

    units: frozenset[UnitId] = frozenset()
    groups: frozenset[str] = frozenset()
    without: frozenset[UnitId] = frozenset()
    reports: frozenset[ReportId] = frozenset()
    periods: frozenset[Period] = frozenset()

    def covers(self, key: DutyKey, groups: frozenset[str]) -> bool:
        """Whether the duty of that key, of a unit in `groups`, is in the scope."""
        return (
            self.names(key.unit, groups)
            and (not self.reports or key.report in self.reports)
            and (not self.periods or key.period in self.periods)
        )

    def names(self, unit: UnitId, groups: frozenset[str]) -> bool:
        """Whether a unit that is in `groups` is in the scope."""
        anybody = not self.units and not self.groups
        named = unit in self.units or not self.groups.isdisjoint(groups)
        return unit not in self.without and (anybody or named)


@dataclass(frozen=True, slots=True)
class Move:
    """The duties in scope are due at another moment, the last second that counts."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Excuse:
    """Nothing has to be handed in for the duties in scope."""


@dataclass(frozen=True, slots=True)
class Announce:
    """The units in scope owe a report: of the rules' list, or one that is asked for once, called `title`."""

    due_at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off with their names, and days worked instead."""

    off: tuple[tuple[date, str], ...] = ()
    worked: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Revoke:
    """The letter of that number counts no more."""

    letter: int


Effect: TypeAlias = Move | Excuse | Announce | DaysOff | Revoke


@dataclass(frozen=True, slots=True)
class Change:
    """One duty before and after; None where there is none."""

    before: Duty | None
    after: Duty | None

    @property
    def key(self) -> DutyKey:
        """Whose duty it is."""
        duty = self.after or self.before
        assert duty is not None
        return duty.key

    def touches_past(self, now: datetime) -> bool:
        """Whether something that has come due by `now` would be judged otherwise."""
        return any(duty is not None and duty.due_at < now for duty in (self.before, self.after))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLetter:
    """An official letter as recorded.

    Attributes:
        number: the ledger's own number, from 1; `document` has the letter's.
        changes: what it did to duties, as it was shown to the person who recorded it.
        by: who recorded it.
        via: number of the arrival by which a member of the staff decided it; None if recorded otherwise.
        answers: number of the arrival in which the unit had asked for it.
    """

    number: int
    document: Document
    effect: Effect
    scope: Scope = Scope()
    changes: tuple[Change, ...] = ()
    by: str
    recorded_at: datetime
    via: int | None = None
    answers: int | None = None

    @property
    def report(self) -> ReportId:
        """The id of the report that this letter asks for once."""
        return ReportId(f"vb-{self.number}")

    @property
    def period(self) -> Period:
        """What stands for the period of that report."""
        return Period(self.document.issued_on.year, Cadence.EVENT, self.number)


def in_effect(letters: Sequence[OfficialLetter]) -> tuple[OfficialLetter, ...]:
    """The letters that count, in order: all but the revoked, and those that only revoke."""
    revoked = {letter.effect.letter for letter in letters if isinstance(letter.effect, Revoke)}
    return tuple(
        letter for letter in letters if letter.number not in revoked and not isinstance(letter.effect, Revoke)
    )


def reports_once(letters: Iterable[OfficialLetter]) -> tuple[OfficialLetter, ...]:
    """The letters that ask for a report of their own."""
    return tuple(letter for letter in letters if isinstance(letter.effect, Announce) and letter.effect.title)
