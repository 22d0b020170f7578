"""Mails that mailbot sends to its own mailbox, to see what becomes of them: how they are found again."""

from collections.abc import Iterator, Sequence

from mailbot.core.mail import Mail, Place
from mailbot.inbox.archive import Archive
from mailbot.inbox.extract import Reader
from mailbot.inbox.raw import RawMail
from mailbot.inbox.source import Inbox


def mails_at(
    places: Sequence[Place], inbox: Inbox, reader: Reader, archive: Archive
) -> Iterator[tuple[RawMail, Mail]]:
    """Each mail at these places that can be fetched, as bytes in `archive` and as read.

    Raises:
        Unavailable: the mailbox cannot be read now.
    """
    for raw in inbox.fetch(places, archive):
        if isinstance(raw, RawMail):
            yield raw, reader.parse(archive.path(raw.sha256), sha256=raw.sha256, size=raw.size)


async def always() -> bool:
    """Whether such a mail may leave at its final dot: nothing that is learnt meanwhile concerns it."""
    return True
