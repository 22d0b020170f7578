"""Letters on their way out (lượt gửi): their states, and what each answer of the mail server does.

Every transition stands in `step`; what is not listed there raises and changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from mailbot.core.rules import UnitId


class NoticeKind(StrEnum):
    """Why a letter is written."""

    RECEIPT = "receipt"
    QUERY = "query"
    REMINDER = "reminder"
    LATE = "late"
    SEALED = "sealed"  # to the unit: secret documents must not come by mail
    ALERT = "alert"  # to the security officer: something must be looked at
    DIGEST = "digest"
    STATUS = "status"  # to a unit that asked: where its own reports stand
    HELP = "help"  # what can be said by a reply
    RESULT = "result"  # what became of a command


class State(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    HELD = "held"  # waits for a person
    SENT = "sent"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"  # no longer justified, and never left


FINAL = frozenset({State.SENT, State.GIVEN_UP, State.WITHDRAWN})

# These may never arrive twice: they reproach, or go to the leadership. After a send whose outcome is
# unknown they wait for a person; the others are sent once more with the same Message-ID.
_AT_MOST_ONCE = frozenset({NoticeKind.LATE, NoticeKind.DIGEST})

# Greylisting servers take a second try after five minutes (RFC 6647); from there the pause doubles to
# about an hour, so that a relay that is down for a night is not hammered.
_FIRST_PAUSE = timedelta(minutes=5)
# A letter whose fate is unknown is wanted soon, but not over a link that breaks again at once.
_PAUSE_AFTER_LOSS = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=67)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLetter:
    """What the book says of a letter in the outbox; `unknown` as in its `Posting`."""

    number: int
    kind: NoticeKind
    keys: tuple[str, ...]
    state: State
    unit: UnitId | None = None
    queued_at: datetime | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A letter's way so far.

    Attributes:
        tries: how often the server deferred it.
        unknown: how often its fate stayed unknown after the final dot.
        not_before: no try before that moment.
    """

    state: State = State.WAITING
    tries: int = 0
    unknown: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the letter for every recipient."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The server said: not now (4xx)."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said: never (5xx)."""

    reply: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The link broke after the letter may have been taken; nobody knows (RFC 1047)."""

    reply: str


Outcome: TypeAlias = Accepted | Deferred | Refused | Lost


def step(posting: Posting, kind: NoticeKind, outcome: Outcome, now: datetime) -> Posting:
    """The posting after one try.

    A letter that was withdrawn or held while it was on the wire is settled by what happened on the
    wire: what happened outranks what was intended.

    Raises:
        ValueError: if the letter had already been sent or given up.
    """
    if posting.state in {State.SENT, State.GIVEN_UP}:
        raise ValueError(f"a letter that is {posting.state} cannot be tried again")
    match outcome:
        case Accepted():
            return replace(posting, state=State.SENT, not_before=None)
        case Refused():
            return replace(posting, state=State.GIVEN_UP, not_before=None)
        case Deferred():
            pause = min(_FIRST_PAUSE * 2**posting.tries, _LONGEST_PAUSE)
            return replace(posting, tries=posting.tries + 1, not_before=now + pause)
        case Lost():
            again = kind not in _AT_MOST_ONCE and posting.unknown < _MOST_UNKNOWN
            return replace(
                posting,
                state=posting.state if again else State.HELD,
                unknown=posting.unknown + 1,
                not_before=now + _PAUSE_AFTER_LOSS,
            )
