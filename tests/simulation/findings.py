"""What a story came to, held against the truth: every harm that mailbot has done, in plain words."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from email import message_from_bytes

from mailbot.core.duty import DutyKey
from mailbot.core.posting import NoticeKind
from mailbot.core.standing import Standing, judge
from mailbot.daemon.audit import audit
from mailbot.ledger.letters import LetterRow
from simulation.moments import accused
from simulation.province import SECRET
from simulation.story import Story

_ONCE = frozenset({NoticeKind.LATE, NoticeKind.DIGEST, NoticeKind.LINES, NoticeKind.MONTH})


def harms(story: Story) -> Iterator[str]:
    """Every promise that was broken in the story; none if all is well."""
    machine = story.machine
    if machine is None:
        yield "mailbot does not work at the end"
        return
    for finding in audit(machine.house, story.world.clock()):
        yield from (f"{finding.what}: {fault}" for fault in finding.faults)
    yield from _lost(story)
    yield from _accused(story)
    yield from _letters(story)
    yield from _told(story)
    yield from _stuck(story)
    yield from story.wrongs
    yield from story.world.relay.against_orders


def _lost(story: Story) -> Iterator[str]:
    assert story.machine is not None
    arrivals = Counter(arrival.mail.sha256 for arrival in story.machine.house.ledger.book().arrivals)
    for name, sending in story.truth.sent.items():
        if name not in arrivals and name not in story.truth.snatched:
            yield f"lost: the mail of {sending.at} for {sending.duty}"
    yield from (f"recorded {count} times: {name}" for name, count in arrivals.items() if count > 1)
    yield from (f"recorded and never sent: {name}" for name in arrivals if name not in story.truth.sent)
    for arrival in story.machine.house.ledger.book().arrivals:
        came = story.truth.came.get(arrival.mail.sha256)
        if came is not None and arrival.arrived_at != came:
            yield f"arrival {arrival.number} is dated {arrival.arrived_at}, and came {came}"


def _accused(story: Story) -> Iterator[str]:
    """Units blamed although their report had reached the mailbox in time."""
    assert story.machine is not None
    book, now = story.machine.house.ledger.book(), story.world.clock()
    in_time = {duty.key for duty in story.owed if story.truth.in_time(duty)}
    for taken in story.world.relay.taken:
        if taken.letter.kind is NoticeKind.LATE:
            for key in taken.letter.keys:
                if DutyKey.parse(key.removeprefix("late/").rpartition("/")[0]) in in_time:
                    yield f"accused falsely by a letter at {taken.at}: {key}"
    yield from (f"accused falsely at the end: {key}" for key in accused(story.owed, story.truth, book, now))
    for key, duty in book.duties.items():
        came = story.truth.handed_in(key)
        stands = judge(duty, book, now).standing
        if stands is Standing.ON_TIME and (came is None or came > duty.due_at):
            yield f"called on time, and was not: {key}"


def _letters(story: Story) -> Iterator[str]:
    assert story.machine is not None
    ledger = story.machine.house.ledger
    copies = Counter[tuple[str, str]]()
    letters = defaultdict[str, set[str]](set)
    for taken in story.world.relay.taken:
        copies.update((taken.letter.message_id, email) for email in taken.recipients)
        for key in taken.letter.keys:
            letters[key].add(taken.letter.message_id)
    yield from (f"two letters for one key: {key}" for key, names in letters.items() if len(names) > 1)
    # A letter that was written anew after a night bears the name of the one before it.
    rows = defaultdict[str, list[LetterRow]](list)
    for row in ledger.letters():
        rows[row.letter.message_id].append(row)
    for (message_id, email), count in copies.items():
        if count > 1:
            same = rows[message_id]
            attempts = (attempt for row in same for attempt in ledger.attempts(row.number))
            lost = sum(attempt.outcome == "lost" for attempt in attempts)
            kind = same[0].letter.kind
            if count > 1 + min(lost, 1) or kind in _ONCE:
                numbers = ", ".join(str(row.number) for row in same)
                yield f"letter {numbers} ({kind}) was sent {count} times to {email}"
    for row in ledger.letters():
        letter = row.letter
        if row.posting.state == "sent" and not any(
            copies[letter.message_id, email] for email in letter.recipients
        ):
            yield f"letter {row.number} is called sent, and was not"


def _told(story: Story) -> Iterator[str]:
    """Words of secret mails that left, or that are kept."""
    letters = {taken.letter.message_id: taken.letter for taken in story.world.relay.taken}
    for letter in letters.values():
        parts = message_from_bytes(letter.raw).walk()
        if any(SECRET.encode() in (part.get_payload(decode=True) or b"") for part in parts):
            yield f"a secret mail's words are in a letter: {letter.kind}, {letter.keys}"
        if SECRET in letter.subject:
            yield f"a secret mail's words are in a subject: {letter.subject}"
    for path in sorted(story.world.config.state.rglob("*")):
        if path.is_file() and SECRET.encode() in path.read_bytes():
            yield f"a secret mail's words are kept in {path.name}"


def _stuck(story: Story) -> Iterator[str]:
    """What has not come to an end although nothing was in its way for days."""
    assert story.machine is not None
    for loop, trouble in story.machine.troubles.items():
        yield f"{loop} is in trouble at the end: {trouble}"
    ledger = story.machine.house.ledger
    if ledger.held_because:
        yield f"held at the end: {ledger.held_because}"
    for row in ledger.letters():
        if row.posting.state == "waiting":
            yield f"letter {row.number} still waits: {row.last_reply}"
        if row.sending_since is not None:
            yield f"letter {row.number} is on the wire at the end"
