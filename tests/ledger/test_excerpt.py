"""What bears on one period, read by index, says of its duties what the whole book says.

`make torture` tells longer histories (MAILBOT_HISTORIES).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from ledger.facts import DAY, HOUR, NOW, a_duty, a_letter, an_entry, begin, finish, queue

from mailbot.core.calendar import ZONE
from mailbot.core.delivery.health import FORGOTTEN_AFTER
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Address, Attachment, Nature
from mailbot.core.period import Period
from mailbot.core.posting import Accepted, Answer, Fate, Outcome, Refused, Stage
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Sealed, Unclear, Verdict
from mailbot.ledger import Echo, Ledger

HISTORIES = int(os.environ.get("MAILBOT_HISTORIES", "3"))
UNITS = [UnitId(f"so-{number}") for number in range(8)]
REPORTS = [ReportId("bc-thang"), ReportId("bc-khac")]
PERIODS = [Period.parse(written) for written in ("2013-05", "2013-06", "2013-Q2")]
BAD = "550 5.1.1 no such user"


class History:
    """Acts drawn at random; each is a fact or a few."""

    def __init__(self, ledger: Ledger, chance: Random) -> None:
        self.ledger = ledger
        self.chance = chance
        self.now = NOW
        self.arrivals: list[int] = []
        self.letters = 0

    def act(self) -> None:
        """Let a little time pass, sometimes months, and something happen."""
        self.now += self.chance.random() * (DAY if self.chance.random() < 19 / 20 else 100 * DAY)
        acts = [self.come, self.come, self.come, self.rule, self.announce, self.announce, self.write]
        self.chance.choice([*acts, self.write, self.stamp, self.scan, self.vouch])()

    def come(self) -> None:
        attachment = Attachment(
            name="a.pdf", content_type="application/pdf", size=1, sha256="a" * 64, nature=Nature.READ
        )
        words = f"mail {len(self.arrivals)}"
        entry = an_entry(words, verdict=self.verdict(), arrived_at=self.now - self.chance.random() * 9 * DAY)
        sender = Address(f"box{self.chance.randrange(8)}@x.example", "")
        files = (attachment,) if self.chance.random() < 1 / 2 else ()
        entry = replace(entry, mail=replace(entry.mail, sender=sender, attachments=files))
        self.arrivals += self.ledger.record([entry], self.now)

    def rule(self) -> None:
        if self.arrivals:
            arrival = self.chance.choice(self.arrivals)
            self.ledger.rule(arrival, self.verdict(), by="lan", why="xem lại", now=self.now)

    def verdict(self) -> Verdict:
        unit = self.chance.choice(UNITS)
        some = tuple({self.filing() for _ in range(self.chance.choice((1, 1, 2)))})
        nobody = Findings(unit=None, may_be=tuple(self.chance.sample(UNITS, self.chance.randrange(3))))
        verdicts: list[Verdict] = [
            Filed(unit=unit, filings=some, findings=Findings(unit=unit)),
            Filed(unit=unit, filings=some, findings=Findings(unit=unit)),
            Unclear(question=Question.PERIOD, findings=Findings(unit=unit), candidates=some),
            Unclear(question=Question.UNIT, findings=nobody, candidates=some),
            Sealed(unit=unit, findings=Findings(unit=unit)),
            Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=unit)),
        ]
        if self.arrivals:
            first = self.chance.choice(self.arrivals)
            verdicts += [
                Ignored(reason=Reason.DUPLICATE, findings=Findings(unit=unit), duplicate_of=first)
            ] * 2
        return self.chance.choice(verdicts)

    def filing(self) -> Filing:
        return Filing(self.chance.choice(REPORTS), self.chance.choice(PERIODS))

    def key(self) -> DutyKey:
        filing = self.filing()
        return DutyKey(self.chance.choice(UNITS), filing.report, filing.period)

    def announce(self) -> None:
        due_at = self.now + (self.chance.random() * 10 - 7) * DAY
        duties = [
            a_duty(self.key(), due_at=due_at, opens_at=due_at - 9 * DAY, excused=self.chance.random() < 1 / 8)
            for _ in range(5)
        ]
        unlike = list({duty.key: duty for duty in duties}.values())
        version = self.ledger.book().version
        done = self.ledger.enqueue(
            version=version, duties=unlike, letters=(), withdraw=(), rules="r", now=self.now
        )
        assert done

    def stamp(self) -> None:
        number = str(self.chance.randrange(10_000))
        self.ledger.stamp(self.key(), stamped_at=self.now - HOUR, register_no=number, now=self.now)

    def scan(self) -> None:
        self.ledger.note_scan("INBOX", started_at=self.now, ended_at=self.now, gap=timedelta(hours=30))

    def vouch(self) -> None:
        self.ledger.vouch(self.now - 3 * DAY, self.now, by="lan", why="không ai đụng đến", now=self.now)

    def write(self) -> None:
        """A letter to a unit, or to nobody's unit, and what the server and the world say of it."""
        number = self.chance.randrange(len(UNITS))
        unit = self.chance.choice([UNITS[number], UNITS[number], None])
        boxes = [number, self.chance.randrange(8)] if self.chance.random() < 1 / 2 else [number]
        emails = tuple(dict.fromkeys(f"box{box}@x.example" for box in boxes))
        self.letters += 1
        letter = a_letter(f"k/{self.letters}", unit=unit, recipients=emails, expires_at=self.now + 30 * DAY)
        assert queue(self.ledger, letter, now=self.now)
        assert begin(self.ledger, self.letters, self.now)
        answers = tuple(self.chance.choice((_taken, _refused))(email) for email in emails)
        outcome: Outcome = Refused(BAD, answers)
        if any(answer.fate is Fate.ACCEPTED for answer in answers):
            outcome = Accepted("250", answers)
        finish(self.ledger, self.letters, outcome, self.now)
        if self.chance.random() < 1 / 3:
            action, status = self.chance.choice([("failed", "5.1.1"), ("failed", "4.2.2"), ("delivered", "")])
            told = self.chance.choice(emails)
            self.ledger.hear(
                Echo(letter=self.letters, recipient=told, action=action, at=self.now, status=status)
            )


def _taken(email: str) -> Answer:
    return Answer(email, Fate.ACCEPTED, Stage.DOT, "250")


def _refused(email: str) -> Answer:
    return Answer(email, Fate.REFUSED, Stage.RCPT, BAD)


def moments(now: datetime) -> Iterator[datetime]:
    return (now - 5 * DAY, now - DAY, now, now + 5 * DAY)


@pytest.mark.timeout(120 + 60 * HISTORIES)
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_duty_of_a_period_stands_by_its_excerpt_as_by_the_whole_book(ledger: Ledger, seed: int) -> None:
    history = History(ledger, Random(seed))
    seen: set[Standing] = set()
    doubts: set[Doubt | None] = set()
    for _ in range(3):
        for _ in range(40):
            history.act()
        whole = ledger.book()
        for period in PERIODS:
            part = ledger.book_of(period)
            of_period = {key: duty for key, duty in whole.duties.items() if key.period == period}
            assert part.duties == of_period
            assert part.scanned_at == whole.scanned_at
            for key in {*of_period, *(key for key in whole.copies if key.period == period)}:
                assert part.copies.get(key) == whole.copies.get(key)
                assert part.former_dues.get(key) == whole.former_dues.get(key)
            for duty in of_period.values():
                for now in moments(history.now):
                    found = judge(duty, whole, now)
                    assert judge(duty, part, now) == found
                    seen.add(found.standing)
                    doubts.add(found.doubt)
        assert ledger.misplaced() == []
    # A history in which little happens proves nothing.
    assert {Standing.ON_TIME, Standing.NOT_JUDGED} <= seen
    assert len(seen) >= 4
    assert {Doubt.UNDECIDED_MAIL, Doubt.UNREACHED, Doubt.NOBODYS_REPORT} & doubts


def test_verify_names_what_is_missing_in_the_catalogue_and_what_is_too_much(
    ledger: Ledger, sql: Callable[[str], object]
) -> None:
    ledger.record([an_entry("one"), an_entry("two")], NOW)
    sql("DELETE FROM catalogue WHERE arrival = 1")
    sql("INSERT INTO catalogue VALUES ('undecided', 2)")
    assert ledger.misplaced() == [
        "arrival 1 is not catalogued under '2013-06'",
        "arrival 2 is catalogued under 'undecided', and no verdict says so",
    ]


def test_a_look_at_one_period_reads_no_mail_of_another(ledger: Ledger) -> None:
    """Whatever the number of years."""
    for year in range(2001, 2014):
        filing = Filing(REPORTS[0], Period.parse(f"{year}-06"))
        verdict = Filed(unit=UNITS[0], filings=(filing,), findings=Findings(unit=UNITS[0]))
        ledger.record([an_entry(str(year), verdict=verdict)], NOW)
    assert [arrival.number for arrival in ledger.book_of(Period.parse("2012-06")).arrivals] == [12]


def same(ledger: Ledger, duty: DutyKey, now: datetime) -> Standing:
    """How the duty stands by the whole book, and by the excerpt."""
    whole, part = ledger.book(), ledger.book_of(duty.period)
    found = judge(whole.duties[duty], whole, now)
    assert judge(part.duties[duty], part, now) == found
    return found.standing


def owing(ledger: Ledger, unit: UnitId) -> DutyKey:
    """A duty of the unit that was due yesterday, over a mailbox that was read to its end since."""
    key = DutyKey(unit, REPORTS[0], PERIODS[1])
    duty = a_duty(key, opens_at=NOW - 20 * DAY, due_at=NOW - DAY)
    version = ledger.book().version
    assert ledger.enqueue(version=version, duties=[duty], letters=(), withdraw=(), rules="r", now=NOW)
    for day in range(30, -1, -1):
        ledger.note_scan("INBOX", started_at=NOW - day * DAY, ended_at=NOW - day * DAY, gap=2 * DAY)
    return key


def told(ledger: Ledger, unit: UnitId, email: str, at: datetime, *, taken: bool) -> None:
    """A letter to the unit that its server took, or would not have."""
    number = ledger.counts()["sent"] + ledger.counts()["given_up"] + 1
    letter = a_letter(f"k/{number}", unit=unit, recipients=(email,), expires_at=at + 30 * DAY)
    assert queue(ledger, letter, now=at)
    assert begin(ledger, number, at)
    answer = Answer(email, Fate.ACCEPTED, Stage.DOT, "250") if taken else None
    refusal = Refused(BAD, (Answer(email, Fate.REFUSED, Stage.RCPT, BAD),))
    finish(ledger, number, Accepted("250", (answer,)) if answer else refusal, at)


def test_an_earlier_delivery_that_was_read_later_counts(ledger: Ledger) -> None:
    key = owing(ledger, UNITS[0])
    report = Filed(unit=key.unit, filings=(Filing(key.report, key.period),), findings=Findings(unit=key.unit))
    ledger.record([an_entry("one", verdict=report, arrived_at=NOW)], NOW)
    assert same(ledger, key, NOW) is Standing.LATE
    again = Ignored(reason=Reason.DUPLICATE, findings=Findings(unit=key.unit), duplicate_of=1)
    ledger.record([an_entry("two", verdict=again, arrived_at=NOW - 2 * DAY)], NOW)
    assert same(ledger, key, NOW) is Standing.ON_TIME


def test_another_address_of_the_unit_that_letters_reach_counts(ledger: Ledger) -> None:
    key = owing(ledger, UNITS[0])
    told(ledger, key.unit, "dead@x.example", NOW - 5 * DAY, taken=False)
    assert same(ledger, key, NOW) is Standing.NOT_JUDGED
    told(ledger, key.unit, "sound@x.example", NOW - 4 * DAY, taken=True)
    assert same(ledger, key, NOW) is Standing.OVERDUE


def test_an_old_failure_makes_the_storm_that_a_new_one_belongs_to(ledger: Ledger) -> None:
    """Which failures make one day follows from the first of them on."""
    key = owing(ledger, UNITS[0])
    first_look = datetime(2013, 6, 1, tzinfo=ZONE)
    for number, unit in enumerate(UNITS[1:6]):
        told(ledger, unit, f"{unit}@x.example", first_look - FORGOTTEN_AFTER - number * HOUR, taken=False)
    told(ledger, key.unit, "dead@x.example", NOW - 5 * DAY, taken=False)
    assert same(ledger, key, NOW) is Standing.NOT_JUDGED
    assert len(ledger.book_of(key.period).health.storms) == 1


def test_how_many_units_are_written_to_decides_what_is_a_storm(ledger: Ledger) -> None:
    key = owing(ledger, UNITS[0])
    for unit in UNITS[:5]:
        told(ledger, unit, f"{unit}@x.example", NOW - 5 * DAY, taken=False)
    # Five of five fail in a day: that is us. Of sixty it is them.
    assert same(ledger, key, NOW) is Standing.OVERDUE
    for number in range(60):
        told(ledger, UnitId(f"xa-{number}"), f"xa-{number}@x.example", NOW - 5 * DAY, taken=True)
    assert same(ledger, key, NOW) is Standing.NOT_JUDGED
