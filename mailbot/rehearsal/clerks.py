"""What clerks do: send reports when their temper lets them, and react to the letters they get."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailbot.core.calendar import local
from mailbot.core.duty import Duty
from mailbot.core.rules import Rules
from mailbot.core.verdict import Filing
from mailbot.rehearsal.accidents import drawn_accident, mishandled, titled_badly
from mailbot.rehearsal.agenda import Agenda
from mailbot.rehearsal.dice import Dice, dice
from mailbot.rehearsal.drafts import Draft
from mailbot.rehearsal.enclosures import enclosed
from mailbot.rehearsal.hours import at_desk_after, desk_time, evening
from mailbot.rehearsal.post_room import Copy, PostRoom
from mailbot.rehearsal.province import Clerk, Temper
from mailbot.rehearsal.titles import Title, titled
from mailbot.rehearsal.truth import Meant, Truth

# How many working days after the due day a clerk means to send, and how often each.
_PLANS: dict[Temper, tuple[tuple[int, ...], tuple[float, ...]]] = {
    Temper.PUNCTUAL: ((-5, -4, -3, -2, -1), (1, 2, 3, 3, 2)),
    Temper.USUAL: ((-3, -2, -1, 0, 1), (1, 2, 5, 6, 0.7)),
    Temper.TARDY: ((-1, 0, 1, 2, 3, 5), (1, 3, 4, 3, 2, 1)),
    Temper.FORGETFUL: ((-1, 0, 1, 3, 6), (2, 3, 2, 1, 1)),
}
_FORGETS = {Temper.PUNCTUAL: 0.01, Temper.USUAL: 0.06, Temper.TARDY: 0.15, Temper.FORGETFUL: 0.55}
# How often a reminder, and a late notice, moves him. The first reminder comes early, and moves few.
_MOVED_BY_REMINDER = {Temper.PUNCTUAL: 0.9, Temper.USUAL: 0.6, Temper.TARDY: 0.35, Temper.FORGETFUL: 0.3}
_MOVED_BY_LATE = {Temper.PUNCTUAL: 0.95, Temper.USUAL: 0.85, Temper.TARDY: 0.6, Temper.FORGETFUL: 0.4}
# How often he answers a query, or a receipt that says something else than what he sent.
_ANSWERS = 0.75
_REMINDED_OF, _NEAR, _DISTANT_COUNTS = timedelta(days=12), timedelta(days=4), 0.25


@dataclass(slots=True)
class Submission:
    """One mail that a clerk owes: for one duty, or for several that he joins."""

    duties: tuple[Duty, ...]
    planned_at: datetime | None
    message_id: str = ""

    @property
    def sent(self) -> bool:
        """Whether it has left."""
        return bool(self.message_id)

    @property
    def filings(self) -> tuple[Filing, ...]:
        """What it hands in."""
        return tuple(Filing(duty.key.report, duty.key.period) for duty in self.duties)

    @property
    def due_at(self) -> datetime:
        """When the first of its duties is due."""
        return min(duty.due_at for duty in self.duties)


class Player:
    """One clerk at work."""

    def __init__(
        self,
        clerk: Clerk,
        submissions: list[Submission],
        rules: Rules,
        seed: int,
        room: PostRoom,
        agenda: Agenda,
    ) -> None:
        self.clerk = clerk
        self.submissions = submissions
        self._rules = rules
        self._seed = seed
        self._room = room
        self._agenda = agenda
        self._number = dice(seed, "number", clerk.unit.id).randrange(4, 30)
        for submission in submissions:
            self._wait(submission)

    def read(self, copy: Copy, now: datetime) -> None:
        """Take notice of one of mailbot's letters."""
        drawn = self._dice("reads", copy.kind, copy.answers, now)
        asked = self._room.by_message_id.get(copy.answers)
        match copy.kind:
            case "reminder":
                self._hurry(now, drawn, _MOVED_BY_REMINDER, overdue=False)
            case "late":
                self._hurry(now, drawn, _MOVED_BY_LATE, overdue=True)
                self._insist(copy.text, now, drawn)
            case "query" if asked and asked.filings and drawn.happens(_ANSWERS):
                self._send_again(asked, now + timedelta(hours=drawn.randrange(1, 5)), drawn)
            case "receipt" if asked and _misunderstood(asked, copy) and drawn.happens(_ANSWERS):
                self._send_again(asked, now + timedelta(hours=drawn.randrange(1, 5)), drawn)
            case _:
                pass

    def _hurry(self, now: datetime, drawn: Dice, moved: dict[Temper, float], *, overdue: bool) -> None:
        for submission in self.submissions:
            soon_due = now <= submission.due_at < now + _REMINDED_OF
            concerned = submission.due_at < now if overdue else soon_due
            distant = submission.due_at > now + _NEAR
            chance = moved[self.clerk.temper] * (_DISTANT_COUNTS if distant else 1)
            if submission.sent or not concerned or not drawn.happens(chance):
                continue
            moment = now + timedelta(hours=drawn.randrange(2, 30))
            sooner = at_desk_after(moment, self._rules.calendar, drawn)
            if submission.planned_at is None or sooner < submission.planned_at:
                submission.planned_at = sooner
                self._wait(submission)

    def _insist(self, text: str, now: datetime, drawn: Dice) -> None:
        """Send once more what the late notice misses although it was sent."""
        for submission in self.submissions:
            missed = any(filing.period.label in text for filing in submission.filings)
            asked = self._room.by_message_id.get(submission.message_id)
            if missed and asked and asked.meant is Meant.REPORT and drawn.happens(_ANSWERS):
                self._send_again(asked, now + timedelta(hours=drawn.randrange(1, 5)), drawn)

    def _wait(self, submission: Submission) -> None:
        if submission.planned_at is not None:
            self._agenda.put(submission.planned_at, lambda now: self._due(submission, now))

    def _due(self, submission: Submission, now: datetime) -> None:
        # A letter may have moved the sending to an earlier moment.
        if not submission.sent and submission.planned_at == now:
            submission.message_id = self._send(submission, now)

    def _send(self, submission: Submission, now: datetime) -> str:
        """Send the report; return its Message-ID."""
        filings = submission.filings
        drawn = self._dice("sends", *(f"{f.report}/{f.period}" for f in filings))
        accident = drawn_accident(self.clerk, filings, drawn)
        self._number += drawn.randrange(1, 8)
        title = titled(self.clerk, tuple(f.period for f in filings), self._number, now, drawn)
        title = titled_badly(title, accident, filings, drawn)
        draft = self._draft(title, now)
        truth = Truth(
            meant=Meant.REPORT,
            label=str(accident or self.clerk.habit),
            subject=draft.subject,
            text=draft.text,
            arrived_at=now,
            message_id=draft.message_id,
            unit=self.clerk.unit.id,
            filings=filings,
        )
        for mailing in mishandled(self.clerk, draft, title.page, truth, accident, now, drawn):
            self._room.bring(mailing.draft, mailing.at, mailing.truth, hop=mailing.hop)
        return draft.message_id

    def _send_again(self, asked: Truth, moment: datetime, drawn: Dice) -> None:
        """Answer a query with the report, clearly titled this time."""
        now = at_desk_after(moment, self._rules.calendar, drawn)
        clear = replace(self.clerk, habit=type(self.clerk.habit).OFFICIAL)
        title = titled(clear, tuple(f.period for f in asked.filings), self._number, now, drawn)
        draft = replace(self._draft(title, now), answers=asked.message_id)
        again = replace(
            asked, meant=Meant.REPORT, label="again, asked", subject=draft.subject, text=draft.text
        )
        self._room.bring(draft, now, again)

    def _draft(self, title: Title, now: datetime) -> Draft:
        return Draft(
            sender=self.clerk.email,
            name=self.clerk.unit.name,
            to=self._rules.office.mailbox,
            subject=title.subject,
            text=title.text,
            written_at=now - timedelta(seconds=9),
            files=tuple(enclosed(name, title.page) for name in title.files),
        )

    def _dice(self, *question: object) -> Dice:
        return dice(self._seed, self.clerk.unit.id, *question)


def _misunderstood(asked: Truth, copy: Copy) -> bool:
    """Whether the receipt does not name all that the clerk has sent."""
    if asked.meant is not Meant.REPORT:
        return False
    text = copy.text
    return not all(filing.period.label in text for filing in asked.filings)


def planned(clerk: Clerk, owed: tuple[Duty, ...], rules: Rules, seed: int) -> Submission:
    """When the clerk means to send these; None where he forgets until he is written to."""
    first = min(owed, key=lambda duty: duty.due_at)
    drawn = dice(seed, "plans", first.key)
    if drawn.happens(_FORGETS[clerk.temper]):
        return Submission(owed, None)
    days, weights = _PLANS[clerk.temper]
    distance = drawn.pick(days, weights)
    due_on = local(first.due_at).date()
    day = rules.calendar.shift(due_on, distance)
    late_in_the_day = distance == 0 and drawn.happens(0.2)
    return Submission(owed, evening(day, drawn) if late_in_the_day else desk_time(day, drawn))


def joined(clerk: Clerk, owed: list[Duty], seed: int) -> list[tuple[Duty, ...]]:
    """The duties as the clerk sends them: those of one month's end together, if he joins."""
    ends: dict[object, list[Duty]] = {}
    for duty in owed:
        ends.setdefault(duty.key.period.last_on, []).append(duty)
    found: list[tuple[Duty, ...]] = []
    for end, duties in ends.items():
        duties.sort(key=lambda duty: duty.key.period.last_on - duty.key.period.first_on)
        if len(duties) == 1 or not clerk.joins:
            found += [(duty,) for duty in duties]
            continue
        # Either everything in one mail, or the month apart and the longer periods together.
        whole = dice(seed, "joins", clerk.unit.id, end).happens(0.6)
        found += [tuple(duties)] if whole else [(duties[0],), tuple(duties[1:])]
    return found
