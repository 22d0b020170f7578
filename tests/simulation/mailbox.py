"""The provider's mail server with the shared mailbox, and the session that mailbot has with it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from random import Random
from socket import socket

from mailbot.core.machine.quota import Quota
from mailbot.core.mail import Place
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.raw import Fetched, RawMail, Vanished
from mailbot.rehearsal.agenda import Hands
from simulation.steps import Steps

INBOX, JUNK = "INBOX", "Junk"


@dataclass(frozen=True)
class Stored:
    """A mail on the server, with the server's date of it."""

    raw: bytes
    at: datetime

    @property
    def name(self) -> str:
        """The hash of its bytes."""
        return sha256(self.raw).hexdigest()


@dataclass
class MailServer:
    """What lies in the mailbox, and how the server fares.

    Attributes:
        away_until: until then nobody can connect.
        refuses_until: until then the server says that our password is wrong.
        filed: what mailbot, or the staff, moved out of the inbox.
        junk: what the server's filter put into its folder for junk.
    """

    chance: Random
    validity: int = 1
    next_uid: int = 1
    mails: dict[int, Stored] = field(default_factory=dict)
    filed: list[Stored] = field(default_factory=list)
    junk: dict[int, Stored] = field(default_factory=dict)
    away_until: datetime | None = None
    refuses_until: datetime | None = None
    sessions: int = 0
    junk_uid: int = 0

    def deliver(self, mail: Stored, uid: int | None = None) -> None:
        """Put a mail into the inbox; a given UID is one that a cluster had kept back until now."""
        self.mails[self.take_uid() if uid is None else uid] = mail

    def take_uid(self) -> int:
        """A UID that no mail will be given any more."""
        self.next_uid += 1
        return self.next_uid - 1

    def sift(self, mail: Stored) -> None:
        """Put a mail into the folder for junk; its UIDs are its own, and never given twice."""
        self.junk_uid += 1
        self.junk[self.junk_uid] = mail

    def renumber(self) -> None:
        """Lose the index: another UIDVALIDITY, and UIDs that count from one in another order."""
        self.validity += 1
        mails = list(self.mails.values())
        self.chance.shuffle(mails)
        self.mails = dict(enumerate(mails, start=1))
        self.next_uid = len(mails) + 1

    def restore(self, backup: tuple[int, int, dict[int, Stored]]) -> None:
        """Put back an older state: UIDs that were given out since will be given to other mails.

        What came since is put in again, as providers do from their logs.
        """
        here = list(self.mails.values())
        validity, self.next_uid, self.mails = backup[0], backup[1], dict(backup[2])
        self.validity = validity
        known = {id(mail) for mail in self.mails.values()}
        for mail in here:
            if id(mail) not in known:
                self.deliver(mail)

    def backup(self) -> tuple[int, int, dict[int, Stored]]:
        """The state of now."""
        return self.validity, self.next_uid, dict(self.mails)

    def welcomes(self, now: datetime) -> None:
        """Raise what stands in the way of a session at `now`."""
        self.answers(now)
        if self.refuses_until is not None and now < self.refuses_until:
            raise LoginRefused("the mail server refuses the password")

    def answers(self, now: datetime) -> None:
        """Raise if the server cannot be reached at `now`."""
        if self.away_until is not None and now < self.away_until:
            raise Unavailable("the mail server is away")


class Session:
    """An `Inbox` on that server, or its folder for junk. Its connection breaks where a step says so."""

    def __init__(self, server: MailServer, steps: Steps, hands: Hands, folder: str = INBOX) -> None:
        self.mailbox = folder
        self.not_filing_because = "" if folder == INBOX else "it is switched off"
        self._word = "imap" if folder == INBOX else "junk"
        self._server = server
        self._steps = steps
        self._hands = hands
        self._validity = ""
        self._open = False

    def connect(self) -> None:
        """Begin a session; UIDs mean what the server says now."""
        self._step("connect")
        self._server.welcomes(self._hands.now)
        self._server.sessions += 1
        self._validity = str(self._server.validity) if self.mailbox == INBOX else "1"
        self._open = True

    def scan(self) -> tuple[Place, ...]:
        """Every UID, in rising order."""
        self._ask("scan")
        return tuple(Place(self.mailbox, self._validity, str(uid)) for uid in sorted(self._mails))

    def senders(self, places: Sequence[Place]) -> dict[Place, str]:
        """`From` of each of these mails."""
        self._ask("senders")
        found = {place: self._mails.get(int(place.name)) for place in places}
        heads = {place: mail.raw.partition(b"From: ")[2] for place, mail in found.items() if mail is not None}
        return {place: head.partition(b"\r\n")[0].decode() for place, head in heads.items()}

    def dates(self, places: Sequence[Place]) -> dict[Place, datetime]:
        """The server's date of each of these mails."""
        self._ask("dates")
        found = {place: self._mails.get(int(place.name)) for place in places}
        return {place: mail.at for place, mail in found.items() if mail is not None}

    def fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        """Bring the mails into the archive, a few together."""
        for few in _batched(places, 3):
            yield from self._fetch(few, archive)

    def _fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        come: list[tuple[Place, Stored]] = []
        for place in places:
            self._ask("fetch")
            mail = self._mails.get(int(place.name))
            if mail is None or place.validity != self._validity:
                yield Vanished(place)
            else:
                come.append((place, mail))
        with ExitStack() as house:
            incoming = []
            for _, mail in come:
                self._steps.step("disk write")
                incoming.append(house.enter_context(archive.open_incoming()))
                incoming[-1].write(mail.raw)
            self._steps.step("disk settle")
            settled = archive.settle(incoming)
        self._steps.step("disk settled")
        for (place, mail), (name, size) in zip(come, settled, strict=True):
            yield RawMail(sha256=name, size=size, place=place, server_at=mail.at)

    def file_away(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Move the mails one by one: a connection may break between two of them, or after the last."""
        for place in places:
            self._ask("move")
            mail = self._server.mails.pop(int(place.name), None)
            if mail is not None:
                self._server.filed.append(mail)
        self._ask("moved")
        return tuple(places)

    def filed(self) -> int:
        """What was moved out of the inbox."""
        self._ask("status")
        return len(self._server.filed) if not self.not_filing_because else 0

    def quotas(self) -> tuple[Quota, ...]:
        """This server has room for everything."""
        self._ask("quotas")
        return ()

    def idle(self, seconds: float, wake: socket | None = None) -> bool:
        """Not asked: the story says when mailbot looks."""
        raise NotImplementedError

    def close(self) -> None:
        """End the session."""
        self._open = False

    @property
    def _mails(self) -> dict[int, Stored]:
        return self._server.mails if self.mailbox == INBOX else self._server.junk

    def _ask(self, name: str) -> None:
        if not self._open:
            raise Unavailable("not connected")
        self._step(name)
        try:
            self._server.answers(self._hands.now)
        except Unavailable:
            self._open = False
            raise

    def _step(self, name: str) -> None:
        try:
            self._steps.step(f"{self._word} {name}")
        except Unavailable:
            self._open = False
            raise


def _batched(places: Sequence[Place], size: int) -> Iterator[Sequence[Place]]:
    for at in range(0, len(places), size):
        yield places[at : at + size]
