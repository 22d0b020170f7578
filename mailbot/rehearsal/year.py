"""The year itself: events in the order of time, and mailbot's real rounds between them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import at, local
from mailbot.core.duty import Duty, duties
from mailbot.core.period import Cadence, Period
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House
from mailbot.daemon.intake import Intake
from mailbot.daemon.planning import plan_round
from mailbot.daemon.terms import Terms
from mailbot.inbox.source import Inbox
from mailbot.post.door import Post
from mailbot.rehearsal.agenda import Agenda, Hands
from mailbot.rehearsal.clerks import Player, Submission, joined, planned
from mailbot.rehearsal.dice import dice
from mailbot.rehearsal.hours import at_desk_after
from mailbot.rehearsal.machines import away, bounce, machine_truth
from mailbot.rehearsal.post_room import Copy, PostRoom
from mailbot.rehearsal.province import Clerk, Temper, cast
from mailbot.rehearsal.staff import approve, look_through, sign_months, vouch_for_outages
from mailbot.rehearsal.strays import strays

_STAFF_AT = time(8, 20)
# The rehearsed mailbot is looked at every third day or oftener, and stands for one that never looks away.
_EVERY_DAYS = 3
_ONE_LOOK_STANDS_FOR = timedelta(days=_EVERY_DAYS, hours=1)
_STAFF_THERE = 0.8


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` until `until`, exclusive."""

    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether `now` lies in it."""
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Which stretch of time is rehearsed, and when mailbot is down in it."""

    seed: int
    first: Period
    last: Period
    down: Stretch | None

    @property
    def begins_at(self) -> datetime:
        """The first moment of the first month."""
        return at(self.first.first_on)

    @property
    def ends_at(self) -> datetime:
        """The end of the last month."""
        return at(self.last.followed_on)


def whole_year(year: int, seed: int) -> Script:
    """The months of `year`; mailbot is down for a week in August, over the due day of that month's report."""
    down = Stretch(at(date(year, 8, 21), time(8)), at(date(year, 8, 28), time(8, 10)))
    months = [Period(year, Cadence.MONTH, ordinal) for ordinal in (1, 12)]
    return Script(seed=seed, first=months[0], last=months[1], down=down)


class Year:
    """One rehearsal. The house must have been opened with `hands` as its clock."""

    def __init__(self, house: House, hands: Hands, script: Script) -> None:
        self.house = house
        self.script = script
        self._hands = hands
        self._agenda = Agenda()
        config = house.config
        assert config.inbox.kind == "maildir"
        assert config.post.kind == "maildir"
        self.room = PostRoom(config.inbox.path, config.post.path, self._agenda)
        self.clerks = cast(house.rules, script.seed, script.first.year)
        self.dead, self.full, self.away = self._boxes()
        self.players = {clerk.unit.id: self._player(clerk) for clerk in self.clerks}
        self._put_strays()
        self._put_office_days()

    async def run(self, day_begins: Callable[[date], None]) -> None:
        """Let the year pass; `day_begins` hears of each day on which something happens."""
        intake = self.house.intake(Terms(gap=_ONE_LOOK_STANDS_FOR))
        inbox, post = self.house.inbox(), self.house.post()
        inbox.connect()
        today: date | None = None
        try:
            for now, act in self._agenda.take(self.script.ends_at):
                self._hands.now = now
                if (day := local(now).date()) != today:
                    today = day
                    day_begins(day)
                if act is not None:
                    act(now)
                elif self.script.down is None or not self.script.down.holds(now):
                    await self._round(intake, inbox, post, now)
        finally:
            inbox.close()
            await post.close()
        self._hands.now = self.script.ends_at - timedelta(seconds=1)

    async def _round(self, intake: Intake, inbox: Inbox, post: Post, now: datetime) -> None:
        """What the daemon's three loops do in one turn."""
        house = self.house
        intake.round(inbox)
        plan_round(house.ledger, house.desk, now, house.config.go_live)
        if await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock):
            for copy in self.room.hand_out():
                self._react(copy, now)

    def _react(self, copy: Copy, now: datetime) -> None:
        """What becomes of one letter in one box: a server, an answering machine or a clerk takes it."""
        mailbox = self.house.rules.office.mailbox
        moment = now + timedelta(minutes=2)
        if copy.box in self.dead or (copy.box in self.full and self.full[copy.box].holds(now)):
            report = bounce(copy, mailbox, moment, full=copy.box not in self.dead)
            self.room.bring(report, moment, machine_truth(report, "bounce", moment))
            return
        if copy.box in self.away and self.away[copy.box].holds(now):
            answer = away(copy, mailbox, moment, honest=len(copy.box) % 2 == 0)
            self.room.bring(answer, moment, machine_truth(answer, "out of office", moment))
        unit = self.house.rules.unit_at_address(copy.box, local(now).date())
        if unit is not None and unit.id in self.players:
            drawn = dice(self.script.seed, "opens", copy.box, copy.head["Message-ID"])
            wait = timedelta(minutes=drawn.randrange(5, 200))
            read_at = at_desk_after(now + wait, self.house.rules.calendar, drawn)
            player = self.players[unit.id]
            self._agenda.put(read_at, lambda then: player.read(copy, then))

    def _player(self, clerk: Clerk) -> Player:
        script, rules = self.script, self.house.rules
        owed = [duty for duty in self._owed() if duty.key.unit == clerk.unit.id]
        submissions = [
            planned(clerk, together, rules, script.seed) for together in joined(clerk, owed, script.seed)
        ]
        self._to_the_second(clerk, submissions)
        return Player(clerk, submissions, rules, script.seed, self.room, self._agenda)

    def _owed(self) -> list[Duty]:
        return list(duties(self.house.rules, self.script.first.first_on, self.script.last.last_on))

    def _to_the_second(self, clerk: Clerk, submissions: list[Submission]) -> None:
        """Two clerks send in the last second that counts, and in the first that does not."""
        seconds = {self.clerks[0].unit.id: 0, self.clerks[1].unit.id: 1}
        if clerk.unit.id in seconds and submissions:
            first = submissions[0]
            first.planned_at = first.due_at + timedelta(seconds=seconds[clerk.unit.id])

    def _put_strays(self) -> None:
        rules, month = self.house.rules, self.script.first
        while month.first_on <= self.script.last.first_on:
            for mailing in strays(self.clerks, month, rules.calendar, rules.office.mailbox, self.script.seed):
                self.room.bring(mailing.draft, mailing.at, mailing.truth, hop=mailing.hop)
            month = month.next()

    def _put_office_days(self) -> None:
        """Let mailbot look at the clock when letters may leave; the staff comes a little later."""
        rules, day = self.house.rules, self.script.first.first_on
        while day <= self.script.last.last_on:
            working = rules.calendar.is_working(day)
            if working or day.toordinal() % _EVERY_DAYS == 0:
                self._agenda.call_mailbot(at(day, rules.sending.opens))
            if working and dice(self.script.seed, "staff", day).happens(_STAFF_THERE):
                self._agenda.put(at(day, _STAFF_AT), self._staff)
            day += timedelta(days=1)
        if self.script.down is not None:
            self._agenda.call_mailbot(self.script.down.until)
        self._agenda.call_mailbot(self.script.ends_at - timedelta(minutes=1))

    def _staff(self, now: datetime) -> None:
        if self.script.down is not None and self.script.down.holds(now):
            return
        house = self.house
        vouch_for_outages(house.ledger, now)
        settled = look_through(house.ledger, house.rules, self.room.truths, now, self.script.seed)
        sign_months(house.ledger, house.rules, now)
        if settled + approve(house.ledger, now):
            self._agenda.call_mailbot(now + timedelta(minutes=1))

    def _boxes(self) -> tuple[frozenset[str], dict[str, Stretch], dict[str, Stretch]]:
        """The boxes of heads that exist no more, those that are full for a time, and those on leave."""
        year, tempers = self.script.first.year, list(Temper)
        by_delay = sorted(self.clerks, key=lambda clerk: tempers.index(clerk.temper))
        boxes = _by_role(by_delay)
        dead = frozenset(boxes["head"][-2:])
        full = {box: Stretch(at(date(year, 10, 13)), at(date(year, 10, 25))) for box in boxes["official"][:1]}
        july = Stretch(at(date(year, 7, 14)), at(date(year, 7, 26)))
        return dead, full, dict.fromkeys(boxes["official"][4:12], july)


def _by_role(clerks: list[Clerk]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"official": [], "head": []}
    for clerk in clerks:
        for address in clerk.unit.addresses:
            if address.role in found:
                found[address.role].append(address.email)
    return found
