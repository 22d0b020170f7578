"""Letters over several connections at once: each leaves once, and its dot is on the disk before it leaves."""

import os
import signal
import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from servers.sink import Reply, SmtpSink

from daemon.test_delivery import Bench, states
from mailbot.core.posting import Letter, Outcome
from mailbot.daemon.house import House
from mailbot.post.door import AtDot, Post

UNITS = 9
# What `[post]` has by itself.
LANES = 3


class Watched:
    """The real door; each dot is looked at when it is about to leave, and each letter when it has left."""

    def __init__(self, door: Post) -> None:
        self.check, self.close, self.abreast = door.check, door.close, door.abreast
        self.door = door

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        async def look() -> bool:
            self.comes_to_its_dot(letter)
            noted = await at_dot()
            self.dot_leaves(letter, noted=noted)
            return noted

        outcome = await self.door.send(letter, look)
        self.is_answered(letter)
        return outcome

    def comes_to_its_dot(self, letter: Letter) -> None:
        """All but the dot has been said."""

    def dot_leaves(self, letter: Letter, *, noted: bool) -> None:
        """The dot was noted, or it was not."""

    def is_answered(self, letter: Letter) -> None:
        """The server has answered to the dot."""


@pytest.fixture
def bench(tmp_path: Path, sink: SmtpSink) -> Bench:
    return Bench(tmp_path / "office", sink, units=UNITS)


def connections(sink: SmtpSink) -> int:
    return sum(line.upper().startswith("EHLO") for line in sink.commands)


def copies(sink: SmtpSink) -> Counter[str]:
    return Counter(mail.message_id for mail in sink.accepted)


def test_each_letter_leaves_once_over_as_many_connections_as_are_wanted(bench: Bench) -> None:
    bench.sink.answer("DOT", Reply(250, delay=0.1), times=UNITS)
    with bench.opened() as house:
        bench.plan(house)
        assert bench.post(house) == UNITS
        assert connections(bench.sink) == LANES
        assert set(states(house)) == {"sent"}
        assert set(copies(bench.sink).values()) == {1}
        assert len(bench.sink.accepted) == UNITS


def test_one_letter_needs_one_connection(bench: Bench) -> None:
    with bench.opened() as house:
        bench.plan(house)
        house.ledger.hold_letters(range(2, UNITS + 1))
        assert bench.post(house) == 1
        assert connections(bench.sink) == 1


def test_every_dot_is_on_the_disk_before_it_leaves(bench: Bench) -> None:
    with bench.opened() as house:
        bench.plan(house)
        noted_on_disk: list[bool] = []

        class Disk(Watched):
            def dot_leaves(self, letter: Letter, *, noted: bool) -> None:
                assert noted
                with sqlite3.connect(bench.config.state / "ledger.db") as other:
                    asked = "SELECT dot_at IS NOT NULL AND sending_since IS NOT NULL FROM letter"
                    found = other.execute(f"{asked} WHERE message_id = ?", (letter.message_id,))
                    noted_on_disk.append(bool(found.fetchone()[0]))
                other.close()

        assert bench.post(house, Disk(house.post())) == UNITS
        assert noted_on_disk == [True] * UNITS


def test_a_server_that_wants_no_second_connection_gets_all_letters_over_the_first(bench: Bench) -> None:
    class Jealous(Watched):
        def dot_leaves(self, letter: Letter, *, noted: bool) -> None:
            assert noted, letter.message_id
            bench.sink.answer("CONNECT", Reply(421, "4.7.0 too many connections", hang_up=True), times=None)

    with bench.opened() as house:
        bench.plan(house)
        assert bench.post(house, Jealous(house.post())) == UNITS
        assert set(states(house)) == {"sent"}
        assert [len(house.ledger.attempts(number)) for number in range(1, UNITS + 1)] == [1] * UNITS
        assert house.ledger.held_because is None


@pytest.mark.parametrize(
    ("moment", "reply"),
    [("MAIL", Reply(421, "4.3.2 closing", hang_up=True)), ("RCPT", Reply(None)), ("DATA", Reply(None))],
)
def test_trouble_in_one_lane_ends_the_round_and_nothing_stays_on_the_wire(
    bench: Bench, moment: str, reply: Reply
) -> None:
    class Troubled(Watched):
        def is_answered(self, letter: Letter) -> None:
            assert letter.recipients
            bench.sink.answer(moment, reply, times=None)

    with bench.opened() as house:
        bench.plan(house)
        assert bench.post(house, Troubled(house.post())) == -1
        rows = house.ledger.letters()
        assert house.ledger.interrupted() == []
        assert {row.posting.unknown for row in rows} == {0}
        assert 1 <= states(house).count("sent") <= LANES
        # A lane's letter, and the one that was begun beside it.
        tried = [row.number for row in rows if len(house.ledger.attempts(row.number)) > 0]
        assert len(tried) <= 1 + 2 * LANES
        _until_sent(bench, house)
        assert set(copies(bench.sink).values()) == {1}


def _until_sent(bench: Bench, house: House) -> None:
    bench.sink.obey()
    for _ in range(12):
        bench.now += timedelta(minutes=10)
        bench.post(house)
    assert set(states(house)) == {"sent"}


def test_letters_that_a_person_holds_meanwhile_stop_at_their_dots(bench: Bench) -> None:
    with bench.opened() as house:
        bench.plan(house)
        seen: list[str] = []

        class Held(Watched):
            def comes_to_its_dot(self, letter: Letter) -> None:
                if len(seen) == 2:
                    house.ledger.hold("xem lại", bench.now)
                seen.append(letter.message_id)

        bench.post(house, Held(house.post()))
        assert 1 <= len(bench.sink.accepted) <= 2
        assert house.ledger.interrupted() == []
        house.ledger.release(bench.now)
        _until_sent(bench, house)
        assert set(copies(bench.sink).values()) == {1}


@pytest.mark.parametrize("where", ["comes_to_its_dot", "dot_leaves", "is_answered"])
@pytest.mark.parametrize("nth", [1, 4])
def test_killed_with_several_letters_on_the_wire_only_noted_dots_are_unknown(
    bench: Bench, where: str, nth: int
) -> None:
    with bench.opened() as house:
        bench.plan(house)
    child = os.fork()
    if child == 0:
        _die(bench, where, nth)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with bench.opened() as house:
        interrupted = house.ledger.interrupted()
        unknown = {row.letter.message_id for row in interrupted if row.dot_at is not None}
        assert len(unknown) <= LANES
        assert len(interrupted) <= 2 * LANES
        taken = {mail.message_id for mail in bench.sink.accepted}
        on_record = {row.letter.message_id for row in house.ledger.letters() if row.posting.state == "sent"}
        # What left is on record, or known to be unknown.
        assert taken <= on_record | unknown
        assert on_record <= taken
        _until_sent(bench, house)
        for message_id, count in copies(bench.sink).items():
            assert count == 1 + (message_id in taken and message_id in unknown)


def _die(bench: Bench, where: str, nth: int) -> None:
    """In a child: post, and be killed the nth time that a letter comes to that point."""
    left = iter(range(nth - 1))

    def count(*_: object, **__: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    with bench.opened() as house:
        door = Watched(house.post())
        setattr(door, where, count)
        bench.post(house, door)
