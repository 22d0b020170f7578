"""Each row of the outbox ends in the state that ARCHITECTURE's table says, whatever the server does."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from builders import at
from servers.sink import Reply, SmtpSink

from daemon.office import UNITS_TOML
from mailbot.cli.new_office import write_office
from mailbot.config import SmtpPost, load_config
from mailbot.core.calendar import local
from mailbot.core.changes.official import DaysOff, Document, OfficialLetter
from mailbot.core.mail import Address, ArrivalClock, Clocks, Mail
from mailbot.core.posting import Fate, Letter, Outcome, State
from mailbot.core.verdict import Filed, Filing, Findings
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.doors import open_post
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import Unavailable
from mailbot.ledger import Entry
from mailbot.post.door import AtDot, Post

# Five working days before the June report is due: two units have a reminder each.
REMINDED = at("2026-06-15 09:00")
MINUTE = timedelta(minutes=1)
NO_FIRST_WEEKS = "[approval]\nfirst_days = 0\nnew_addresses = false\n"


class Bench:
    """An office whose letters go to a scripted server, on a clock that the test turns."""

    def __init__(
        self, folder: Path, sink: SmtpSink, more: str = "", *, go_live: str = "2026-06-01", units: int = 2
    ) -> None:
        self.sink = sink
        self.now = REMINDED
        config = write_office(folder, "thai-nguyen-2013", date.fromisoformat(go_live))
        (folder / "rules" / "thai-nguyen-2013" / "units.toml").write_text(_units(units), encoding="utf-8")
        # No digest before the night: only the units' letters are looked at here.
        office = folder / "rules" / "thai-nguyen-2013" / "office.toml"
        late = office.read_text(encoding="utf-8").replace("digest_at = 07:30:00", "digest_at = 23:00:00")
        office.write_text(late, encoding="utf-8")
        head = config.read_text(encoding="utf-8").partition("# The embedded default")[0]
        post = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\ntls = "none"\ndot_seconds = 1\n'
        config.write_text(f"{head}\n[inbox]\n\n[post]\n{post}{more or NO_FIRST_WEEKS}", encoding="utf-8")
        self.config = load_config(config)

    @contextmanager
    def opened(self) -> Iterator[House]:
        with opened(self.config, lambda: self.now) as house:
            yield house

    @staticmethod
    def text(letter: Letter) -> str:
        """What the letter says."""
        message = message_from_bytes(letter.raw, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def plan(self, house: House) -> None:
        plan_round(house.ledger, house.desk, self.now, self.config.go_live)

    def post(self, house: House, door: Post | None = None) -> int:
        """One round of delivery; -1 if the server or the ledger was unavailable."""

        async def once() -> int:
            post = door or house.post()
            try:
                return await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock)
            except Unavailable:
                return -1
            finally:
                await post.close()

        return asyncio.run(once())


def _units(count: int) -> str:
    """The two units of the office, and as many more as are wanted."""
    more = (
        f"""
[[unit]]
id = "so-{number}"
name = "Sở số {number}"
group = "so-ban-nganh"
head = "Giám đốc"
addresses = [{{ email = "so{number}@thainguyen.example", role = "official" }}]
"""
        for number in range(2, count)
    )
    return UNITS_TOML + "".join(more)


class BeforeDot:
    """The real door; just before the first final dot something happens."""

    def __init__(self, door: Post, happens: Callable[[], object]) -> None:
        self.door = door
        self.happens: list[Callable[[], object]] = [happens]
        self.check, self.close, self.abreast = door.check, door.close, door.abreast

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        async def look() -> bool:
            while self.happens:
                self.happens.pop()()
            return await at_dot()

        return await self.door.send(letter, look)


@pytest.fixture
def bench(tmp_path: Path, sink: SmtpSink) -> Bench:
    return Bench(tmp_path / "office", sink)


def states(house: House) -> list[str]:
    return [str(row.posting.state) for row in reversed(house.ledger.letters())]


NEVER, LATER, CLOSING, SILENT, GONE = (
    Reply(554, "5.7.1 no"),
    Reply(451, "4.3.0 later"),
    Reply(421, "4.3.2 closing", hang_up=True),
    Reply(250, delay=2.0, kept=False),
    Reply(None),
)
OURS, WAITS, GIVEN_UP, UNKNOWN = "held everything", "waiting", "given up", "unknown"


@pytest.mark.parametrize(
    ("moment", "reply", "end"),
    [
        ("CONNECT", NEVER, OURS),
        ("EHLO", NEVER, OURS),
        ("MAIL", NEVER, OURS),
        ("RCPT", NEVER, GIVEN_UP),
        ("DATA", NEVER, GIVEN_UP),
        ("DOT", NEVER, GIVEN_UP),
        *((moment, LATER, WAITS) for moment in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT")),
        *((moment, CLOSING, WAITS) for moment in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT")),
        *((moment, GONE, WAITS) for moment in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")),
        ("DOT", GONE, UNKNOWN),
        ("DOT", replace(GONE, kept=True), UNKNOWN),
        ("DOT", SILENT, UNKNOWN),
        ("DOT", replace(SILENT, kept=True), UNKNOWN),
    ],
)
def test_every_refusal_ends_where_the_table_says(bench: Bench, moment: str, reply: Reply, end: str) -> None:
    bench.sink.answer(moment, reply, times=None)
    with bench.opened() as house:
        bench.plan(house)
        bench.post(house)
        first = house.ledger.letter(1)
        assert first is not None
        assert first.sending_since is None
        match end:
            case "held everything":
                assert house.ledger.held_because is not None
                assert states(house) == ["waiting", "waiting"]
                assert first.posting.tries == 0
            case "given up":
                assert first.posting.state is State.GIVEN_UP
            case "waiting":
                assert house.ledger.held_because is None
                assert (first.posting.state, first.posting.unknown) == (State.WAITING, 0)
            case "unknown":
                # A reminder may go once more; that is noted before it does.
                assert (first.posting.state, first.posting.unknown) == (State.WAITING, 1)
        bench.sink.obey()
        if end == "held everything":
            assert bench.post(house) == 0
            house.ledger.release(bench.now)
        # Once the server agrees, everything that has not met its end leaves, byte for byte the same.
        for _ in range(8):
            bench.now += timedelta(minutes=10)
            bench.post(house)
        expected = "given_up" if end == "given up" else "sent"
        assert states(house)[0] == expected
        by_id: dict[str, set[bytes]] = {}
        for mail in bench.sink.accepted:
            by_id.setdefault(mail.message_id, set()).add(mail.raw)
        assert all(len(copies) == 1 for copies in by_id.values())
        for row in house.ledger.letters():
            kept = bench.sink.count(row.letter.message_id)
            assert kept == (row.posting.state is State.SENT) + (reply.kept is True and row.posting.unknown)


def test_while_the_relay_is_away_letters_wait_for_it_and_no_try_is_counted(
    tmp_path: Path, sink: SmtpSink
) -> None:
    with SmtpSink() as gone:
        bench = Bench(tmp_path / "office", gone)
    with bench.opened() as house:
        bench.plan(house)
        assert bench.post(house) == -1
        assert states(house) == ["waiting", "waiting"]
        assert {(row.posting.tries, row.sending_since) for row in house.ledger.letters()} == {(0, None)}
        assert isinstance(bench.config.post, SmtpPost)
        back = replace(bench.config, post=replace(bench.config.post, port=sink.port))
        bench.now += 2 * MINUTE
        assert bench.post(house, open_post(back, house.sender, house.rules.office.mailbox)) == 2
        assert states(house) == ["sent", "sent"]


def test_one_recipient_refused_and_another_deferred_have_each_their_own_fate(bench: Bench) -> None:
    with bench.opened() as house:
        bench.now = at("2026-06-25 09:00")
        house.ledger.note_scan("INBOX", started_at=bench.now, ended_at=bench.now)
        bench.plan(house)
        row = next(row for row in house.ledger.letters() if len(row.letter.recipients) == 2)
        house.ledger.release_letters([row.number], bench.now)
        to, copy = row.letter.recipients
        bench.sink.answer("RCPT", Reply(450, "4.2.0 greylisted"), where=copy)
        bench.post(house)
        told = house.ledger.letter(row.number)
        assert told is not None
        assert (told.posting.state, dict(told.posting.settled)) == (State.WAITING, {to: True})
        bench.now += timedelta(minutes=6)
        bench.sink.answer("RCPT", Reply(550, "5.1.1 no such user"), where=copy)
        bench.post(house)
        told = house.ledger.letter(row.number)
        assert told is not None
        assert (told.posting.state, dict(told.posting.settled)) == (State.SENT, {to: True, copy: False})
        mine = [mail for mail in bench.sink.accepted if mail.message_id == row.letter.message_id]
        assert [mail.recipients for mail in mine] == [(to,)]
        refused = [
            answer
            for tried in house.ledger.attempts(row.number)
            for answer in tried.answers
            if answer.fate is Fate.REFUSED
        ]
        assert [(answer.email, answer.reply) for answer in refused] == [(copy, "550 5.1.1 no such user")]


def test_a_report_that_comes_while_the_letter_is_on_the_wire_stops_it_before_the_dot(bench: Bench) -> None:
    with bench.opened() as house:
        bench.plan(house)
        unit = house.ledger.letters()[-1].letter.unit

        bench.post(house, BeforeDot(house.post(), lambda: hand_in(house, str(unit), bench.now)))
        assert bench.sink.count() == 1
        bench.now += 2 * MINUTE
        bench.post(house)
        assert states(house) == ["withdrawn", "sent"]
        assert bench.sink.count() == 1


def test_on_a_day_off_that_a_letter_decreed_no_reminder_leaves(bench: Bench) -> None:
    with bench.opened() as house:
        bench.plan(house)
        decreed = OfficialLetter(
            number=1,
            document=Document(number="15/UBND-TH", issued_on=bench.now.date(), issuer="UBND tỉnh"),
            effect=DaysOff(off=((local(bench.now).date(), "nghỉ do bão"),)),
            by="thanh",
            recorded_at=bench.now,
        )
        assert house.ledger.record_letter(decreed, [], version=house.ledger.book().version, rules="r")
        assert bench.post(house) == 0
        assert set(states(house)) == {"waiting"}


@pytest.mark.parametrize("how", ["letter", "switch", "file"])
def test_a_person_who_holds_it_while_it_is_on_the_wire_stops_it_before_the_dot(
    bench: Bench, how: str
) -> None:
    with bench.opened() as house:
        bench.plan(house)
        holds: dict[str, Callable[[], object]] = {
            "letter": lambda: house.ledger.hold_letters([1]),
            "switch": lambda: house.ledger.hold("xem lại", bench.now),
            "file": bench.config.hold_file.touch,
        }
        bench.post(house, BeforeDot(house.post(), holds[how]))
        assert bench.sink.count(house.ledger.letters()[-1].letter.message_id) == 0
        house.ledger.release_letters([1], bench.now)
        house.ledger.release(bench.now)
        bench.config.hold_file.unlink(missing_ok=True)
        bench.now += 2 * MINUTE
        bench.post(house)
        assert states(house) == ["sent", "sent"]
        assert bench.sink.count() == 2


def hand_in(house: House, unit: str, now: datetime) -> None:
    """Record that the unit has sent everything that it is reminded of."""
    owed = [key for key in house.ledger.book().duties if key.unit == unit]
    filings = tuple(Filing(key.report, key.period) for key in owed)
    entry = Entry(
        mail=Mail(
            sha256="a" * 64,
            identity="b" * 64,
            size=1,
            message_id="<r@x.example>",
            sender=Address("x@x.example", ""),
            subject="",
        ),
        verdict=Filed(unit=owed[0].unit, filings=filings, findings=Findings(unit=owed[0].unit)),
        arrived_at=now,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=now, server_at=now),
        rules="r",
    )
    house.ledger.record([entry], now)


# Between which durable steps the process is killed, and whether the letter may have left by then.
KILLS = ["begun", "dot unnoted", "dot noted", "answered"]


@pytest.mark.parametrize("where", KILLS)
def test_killed_between_any_two_durable_steps_no_letter_is_lost_and_only_the_dot_repeats(
    bench: Bench, where: str
) -> None:
    with bench.opened() as house:
        bench.plan(house)
    child = os.fork()
    if child == 0:
        _die_at(bench, where)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with bench.opened() as house:
        (row,) = house.ledger.interrupted()
        assert (row.dot_at is not None) is (where in {"dot noted", "answered"})
        for _ in range(6):
            bench.now += timedelta(minutes=10)
            bench.post(house)
        assert states(house) == ["sent", "sent"]
        kept = [bench.sink.count(row.letter.message_id) for row in reversed(house.ledger.letters())]
        assert kept == ([2, 1] if where == "answered" else [1, 1])
        outcomes = [attempt.outcome for attempt in house.ledger.attempts(1)]
        unknown = where in {"dot noted", "answered"}
        assert outcomes == (["lost", "accepted"] if unknown else ["deferred", "accepted"])


def _die_at(bench: Bench, where: str) -> None:
    """In a child: post with a door, or a ledger, that kills its own process at that step."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with bench.opened() as house:
        real = house.post()

        class Deadly:
            check, close, abreast = real.check, real.close, real.abreast

            async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
                if where == "begun":
                    die()

                async def look() -> bool:
                    if where == "dot unnoted":
                        die()
                    noted = await at_dot()
                    if where == "dot noted":
                        die()
                    return noted

                outcome = await real.send(letter, look)
                die()
                return outcome

        bench.post(house, Deadly())
