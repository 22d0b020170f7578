"""One mail as read: envelope, text, names and hashes of its attachments. No bytes.

Strange mail is a value: whatever could not be read is named in `defects`, and every field has a
value. Which of a mail's clocks counts as its arrival is chosen here.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.core.machine.timepiece import TOLERANCE

# Servers date a mail when they take it; so long it may be on its way into the mailbox (as in `core.watch`).
_ON_ITS_WAY = timedelta(minutes=60)
# No server's clock is wrong by as much, and no mail as long on its last way.
_DAY = timedelta(days=1)
# As long as it was set by less at a time, our own clock is believed; so it may be wrong by some of that.
_CLOCKS_DIFFER = 3 * TOLERANCE
# Begins the defect of a mail in which the virus scanner found something; its name for it follows.
INFECTED = "virus found: "
# The field by which mailbot knows its own mails; it says which installation wrote them.
OWN_FIELD = "X-Mailbot-Instance"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail was seen: a mailbox, its validity and the mail's name in it.

    For IMAP these are the folder, UIDVALIDITY and UID (RFC 9051, 2.3.1.1); for a Maildir its path, ""
    and the unique file name. Never a flag, and never half of it.
    """

    mailbox: str
    validity: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as a header names it; `email` is lower case, `name` is only ever a hint."""

    email: str
    name: str = ""


class Nature(StrEnum):
    """What became of the attempt to read an attachment."""

    UNREAD = "unread"  # nobody tried
    READ = "read"  # its text is known
    EMPTY = "empty"  # opened, and there is no text in it, as in a scan that nobody recognised
    ENCRYPTED = "encrypted"  # only a password or a key opens it
    BROKEN = "broken"  # cannot be opened, or is not what its name says
    OVER_LIMIT = "over_limit"  # too big, too slow, or packed to exhaust whoever opens it
    FOREIGN = "foreign"  # a kind of file that is not read: a photograph, a film, a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a mail; `size` in bytes and `sha256` of its decoded content.

    Attributes:
        text: the beginning of what it says, in NFC; of an archive, of each file in it.
        nature: what became of the attempt to read it.
        marked: a mark of State secrecy was found in it, or in one of its names; then `text` is empty.
        within: SHA-256 of each file in it that holds no others; not kept.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    text: str = ""
    nature: Nature = Nature.UNREAD
    marked: bool = False
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """One `Received` header: the host that wrote it and the time it wrote, if it can be read."""

    by: str
    at: datetime | None


class Automation(StrEnum):
    """What the headers say about a mail that no person wrote."""

    BOUNCE = "bounce"  # a delivery report that a recipient failed (RFC 3464)
    DELAYED = "delayed"  # a delivery report that a recipient still waits
    AUTO_REPLY = "auto_reply"  # an answering machine (RFC 3834), a mailing list, a notification
    OWN = "own"  # mailbot's own letter come back


@dataclass(frozen=True, slots=True)
class Claim:
    """An Authentication-Results field as written, and how many `Received` stand above it (RFC 8601, 5)."""

    hops_above: int
    text: str


class Level(StrEnum):
    """How well it is proved that a mail comes from whom it names; the best first."""

    USER = "user"  # level 3: from the very mailbox
    DOMAIN = "domain"  # level 2: from a domain that one unit alone owns
    KNOWN = "known"  # level 1: from a registered address, by its own account
    FAILED = "failed"  # level 0: something speaks against it
    UNKNOWN = "unknown"  # no address of ours

    @property
    def number(self) -> int | None:
        """3, 2, 1 or 0 as the office's papers count them; None for a stranger."""
        return {"user": 3, "domain": 2, "known": 1, "failed": 0}.get(self)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found about the sender of a mail.

    Attributes:
        level: how well the sender is proved.
        says: why, in a few English words for the administrator.
        alarming: someone tried, or a server of ours writes what nobody can read.
    """

    level: Level = Level.UNKNOWN
    says: str = ""
    alarming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a delivery report says of one recipient.

    Attributes:
        recipient: the address that the letter was written to, lower case.
        status: the enhanced code of RFC 3463, "5.1.1"; "" where none is told.
        diagnostic: what the other server said, in one line; other people's words.
    """

    recipient: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail (thư đến) as read.

    Attributes:
        sha256: of the raw bytes, the name under which the archive keeps them.
        identity: SHA-256 over what the sender wrote, without the trace that transport adds; two
            deliveries of one mail have the same.
        sender: the one mailbox of `From`; None if there is none or more than one.
        dated_at: the sender's own clock; shown, never used for judging.
        text: the body as plain text, also where it came as HTML.
        received: the trace, the last hop first, as it stands in the mail.
        flaw: why the header cannot be trusted to name one sender to everybody who reads it; "" if it can.
        claims: what servers, or whoever poses as one, say of the sender.
        proof: what was found about the sender when the mail came.
        failures: the recipients that a delivery report names, as failed or as delayed.
        regards: Message-IDs of the letters that a machine's mail reports on or answers, the surest first.
        defects: what is wrong with the mail, each in a few English words.
        marked: a mark of State secrecy stands where the other fields do not show it: in a header, or in
            one of two texts of which one is shown.
    """

    sha256: str
    identity: str
    size: int
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    dated_at: datetime | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    received: tuple[Hop, ...] = ()
    flaw: str = ""
    claims: tuple[Claim, ...] = ()
    proof: Proof = Proof()
    automation: Automation | None = None
    failures: tuple[Failure, ...] = ()
    regards: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    marked: bool = False

    @property
    def failed_recipients(self) -> tuple[str, ...]:
        """The addresses that a delivery report names, each once."""
        return tuple(dict.fromkeys(failure.recipient for failure in self.failures))


class ArrivalClock(StrEnum):
    """Whose clock an arrival time was read from, the strongest first."""

    GIVEN = "given"  # a person gave it: `--arrived-at`
    BOUNDARY = "boundary"  # the first `Received` that our own mail server wrote
    SERVER = "server"  # the mailbox's own date of the mail (INTERNALDATE, Maildir time)
    TRACE = "trace"  # the topmost `Received` of a mail that came as a file
    SEEN = "seen"  # when mailbot first saw it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """All clocks seen for one mail, in UTC; kept as evidence.

    Attributes:
        absent_at: when the mailbox was last read to its end without this mail in it.
    """

    seen_at: datetime
    given_at: datetime | None = None
    server_at: datetime | None = None
    received: tuple[Hop, ...] = ()
    dated_at: datetime | None = None
    absent_at: datetime | None = None

    def contradict(self, at: datetime, clock: ArrivalClock) -> bool:
        """Whether the arrival at that moment, by `clock`, is at odds with what mailbot saw.

        It may be dated long before a reading in which the mail was not there: whoever puts a mail into a
        mailbox may choose the mailbox's own date of it (APPEND, RFC 9051, 6.3.12); it is also older where a
        mail lay in another folder before. The mail itself cannot tell the two apart. Or it is dated after it
        was read: then the server's clock is wrong, or ours.
        """
        if clock in {ArrivalClock.SERVER, ArrivalClock.BOUNDARY} and at - self.seen_at > _CLOCKS_DIFFER:
            return True
        return clock is ArrivalClock.SERVER and self.behind > timedelta()

    @property
    def ahead(self) -> timedelta:
        """By how much the mailbox dates the mail after it was read; nothing where clocks may differ by it."""
        by = self.server_at - self.seen_at if self.server_at is not None else timedelta()
        return by if by > _CLOCKS_DIFFER else timedelta()

    @property
    def behind(self) -> timedelta:
        """By how much the mailbox dates the mail before it was read, where it was not there at that time."""
        if self.server_at is None or self.absent_at is None or self.server_at + _ON_ITS_WAY >= self.absent_at:
            return timedelta()
        return self.seen_at - self.server_at

    @property
    def is_dated_ahead(self) -> bool:
        """Whether the mailbox dates the mail more than a day after it was read.

        A mail program puts mails in with the sender's `Date`. It could be our own clock that is behind, as on
        a machine that was off for weeks; not where the last server's word in the mail is no later than it.
        """
        trace = self.received[0].at if self.received else None
        if self.server_at is None or trace is None:
            return False
        return trace <= self.seen_at < self.server_at - _DAY


def arrival_time(clocks: Clocks, boundary: frozenset[str]) -> tuple[datetime, ArrivalClock]:
    """Choose the moment that counts as the arrival; `boundary` names our own mail servers.

    The law counts by the office's arrival stamp, so the sender's `Date` never counts. The topmost
    `Received` is believed without a boundary only for mails that no mailbox vouches for. And what was
    read has arrived, whatever date of days to come the mailbox has for it.
    """
    if clocks.given_at is not None:
        return clocks.given_at, ArrivalClock.GIVEN
    # Only the unbroken run of our own hops at the top is ours; anybody can write one below it. Its
    # lowest is where the mail entered our house.
    own = itertools.takewhile(lambda hop: hop.by.lower() in boundary, clocks.received)
    entered = [hop.at for hop in own if hop.at is not None]
    if entered:
        return entered[-1], ArrivalClock.BOUNDARY
    if clocks.is_dated_ahead:
        return clocks.seen_at, ArrivalClock.SEEN
    if clocks.server_at is not None:
        return clocks.server_at, ArrivalClock.SERVER
    if clocks.received and clocks.received[0].at is not None:
        return clocks.received[0].at, ArrivalClock.TRACE
    return clocks.seen_at, ArrivalClock.SEEN
