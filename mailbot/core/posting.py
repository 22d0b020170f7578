"""Letters on their way out (lượt gửi): their states, and what each answer of the mail server does.

Every transition stands in `step`; what is not listed there raises and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypeAlias

from mailbot.core.rules import UnitId


class NoticeKind(StrEnum):
    """Why a letter is written."""

    RECEIPT = "receipt"
    QUERY = "query"
    REMINDER = "reminder"
    LATE = "late"
    SUPPLEMENT = "supplement"  # what a report that came in lacks
    SEALED = "sealed"  # to the unit: secret documents must not come by mail
    ALERT = "alert"  # to the security officer: something must be looked at
    ALARM = "alarm"  # to the staff: letters to many units come back
    DIGEST = "digest"
    STATUS = "status"  # to a unit that asked: where its own reports stand
    HELP = "help"  # what can be said by a reply
    RESULT = "result"  # what became of a command
    ASSIGNED = "assigned"  # to the unit: it was given a task, or a citizen's question to answer
    TRAVEL = "travel"  # to the staff: a journey began without recorded consent
    CHANGE = "change"  # to the unit: an official letter changed what it owes
    LINES = "lines"  # to the unit: its own lines of a month, to object to before the report is issued
    MONTH = "month"  # to the approver: the draft of a month's report
    OBJECTION = "objection"  # to the staff: a unit objects to its lines, beside what there is about them
    EVALUATION = "evaluation"  # to the approver: a half-year or year as the Emulation board is to get it
    CALENDAR = "calendar"  # the deadlines of a year: to a unit its own, to the staff all
    ESCALATION = "escalation"  # to the head of the office: who has not reported although chased to the end
    URGENT = "urgent"  # to the officers on duty: an urgent report came
    INCIDENT = "incident"  # to the unit: the urgent report came and was passed on
    DEMAND = "demand"  # to a unit: report on what is known from elsewhere
    NUDGE = "nudge"  # to a unit: report how the urgent matter goes on
    SILENT = "silent"  # to the officers on duty: the unit has not answered the nudges


class State(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    HELD = "held"  # waits for a person
    SENT = "sent"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"  # no longer justified, and never left; its keys are free again
    DROPPED = "dropped"  # a person decided that it shall not be sent; its keys stay taken


UNSENT = frozenset({State.WAITING, State.HELD})
FINAL = frozenset({State.SENT, State.GIVEN_UP, State.WITHDRAWN, State.DROPPED})


class Fate(StrEnum):
    """What became of a letter, or of one of its recipients, in one try."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"


class Stage(StrEnum):
    """Where in the talk with the server that was decided."""

    RCPT = "rcpt"  # about this very recipient
    DATA = "data"
    DOT = "dot"


class Cause(StrEnum):
    """Why a letter has certainly not left yet."""

    NOT_NOW = "not_now"  # the server said so (4xx): greylisting, a full box
    THROTTLED = "throttled"  # the server finds us too fast
    CLOSING = "closing"  # the server ends the session (421)
    LINK = "link"  # the link broke before the final dot
    STOPPED = "stopped"  # we stopped before the final dot: held, or killed
    AWAY = "away"  # there was no server to give it to


# Nothing is said of the letter in these: the relay itself is in trouble, and all letters with it.
TROUBLES = frozenset({Cause.THROTTLED, Cause.CLOSING, Cause.LINK, Cause.AWAY})

# Nobody waits for these: they keep to the office's hours, and let the others go first.
UNHURRIED = frozenset(
    {
        NoticeKind.REMINDER,
        NoticeKind.LATE,
        NoticeKind.SUPPLEMENT,
        NoticeKind.DIGEST,
        NoticeKind.LINES,
        NoticeKind.MONTH,
        NoticeKind.OBJECTION,
        NoticeKind.EVALUATION,
        NoticeKind.CALENDAR,
        NoticeKind.ESCALATION,
    }
)

# These may never arrive twice: they reproach, or go to the leadership. After a send whose outcome is
# unknown they wait for a person; the others are sent once more with the same Message-ID.
_AT_MOST_ONCE = frozenset(
    {NoticeKind.LATE, NoticeKind.DIGEST, NoticeKind.LINES, NoticeKind.MONTH, NoticeKind.EVALUATION}
)

# Greylisting servers take a second try after five minutes (RFC 6647); from there the pause doubles to
# about an hour, so that a relay that is down for a night is not hammered.
_FIRST_PAUSE = timedelta(minutes=5)
# A link that broke, or a letter whose fate is unknown: wanted soon, but not over a link that breaks again.
_SHORT_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=67)
# So long a relay may take to bring the copy to our own mailbox, which would settle an unknown fate.
_PAUSE_FOR_COPY = timedelta(minutes=15)
_MOST_UNKNOWN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished letter: its bytes never change, so a retry sends the same letter.

    Attributes:
        keys: the notice keys it answers, `late/huyen-dai-tu/bc-thang/2013-06/2`; one letter each, ever.
        message_id: with angle brackets, a function of the keys.
        recipients: envelope recipients, lower case.
        answers: number of the arrival that it answers, if any.
        expires_at: the moment from which it would be of no use.
        hold: why it must wait for a person, in Vietnamese; "" if it need not.
    """

    kind: NoticeKind
    keys: tuple[str, ...]
    unit: UnitId | None
    message_id: str
    recipients: tuple[str, ...]
    subject: str
    raw: bytes
    expires_at: datetime
    answers: int | None = None
    hold: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLetter:
    """What the book says of a letter in the outbox.

    Attributes:
        unknown: as in its `Posting`.
        taken: for how many recipients the server has taken it; others may still wait for theirs.
        batch: which plan wrote it; `held_why` is why it waits for a person, in Vietnamese.
        message_id: what a reply to it names.
        settled_at: when it met its end.
        recipients: whom it is to go to, while it waits or is held.
    """

    number: int
    kind: NoticeKind
    keys: tuple[str, ...]
    state: State
    unit: UnitId | None = None
    message_id: str = ""
    queued_at: datetime | None = None
    unknown: int = 0
    taken: int = 0
    batch: int = 0
    held_why: str = ""
    settled_at: datetime | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A letter's way so far.

    Attributes:
        tries: how often the server deferred it.
        unknown: how often its fate stayed unknown after the final dot.
        not_before: no try before that moment.
        settled: the recipients with an end of their own, while others still wait: True for those for
            whom the server took the letter, False for those it refused.
    """

    state: State = State.WAITING
    tries: int = 0
    unknown: int = 0
    not_before: datetime | None = None
    settled: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one recipient in one try."""

    email: str
    fate: Fate
    stage: Stage
    reply: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the letter; where `answers` say otherwise of a recipient, not for that one."""

    reply: str
    answers: tuple[Answer, ...] = ()
    fate: ClassVar[Fate] = Fate.ACCEPTED


@dataclass(frozen=True, slots=True)
class Deferred:
    """The letter has certainly not left; another try may do."""

    reply: str
    answers: tuple[Answer, ...] = ()
    cause: Cause = Cause.NOT_NOW
    fate: ClassVar[Fate] = Fate.DEFERRED


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said: never (5xx)."""

    reply: str
    answers: tuple[Answer, ...] = ()
    fate: ClassVar[Fate] = Fate.REFUSED


# Told of a letter that was at its final dot when mailbot died: of the server nothing follows from it.
DIED_AT_DOT = "mailbot stopped while it waited for the answer to the final dot"


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer after the final dot: nobody knows (RFC 1047). `copied`: a copy may still settle it."""

    reply: str
    answers: tuple[Answer, ...] = ()
    copied: bool = False
    fate: ClassVar[Fate] = Fate.LOST


Outcome: TypeAlias = Accepted | Deferred | Refused | Lost


def step(posting: Posting, kind: NoticeKind, outcome: Outcome, now: datetime) -> Posting:
    """The posting after one try.

    A letter that was withdrawn or held while it was on the wire is settled by what happened on the
    wire: what happened outranks what was intended.

    Raises:
        ValueError: if the letter had already met its end.
    """
    if posting.state in {State.SENT, State.GIVEN_UP, State.DROPPED}:
        raise ValueError(f"a letter that is {posting.state} cannot be tried again")
    posting = replace(posting, settled={**posting.settled, **_settled(outcome.answers)})
    match outcome:
        case Accepted(answers=answers):
            if any(answer.fate is Fate.DEFERRED for answer in answers):
                return _again(posting, _pause(Cause.NOT_NOW, posting.tries), now, counted=True)
            return replace(posting, state=State.SENT, not_before=None)
        case Refused():
            taken = any(posting.settled.values())
            return replace(posting, state=State.SENT if taken else State.GIVEN_UP, not_before=None)
        case Deferred(cause=cause):
            return _again(posting, _pause(cause, posting.tries), now, counted=cause in _COUNTED)
        case Lost(copied=copied):
            again = kind not in _AT_MOST_ONCE and posting.unknown < _MOST_UNKNOWN
            return replace(
                posting,
                state=posting.state if again else State.HELD,
                unknown=posting.unknown + 1,
                not_before=now + (_PAUSE_FOR_COPY if copied else _SHORT_PAUSE),
            )


# What counts as a try makes the next pause longer.
_COUNTED = frozenset({Cause.NOT_NOW, Cause.THROTTLED, Cause.LINK})


def _pause(cause: Cause, tries: int) -> timedelta:
    # Past a dozen doublings the longest pause has long been reached.
    tries = min(tries, 12)
    match cause:
        case Cause.AWAY:
            # The loop itself waits for the server, and the letter goes as soon as there is one.
            return timedelta(0)
        case Cause.STOPPED | Cause.CLOSING:
            return _SHORT_PAUSE
        case Cause.LINK:
            return min(_SHORT_PAUSE * (1 << tries), _LONGEST_PAUSE)
        case Cause.NOT_NOW | Cause.THROTTLED:
            return min(_FIRST_PAUSE * (1 << tries), _LONGEST_PAUSE)


def _again(posting: Posting, pause: timedelta, now: datetime, *, counted: bool) -> Posting:
    tries = posting.tries + 1 if counted else posting.tries
    return replace(posting, tries=tries, not_before=now + pause if pause else None)


def _settled(answers: tuple[Answer, ...]) -> dict[str, bool]:
    ends = {Fate.ACCEPTED: True, Fate.REFUSED: False}
    return {answer.email: ends[answer.fate] for answer in answers if answer.fate in ends}
