"""Letters on any way that people, servers and crashes can send them: no key twice, nothing sent untold."""

import os
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from ledger.facts import NOW, a_letter, begin, mark_dot, queue, settle

from mailbot.core.delivery.brakes import Caps
from mailbot.core.posting import (
    Accepted,
    Answer,
    Cause,
    Deferred,
    Fate,
    Lost,
    NoticeKind,
    Outcome,
    Refused,
    Stage,
    State,
    step,
)
from mailbot.ledger import Ledger, Outgoing

TO = ("unit@x.example", "head@x.example")
KINDS = st.sampled_from([NoticeKind.RECEIPT, NoticeKind.LATE])
PICK = st.integers(0, 2)
CAPS = Caps(per_address_per_day=10**6, chases_per_address_per_day=10**6, per_hour=10**6, per_day=10**6)


class Postings(RuleBasedStateMachine):
    """The ledger, a server that keeps what it accepts, and a daemon that may die at any step."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name)}/ledger.db"
        self.ledger = Ledger.open(self.url)
        self.now = NOW
        self.made = 0
        # What lies in each box, and how often a letter's fate was really unknown.
        self.boxes: Counter[tuple[str, str]] = Counter()
        self.unknown: Counter[str] = Counter()
        # By number: for whom the server's own answer said that it took the letter, and lost answers.
        self.taken: set[int] = set()
        self.doubtful: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
            self.folder.cleanup()

    @rule(kind=KINDS, held=st.booleans(), key=st.integers(0, 1))
    def plan(self, kind: NoticeKind, held: bool, key: int) -> None:
        taken = f"{kind}/{key}" in self.ledger.book().letters
        letter = a_letter(
            f"{kind}/{key}",
            kind=kind,
            recipients=TO,
            hold="xem" if held else "",
            expires_at=NOW + timedelta(days=9),
        )
        assert queue(self.ledger, letter, now=self.now) is not taken
        self.made += not taken

    def _one(self, pick: int) -> int:
        """One of the last letters; there are few, so that different things happen to the same."""
        return max(self.made - pick, 1)

    @rule(pick=PICK)
    def let_go(self, pick: int) -> None:
        self.ledger.release_letters([self._one(pick)], self.now)

    @rule(pick=PICK)
    def hold(self, pick: int) -> None:
        self.ledger.hold_letters([self._one(pick)])

    @rule(pick=PICK)
    def drop(self, pick: int) -> None:
        self.ledger.drop_letters([self._one(pick)], "thôi", self.now)

    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        self._take_back(self._one(pick))

    def _take_back(self, number: int) -> None:
        before = self.ledger.letter(number)
        changed = self.ledger.end([number], "báo cáo đã đến", self.now)
        if before is None:
            assert changed == []
            return
        free = before.posting.state in {State.WAITING, State.HELD} and before.sending_since is None
        assert changed == ([number] if free else [])
        after = self.ledger.letter(number)
        assert after is not None
        assert after.posting.state is (self._end_of(number) if free else before.posting.state)
        # Only what nobody can have leaves its keys to another letter.
        counts = after.posting.state is not State.WITHDRAWN
        holder = self.ledger.book().letters.get(after.letter.keys[0])
        assert (holder is not None and holder.number == number) is counts

    def _end_of(self, number: int) -> State:
        """How a letter that is not wanted any more must end, by what the server knows of it."""
        if number in self.taken:
            return State.SENT
        return State.GIVEN_UP if number in self.doubtful else State.WITHDRAWN

    @rule(pick=PICK)
    def retry(self, pick: int) -> None:
        self.ledger.retry_letters([self._one(pick)])

    @rule(hours=st.integers(1, 3))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        happens=st.sampled_from(
            [
                "250",
                "partly",
                "partly",
                "451",
                "rcpt",
                "554",
                "421",
                "lost",
                "lost but kept",
                "held",
                "taken back",
            ]
        ),
        dies=st.sampled_from(["", "", "", "", "begun", "dot"]),
        # Else a letter that is half delivered and then not wanted, the order that matters, is seldom walked.
        unwanted=st.booleans(),
    )
    def deliver(self, happens: str, dies: str, unwanted: bool) -> None:
        self._resolve()
        if not self.ledger.outgoing(self.now, quiet=False, limit=1, caps=CAPS):
            # A machine that mostly finds nothing to deliver walks none of the ways that matter.
            self._queue_fresh()
        for letter in self.ledger.outgoing(self.now, quiet=False, limit=1, caps=CAPS):
            assert begin(self.ledger, letter.number, self.now)
            if dies == "begun":
                return self._die()
            outcome = self._talk(letter, happens, dies)
            if outcome is None:
                return self._die()
            self._settle(letter, outcome)
            if unwanted:
                self._take_back(letter.number)
        return None

    def _queue_fresh(self) -> None:
        letter = a_letter(f"receipt/{self.made + 100}", recipients=TO, expires_at=NOW + timedelta(days=9))
        assert queue(self.ledger, letter, now=self.now)
        self.made += 1

    def _talk(self, letter: Outgoing, happens: str, dies: str) -> Outcome | None:
        left = letter.left.recipients
        early = {
            "451": Deferred("451 later"),
            "rcpt": Refused("550", tuple(Answer(to, Fate.REFUSED, Stage.RCPT, "550") for to in left)),
            "421": Deferred("421", cause=Cause.CLOSING),
        }
        if happens in early:
            return early[happens]
        if happens == "held":
            self.ledger.hold_letters([letter.number])
        if happens == "taken back":
            # What is on the wire goes on: whether it leaves is decided at its dot.
            assert self.ledger.end([letter.number], "báo cáo đã đến", self.now) == []
            return Deferred("stopped", cause=Cause.STOPPED)
        if not mark_dot(self.ledger, letter.number, self.now):
            return Deferred("stopped", cause=Cause.STOPPED)
        lost = dies == "dot" or happens.startswith("lost")
        if happens in {"250", "partly", "lost but kept"}:
            accepted = left[:1] if happens == "partly" else left
            self.boxes.update((letter.letter.message_id, to) for to in accepted)
        if lost:
            self.unknown[letter.letter.message_id] += 1
            self.doubtful.add(letter.number)
            return None if dies == "dot" else Lost("no answer")
        if happens == "554":
            return Refused("554", tuple(Answer(to, Fate.REFUSED, Stage.DOT, "554") for to in left))
        self.taken.add(letter.number)
        answers = [Answer(to, Fate.ACCEPTED, Stage.DOT, "250") for to in accepted]
        answers += [Answer(to, Fate.DEFERRED, Stage.RCPT, "450") for to in left if to not in accepted]
        return Accepted("250 2.0.0 Ok: queued as ABC123", tuple(answers))

    def _settle(self, letter: Outgoing, outcome: Outcome) -> None:
        posting = step(letter.posting, letter.letter.kind, outcome, self.now)
        settle(self.ledger, letter.number, posting, outcome, self.now)

    def _die(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(self.url)

    def _resolve(self) -> None:
        for letter in self.ledger.interrupted():
            stopped = letter.dot_at is None
            self._settle(letter, Deferred("died", cause=Cause.STOPPED) if stopped else Lost("died"))

    @invariant()
    def a_box_holds_a_letter_twice_only_if_its_fate_was_unknown(self) -> None:
        if hasattr(self, "ledger"):
            for (message_id, _), copies in self.boxes.items():
                assert copies <= 1 + self.unknown[message_id]

    @invariant()
    def every_key_has_one_letter_that_counts(self) -> None:
        if hasattr(self, "ledger"):
            live = Counter(
                key
                for row in self.ledger.letters()
                if row.posting.state is not State.WITHDRAWN
                for key in row.letter.keys
            )
            assert not live or max(live.values()) == 1

    @invariant()
    def what_was_sent_has_a_reply_and_somebody_who_has_it(self) -> None:
        if hasattr(self, "ledger"):
            for row in self.ledger.letters():
                if row.posting.state is State.SENT:
                    assert row.last_reply
                    assert any(self.boxes[row.letter.message_id, to] for to in TO)
                if row.posting.state is State.WITHDRAWN:
                    # Its keys are free: it must not lie in anybody's box unless its fate was once unknown.
                    assert row.number not in self.taken | self.doubtful
                    assert row.sending_since is None


# `make torture` walks longer.
EXAMPLES = int(os.environ.get("MAILBOT_POSTINGS", "15"))
Postings.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None)
TestPostings = Postings.TestCase


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        (Deferred("451 later"), State.WITHDRAWN),
        (Lost("no answer"), State.GIVEN_UP),
        (
            Accepted(
                "250 ok",
                (
                    Answer(TO[0], Fate.ACCEPTED, Stage.DOT, "250"),
                    Answer(TO[1], Fate.DEFERRED, Stage.RCPT, "450"),
                ),
            ),
            State.SENT,
        ),
    ],
    ids=["nobody can have it", "somebody may have it", "somebody has it"],
)
def test_a_letter_that_is_not_wanted_any_more_frees_its_keys_only_if_nobody_can_have_it(
    ledger: Ledger, outcome: Outcome, end: State
) -> None:
    assert queue(ledger, a_letter("receipt/1", recipients=TO))
    assert begin(ledger, 1, NOW)
    assert ledger.book().letters["receipt/1"].settled_at is None
    # On the wire it goes on, whatever is wanted.
    assert ledger.end([1], "báo cáo đã đến", NOW) == []
    letter = ledger.interrupted()[0]
    settle(ledger, 1, step(letter.posting, NoticeKind.RECEIPT, outcome, NOW), outcome, NOW)
    assert ledger.end([1], "báo cáo đã đến", NOW) == [1]
    row = ledger.letter(1)
    assert row is not None
    assert row.posting.state is end
    if end is State.GIVEN_UP:
        assert ledger.book().letters["receipt/1"].settled_at == NOW
    assert queue(ledger, a_letter("receipt/1", recipients=TO)) is (end is State.WITHDRAWN)


def test_a_letter_that_somebody_has_is_sent_even_if_the_fate_of_the_rest_is_unknown(ledger: Ledger) -> None:
    answers = (
        Answer(TO[0], Fate.ACCEPTED, Stage.DOT, "250"),
        Answer(TO[1], Fate.DEFERRED, Stage.RCPT, "450"),
    )
    assert queue(ledger, a_letter("receipt/1", recipients=TO))
    outcomes: tuple[Outcome, ...] = (Accepted("250 ok", answers), Lost("no answer"))
    for hour, outcome in enumerate(outcomes):
        now = NOW + timedelta(hours=hour)
        assert begin(ledger, 1, now)
        letter = ledger.interrupted()[0]
        settle(ledger, 1, step(letter.posting, NoticeKind.RECEIPT, outcome, now), outcome, now)
    assert ledger.end([1], "báo cáo đã đến", NOW + timedelta(hours=2)) == [1]
    row = ledger.letter(1)
    assert row is not None
    assert row.posting.state is State.SENT
