"""Sixty days of one office, drawn from a seed: who sends what, and which faults come when."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from unittest.mock import patch

from sqlalchemy import text

from mailbot.config import Config
from mailbot.core.calendar import at, local
from mailbot.core.duty import Duty, duties
from mailbot.core.posting import Letter
from mailbot.core.rules import Rules, Staff, StaffRole
from mailbot.errors import Superseded, Unavailable
from mailbot.ledger.store import Ledger
from mailbot.post.render import Renderer
from mailbot.rehearsal.agenda import Agenda, Hands
from simulation.disk import Disk
from simulation.machine import Machine, World, at_once, one_after_the_other
from simulation.mailbox import MailServer, Stored
from simulation.moments import accused, forbidden
from simulation.province import Sending, Truth, sendings, stray
from simulation.relay import MOODS, Relay
from simulation.staff import morning
from simulation.steps import Crashed, Steps

DAYS = 60
# The last days are undisturbed: what can heal must have healed, so that the end can be judged.
_CALM = timedelta(days=8)
_FAULTS = 28
# Each starts over half a quarter, over Tết and over the end of the year.
_BEGINNINGS = (date(2014, 5, 12), date(2014, 8, 14), date(2014, 11, 17), date(2015, 1, 26))
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A filter that errs so often would be complained about.
_SIFTED = 0.1
# When mailbot tries again what failed; after that with whatever happens next.
_AGAIN = (_MINUTE, 9 * _MINUTE, _HOUR)


class Story:
    """One seed's story; `play` tells it; afterwards `world`, `truth` and `machine` show what came of it."""

    def __init__(self, seed: int, config: Config, rules: Rules, renderer: Renderer) -> None:
        self.seed = seed
        self.chance = Random(f"story {seed}")
        begins_on = self.chance.choice(_BEGINNINGS)
        self.begins_at, self.ends_at = at(begins_on), at(begins_on) + timedelta(days=DAYS)
        self.calm_at = self.ends_at - _CALM
        # A digest each morning is most of the work, and the same each time: one office in four wants it.
        self.digests = seed % 4 == 0
        if not self.digests:
            rules = replace(rules, office=replace(rules.office, staff=_without_digests(rules.office.staff)))
        hands = Hands(self.begins_at)
        self.world = World(
            config=replace(config, go_live=self.begins_at),
            rules=rules,
            renderer=renderer,
            server=MailServer(self.chance),
            relay=Relay(self.chance),
            hands=hands,
            steps=Steps(hands),
        )
        self.truth = Truth()
        self.disk = Disk(config.archive)
        self.log: list[str] = []
        self.wrongs: list[str] = []
        self.turns = 0
        self.machine: Machine | None = None
        self.agenda = Agenda()
        self._epoch = self._tries = 0
        self._backup = self.world.server.backup()
        self.world.relay.forbids = self._forbids
        self._put_mails()
        self._put_days()
        self._put_faults()

    @cached_property
    def owed(self) -> list[Duty]:
        """Every duty whose due day lies in the story."""
        first, last = local(self.begins_at).date(), local(self.ends_at).date()
        return list(duties(self.world.rules, first, last))

    def play(self) -> None:
        """Let the sixty days pass."""
        with ExitStack() as stack:
            stack.enter_context(self.disk.watched())
            stack.enter_context(patch("asyncio.to_thread", at_once))
            stack.enter_context(patch("mailbot.daemon.intake.side_by_side", one_after_the_other))
            self._start()
            # Whether something has happened that mailbot has not looked at yet.
            unread = False
            for moment, act in self.agenda.take(self.ends_at):
                self.world.hands.now = max(self.world.hands.now, moment)
                if not unread and self.machine is not None:
                    self._guarded(self.machine.looked)
                unread = act is not None
                if act is not None:
                    act(moment)
                elif self.machine is not None:
                    self._turn()
            self.world.hands.now = self.ends_at

    def close(self) -> None:
        """Let go of what is open."""
        if self.machine is not None:
            self.machine.end()

    # What mailbot does

    def _start(self) -> None:
        if self.machine is None:
            self._say("mailbot starts")
            with suppress(Unavailable):
                self.machine = Machine(self.world, self._epoch)
            self._turn()

    def _turn(self) -> None:
        self.turns += 1
        machine = self.machine
        if machine is not None:
            self._guarded(machine.turn)
            self._look_around()
            self._tries = self._tries + 1 if machine.troubles else 0
            if 0 < self._tries <= len(_AGAIN):
                self.agenda.call_mailbot(self.world.hands.now + _AGAIN[self._tries - 1])

    def _look_around(self) -> None:
        """Whoever asks mailbot now, by whatever letter, page or command, must not hear a false accusation."""
        # By a wrong clock nothing is said: it holds all letters, and health tells of it.
        if self.machine is not None and not self.world.set_wrong:
            now, book = self.world.clock(), self.machine.house.ledger.book()
            for key in accused(self.owed, self.truth, book, now):
                self.wrongs.append(f"accused falsely at {now}: {key}")

    def _guarded(self, act: Callable[[], None]) -> None:
        """Let mailbot do something; it may end over it."""
        try:
            act()
        except (Crashed, Superseded) as end:
            self._say(f"mailbot ends: {type(end).__name__}")
            assert self.machine is not None
            self.machine.end()
            self.machine = None
            pause = self.chance.choices(
                (timedelta(seconds=10), 3 * _MINUTE, 2 * _HOUR, 1 * _DAY, 4 * _DAY, 9 * _DAY),
                (8, 4, 3, 1, 1, 0.5),
            )[0]
            back = self.world.hands.now + pause * self.chance.uniform(0.5, 1.5)
            self.agenda.put(min(back, self.calm_at), lambda _: self._start())

    def _crash(self) -> None:
        raise Crashed

    def _lose_power(self) -> None:
        self.disk.lose_power(self.chance)
        raise Crashed

    def _be_taken_over(self) -> None:
        """The machine sleeps in the middle of a step; another takes over, and works until it wakes."""
        sleeper = self.machine
        self._epoch += 1
        other = Machine(self.world)
        database = other.house.ledger._database
        with database.altering() as connection:
            connection.execute(text("UPDATE lease SET epoch = :epoch"), {"epoch": self._epoch})
        database.fence = self._epoch
        try:
            for _ in range(self.chance.randrange(1, 4)):
                other.turn()
                self.world.hands.now += self.chance.uniform(2, 40) * _MINUTE
        finally:
            other.end()
        self._say("the sleeper wakes")
        assert sleeper is self.machine

    # What the world does

    def _put_mails(self) -> None:
        for sending in sendings(self.world.rules, self.owed, self.chance):
            if self.begins_at < sending.at < self.ends_at - _DAY:
                self._put_mail(sending)
        for number in range(12):
            other = stray(self.world.rules, number, self._some_time(), self.chance)
            self._put_mail(other)

    def _put_mail(self, sending: Sending) -> None:
        self.agenda.put(sending.at, lambda _: self._arrives(sending))

    def _arrives(self, sending: Sending, uid: int | None = None) -> None:
        # The server's date has whole seconds; it is what counts.
        now = self.world.hands.now.replace(microsecond=0)
        self.truth.sent[sending.sha256] = sending
        self.truth.came.setdefault(sending.sha256, now)
        if uid is None and sending.duty is not None and self.chance.random() < _SIFTED:
            self.world.server.sift(Stored(sending.raw, now))
        else:
            self.world.server.deliver(Stored(sending.raw, now), uid)
        # IDLE tells at once, or is deaf, and then the poll finds it.
        self.agenda.call_mailbot(
            self.world.hands.now + self.chance.choice((1, 20, 59)) * timedelta(seconds=1)
        )

    def _put_days(self) -> None:
        rules = self.world.rules
        day = local(self.begins_at).date()
        while at(day) < self.ends_at:
            working = rules.calendar.is_working(day)
            if working and (self.digests or day.toordinal() % 2):
                self.agenda.call_mailbot(at(day, rules.sending.opens) + _MINUTE)
                self.agenda.put(at(day) + 8 * _HOUR + 20 * _MINUTE, lambda _: self._morning())
            day += _DAY
        self.agenda.put(self.calm_at, lambda _: self._calm())
        for hours in range(1, 24 * _CALM.days, 12):
            self.agenda.call_mailbot(self.calm_at + hours * _HOUR)

    def _morning(self) -> None:
        calm = self.world.hands.now >= self.calm_at
        if self.machine is not None and (calm or self.chance.random() < 0.8):
            with suppress(Unavailable):
                self._guarded(self._staff_come)

    def _staff_come(self) -> None:
        assert self.machine is not None
        if morning(self.world, self.truth, self.machine.house.ledger):
            self.agenda.call_mailbot(self.world.hands.now + 2 * _MINUTE)

    def _calm(self) -> None:
        self._say("calm")
        world, now = self.world, self.world.hands.now
        world.steps.disarm()
        world.relay.moods.clear()
        world.relay.away_until = world.server.away_until = world.server.refuses_until = None
        world.full_until = None
        world.config.hold_file.unlink(missing_ok=True)
        world.set_wrong = timedelta()
        self.agenda.put(now + _MINUTE, lambda _: self._start())

    def _put_faults(self) -> None:
        faults = list(self._faults().items())
        for _ in range(_FAULTS):
            self._put_fault(*self.chance.choice(faults))

    def _put_fault(self, name: str, fault: Callable[[], None]) -> None:
        self.agenda.put(self._bad_time(), lambda _: self._befalls(name, fault))

    def _befalls(self, name: str, fault: Callable[[], None]) -> None:
        self._say(name)
        fault()
        self.agenda.call_mailbot(self.world.hands.now + timedelta(seconds=self.chance.choice((5, 600))))

    def _faults(self) -> dict[str, Callable[[], None]]:
        steps, server = self.world.steps, self.world.server
        return {
            "killed at some step": lambda: steps.arm("", self._few(), self._crash),
            "killed around a commit": lambda: steps.arm("commit", self._few(5), self._crash),
            "killed around the dot": lambda: steps.arm("smtp", self._few(6), self._crash),
            "killed while filing": lambda: steps.arm("imap move", self._few(3), self._crash),
            "power lost at some step": lambda: steps.arm("", self._few(), self._lose_power),
            "power lost around a mail": lambda: steps.arm("disk", self._few(4), self._lose_power),
            "power lost around a commit": lambda: steps.arm("commit", self._few(5), self._lose_power),
            "sleeps beyond the lease": lambda: steps.arm("smtp", self._few(4), self._be_taken_over),
            "sleeps over a commit": lambda: steps.arm("imap", self._few(9), self._be_taken_over),
            "disk full": self._disk_full,
            "connection cut": lambda: steps.arm("imap", self._few(12), self._cut),
            "connection cut while filing": lambda: steps.arm("imap move", self._few(2), self._cut),
            "connection to junk cut": lambda: steps.arm("junk", self._few(6), self._cut),
            "staff find a mail in junk": self._rescued,
            "mailbox away": lambda: setattr(server, "away_until", self._until()),
            "password refused": lambda: setattr(server, "refuses_until", self._until()),
            "renumbered": lambda: self._reconnected(server.renumber),
            "restored from a backup": self._restored,
            "staff file a mail back": self._filed_back,
            "staff move mails out and back": self._moved_out,
            "staff take a mail before it is fetched": lambda: steps.arm("imap fetch", 0, self._snatched),
            "a mail with a lower UID": self._comes_late,
            "backup taken": lambda: setattr(self, "_backup", server.backup()),
            "relay away": lambda: setattr(self.world.relay, "away_until", self._until()),
            "relay moody": self._moody,
            "relay moody again": self._moody,
            "clock set wrong": self._clock_wrong,
            "staff hold everything": lambda: steps.arm("smtp", self._few(6), self._hold),
            "staff hold everything by the file": lambda: steps.arm("smtp", self._few(6), self._hold_by_file),
        }

    def _few(self, most: int = 25) -> int:
        return self.chance.randrange(most)

    def _until(self) -> datetime:
        length = self.chance.choices((20 * _MINUTE, 5 * _HOUR, 2 * _DAY, 6 * _DAY), (4, 3, 2, 1))[0]
        end = min(self.world.hands.now + length * self.chance.uniform(0.3, 1), self.calm_at)
        self.agenda.call_mailbot(end + self.chance.choice((1, 9)) * _MINUTE)
        return end

    def _some_time(self) -> datetime:
        span = self.calm_at - self.begins_at - _DAY
        return self.begins_at + _HOUR + span * self.chance.random()

    def _bad_time(self) -> datetime:
        """Any moment; a quarter of them lies in the last hours before something is due."""
        due = self.chance.choice(self.owed).due_at - _HOUR * self.chance.uniform(0, 12)
        on_the_last_day = self.chance.random() < 0.25 and self.begins_at < due < self.calm_at - _DAY
        return due if on_the_last_day else self._some_time()

    def _disk_full(self) -> None:
        self.world.full_until = self._until()

    def _cut(self) -> None:
        raise Unavailable("the connection was cut")

    def _hold(self) -> None:
        """Somebody sees a letter that should not have been written, and lets none leave until the morning."""
        with Ledger.open(self.world.config.ledger_url) as ledger:
            ledger.hold("xem lại", self.world.clock())

    def _hold_by_file(self) -> None:
        self.world.config.hold_file.touch()

    def _forbids(self, letter: Letter) -> str:
        assert self.machine is not None
        return forbidden(self.machine.house.ledger, self.world.config.hold_file, letter)

    def _moody(self) -> None:
        self.world.relay.moods += [self.chance.choice(MOODS) for _ in range(self.chance.randrange(1, 4))]

    def _reconnected(self, change: Callable[[], None]) -> None:
        """Servers end the sessions in which UIDs would change their meaning."""
        change()
        if self.machine is not None:
            self.machine.hang_up()

    def _restored(self) -> None:
        self._reconnected(lambda: self.world.server.restore(self._backup))

    def _filed_back(self) -> None:
        filed = self.world.server.filed
        for _ in range(min(len(filed), self.chance.randrange(1, 4))):
            self.world.server.deliver(filed.pop(self.chance.randrange(len(filed))))

    def _rescued(self) -> None:
        server = self.world.server
        for uid in list(server.junk)[: self.chance.randrange(1, 4)]:
            server.deliver(server.junk.pop(uid))

    def _moved_out(self) -> None:
        server = self.world.server
        known = set(self.machine.recorded()) if self.machine is not None else set()
        out = [uid for uid, mail in server.mails.items() if mail.name in known]
        mails = [server.mails.pop(uid) for uid in out]
        back = self.world.hands.now + self.chance.uniform(0.1, 30) * _HOUR
        self.agenda.put(min(back, self.calm_at), lambda _: [server.deliver(mail) for mail in mails])  # type: ignore[func-returns-value]

    def _snatched(self) -> None:
        """A report is listed, and gone before it is fetched; it may come back."""
        server, known = self.world.server, set(self.machine.recorded() if self.machine else ())
        fresh = [uid for uid, mail in server.mails.items() if mail.name not in known]
        # Of an advertisement nobody is wronged.
        reports = [uid for uid in fresh if self.truth.sent[server.mails[uid].name].duty is not None]
        if not reports:
            self.world.steps.arm("imap fetch", 0, self._snatched)
            return
        mail = server.mails.pop(self.chance.choice(reports))
        self._say("a mail was snatched")
        self.truth.snatched[mail.name] = self.world.hands.now
        if self.chance.random() < 0.5:
            back = min(self.world.hands.now + self.chance.uniform(0.1, 60) * _HOUR, self.calm_at)
            self.agenda.put(back, lambda _: self._put_back(mail))

    def _put_back(self, mail: Stored) -> None:
        self.world.server.deliver(mail)
        self.truth.snatched.pop(mail.name, None)

    def _comes_late(self) -> None:
        uid = self.world.server.take_uid()
        now = self.world.hands.now
        sending = stray(self.world.rules, 100 + uid, now, self.chance)
        validity = self.world.server.validity

        def arrives(_: datetime) -> None:
            fits = self.world.server.validity == validity and uid not in self.world.server.mails
            self._arrives(sending, uid if fits and uid < self.world.server.next_uid else None)

        self.agenda.put(now + self.chance.uniform(0.05, 20) * _HOUR, arrives)

    def _clock_wrong(self) -> None:
        by = self.chance.choice((-400 * _DAY, -3 * _DAY, -_HOUR, -8 * _MINUTE, 8 * _MINUTE, _HOUR, 3 * _DAY))
        self._say(f"by {by}")
        self.world.set_wrong = by
        if self.chance.random() < 0.3:
            self.world.steps.arm("", 0, self._crash)
        right = min(self.world.hands.now + self.chance.uniform(0.1, 40) * _HOUR, self.calm_at)
        self.agenda.put(right, lambda _: setattr(self.world, "set_wrong", timedelta()))
        self.agenda.call_mailbot(right + _MINUTE)

    def _say(self, what: str) -> None:
        self.log.append(f"{local(self.world.hands.now):%Y-%m-%d %H:%M:%S} {what}")


def _without_digests(staff: tuple[Staff, ...]) -> tuple[Staff, ...]:
    return tuple(replace(person, roles=person.roles - {StaffRole.DIGEST}) for person in staff)
