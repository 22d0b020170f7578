"""The province's mail server: brings mails into the office's Maildir, and letters to those they are for."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from urllib.parse import unquote

from mailbot.rehearsal.agenda import Agenda
from mailbot.rehearsal.drafts import Draft, sent
from mailbot.rehearsal.truth import Truth

# mailbot looks into the mailbox every minute; the rehearsal looks only where something lies in it.
_GRAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter as it lies in one receiver's box."""

    box: str
    head: Message
    path: Path

    @property
    def kind(self) -> str:
        """The kind of notice that mailbot wrote on it."""
        return str(self.head["X-Mailbot-Notice"])

    @property
    def text(self) -> str:
        """What it says, as plain text."""
        written = message_from_bytes(self.path.read_bytes())
        found = next(part for part in written.walk() if part.get_content_type() == "text/plain")
        octets = found.get_payload(decode=True)
        assert isinstance(octets, bytes)
        return octets.decode()

    @property
    def answers(self) -> str:
        """The Message-ID of the mail that it answers, or ""."""
        return str(self.head["In-Reply-To"] or "").strip()


class PostRoom:
    """Knows every mail that it brought, and what it really was.

    Attributes:
        truths: by the SHA-256 of the mail's bytes.
        by_message_id: the first delivery of each mail.
        handed_out: one file of each letter that came into a box, by Message-ID.
    """

    def __init__(self, inbox: Path, letters: Path, agenda: Agenda) -> None:
        self.truths: dict[str, Truth] = {}
        self.by_message_id: dict[str, Truth] = {}
        self.handed_out: dict[str, Path] = {}
        self._inbox = inbox
        self._letters = letters
        self._agenda = agenda
        self._count = 0
        self._parser = BytesHeaderParser()

    def bring(self, draft: Draft, at: datetime, truth: Truth, *, hop: str = "a") -> None:
        """Put the mail into the office's Maildir at that instant."""
        self._agenda.put(at, lambda now: self._deliver(draft, now, truth, hop))

    def hand_out(self) -> Iterator[Copy]:
        """Every letter that lies unread in somebody's box; from then on it is read."""
        if not self._letters.is_dir():
            return
        for box in sorted(self._letters.iterdir()):
            for fresh in sorted((box / "new").iterdir()):
                path = fresh.rename(box / "cur" / f"{fresh.name}:2,S")
                with path.open("rb") as file:
                    copy = Copy(unquote(box.name), self._parser.parse(file), path)
                self.handed_out.setdefault(str(copy.head["Message-ID"]), path)
                yield copy

    def _deliver(self, draft: Draft, now: datetime, truth: Truth, hop: str) -> None:
        octets = sent(draft, now, hop=hop)
        self._count += 1
        name = f"{int(now.timestamp())}.{self._count:05}.mx"
        temporary = self._inbox / "tmp" / name
        temporary.write_bytes(octets)
        # The time of a Maildir file is the server's time of the mail.
        os.utime(temporary, (now.timestamp(), now.timestamp()))
        temporary.rename(self._inbox / "new" / name)
        known = replace(truth, arrived_at=now, message_id=draft.message_id)
        self.truths[hashlib.sha256(octets).hexdigest()] = known
        self.by_message_id.setdefault(draft.message_id, known)
        self._agenda.call_mailbot(soon(now))


def soon(now: datetime) -> datetime:
    """When mailbot looks next after `now`."""
    since = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    hour = now - since
    return hour + _GRAIN * (since // _GRAIN + 1)
