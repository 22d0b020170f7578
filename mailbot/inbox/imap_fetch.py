"""Bringing mails over IMAP into the archive: small ones in batches, big ones in slices."""

import imaplib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mailbot.core.mail import Place
from mailbot.errors import Unavailable
from mailbot.inbox.archive import MAILS_TOGETHER, Archive
from mailbot.inbox.imap_session import ImapSettings, asks_for_patience, plain
from mailbot.inbox.raw import Fetched, RawMail, Unfetchable, Vanished

# UIDs in one command: bounds the command's line, and the answers that wait in memory.
UIDS_PER_COMMAND = 200
# A name and an address, with room for names in encoded words.
_FIELD_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail as the server announces it; `size` is a hint, for some servers estimate it."""

    place: Place
    uid: int
    size: int
    server_at: datetime | None


def fetch(
    client: Any, places: Sequence[Place], archive: Archive, settings: ImapSettings
) -> Iterator[Fetched]:
    """Fetch these mails of the selected folder; see `Inbox.fetch`. The library's errors pass through."""
    for at in range(0, len(places), UIDS_PER_COMMAND):
        some = places[at : at + UIDS_PER_COMMAND]
        listed = _list(client, some)
        known = {mail.place for mail in listed}
        yield from (Vanished(place) for place in some if place not in known)
        for batch in _batches(listed, settings):
            if len(batch) == 1:
                yield _fetch_sliced(client, batch[0], archive, settings)
            else:
                yield from _fetch_batch(client, batch, archive, settings)


def dates(client: Any, places: Sequence[Place]) -> dict[Place, datetime]:
    """The server's dates of these mails of the selected folder, in UTC; without those that are gone."""
    found = {}
    for at in range(0, len(places), UIDS_PER_COMMAND):
        by_uid = {int(place.name): place for place in places[at : at + UIDS_PER_COMMAND]}
        for uid, answer in client.fetch(list(by_uid), ["INTERNALDATE"]).items():
            if uid in by_uid and (date := _in_utc(answer.get(b"INTERNALDATE"))) is not None:
                found[by_uid[uid]] = date
    return found


def senders(client: Any, places: Sequence[Place]) -> dict[Place, str]:
    """`From` of these mails of the selected folder, as it stands there; without those that are gone."""
    by_uid = {int(place.name): place for place in places}
    return {by_uid[uid]: line for uid, line in field_of(client, list(by_uid), "From").items()}


def field_of(client: Any, uids: Sequence[int], name: str) -> dict[int, str]:
    """That field of each of these mails of the selected folder, "" or a line end where it has none."""
    found = {}
    for at in range(0, len(uids), UIDS_PER_COMMAND):
        some = uids[at : at + UIDS_PER_COMMAND]
        asked = f"BODY.PEEK[HEADER.FIELDS ({name.upper()})]<0.{_FIELD_BYTES}>"
        for uid, answer in client.fetch(some, [asked]).items():
            # Servers quote the name of the field in their answers, or not.
            fields = [value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS")]
            if uid in some and fields and isinstance(fields[0], bytes):
                found[uid] = fields[0].decode("utf-8", "replace")
    return found


def _list(client: Any, places: Sequence[Place]) -> list[Listed]:
    by_uid = {int(place.name): place for place in places}
    answers = client.fetch(list(by_uid), ["INTERNALDATE", "RFC822.SIZE"])
    return [
        Listed(
            place=place,
            uid=uid,
            size=_size(answers[uid].get(b"RFC822.SIZE")),
            server_at=_in_utc(answers[uid].get(b"INTERNALDATE")),
        )
        for uid, place in by_uid.items()
        # A server may send unasked flags of a mail that is gone: date or size tell that it is here.
        if uid in answers and not answers[uid].keys().isdisjoint({b"INTERNALDATE", b"RFC822.SIZE"})
    ]


def _size(declared: object) -> int:
    return declared if isinstance(declared, int) else 0


def _in_utc(date: object) -> datetime | None:
    try:
        return date.astimezone(UTC) if isinstance(date, datetime) else None
    except OverflowError:
        # The last evening of the year 9999, west of Greenwich.
        return None


def _batches(listed: Sequence[Listed], settings: ImapSettings) -> Iterator[list[Listed]]:
    """Group small mails by bytes; one that is big, or of unknown size, goes alone."""
    batch: list[Listed] = []
    gathered = 0
    for mail in listed:
        if not 0 < mail.size <= settings.slice_bytes:
            yield [mail]
            continue
        if batch and gathered + mail.size > settings.batch_bytes:
            yield batch
            batch, gathered = [], 0
        batch.append(mail)
        gathered += mail.size
    if batch:
        yield batch


def _fetch_batch(
    client: Any, batch: Sequence[Listed], archive: Archive, settings: ImapSettings
) -> Iterator[Fetched]:
    try:
        answers = client.fetch([mail.uid for mail in batch], ["BODY.PEEK[]"])
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        _require_patience(error, settings)
        # The server refused: one mail of the batch may be what it cannot read. The rest must come.
        for mail in batch:
            yield _fetch_sliced(client, mail, archive, settings)
        return
    for mail in batch:
        if not answers.get(mail.uid, {}).get(b"BODY[]"):
            yield _missing(client, mail)
            answers.pop(mail.uid, None)
    here = [mail for mail in batch if mail.uid in answers]
    for at in range(0, len(here), MAILS_TOGETHER):
        yield from _keep_together(here[at : at + MAILS_TOGETHER], answers, archive)


def _keep_together(mails: Sequence[Listed], answers: Any, archive: Archive) -> Iterator[Fetched]:
    with ExitStack() as house:
        incoming = [house.enter_context(archive.open_incoming()) for _ in mails]
        for mail, file in zip(mails, incoming, strict=True):
            file.write(answers.pop(mail.uid)[b"BODY[]"])
        settled = archive.settle(incoming)
    for mail, (sha256, size) in zip(mails, settled, strict=True):
        yield RawMail(sha256=sha256, size=size, place=mail.place, server_at=mail.server_at)


def _fetch_sliced(client: Any, mail: Listed, archive: Archive, settings: ImapSettings) -> Fetched:
    """Stream one mail into the archive; never more than a slice of it is in memory."""
    slice_bytes = settings.slice_bytes
    with archive.open_incoming() as incoming:
        while True:
            try:
                answers = client.fetch([mail.uid], [f"BODY.PEEK[]<{incoming.size}.{slice_bytes}>"])
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                _require_patience(error, settings)
                return Unfetchable(mail.place, plain(error))
            piece = answers.get(mail.uid, {}).get(b"BODY[]<%d>" % incoming.size)
            if piece is None:
                # Expunged before or between two slices: what is here is not the whole mail.
                return _missing(client, mail)
            incoming.write(piece)
            if not piece or (len(piece) < slice_bytes and incoming.size >= mail.size):
                break
        if not incoming.size:
            return _missing(client, mail)
        sha256, size = incoming.finish()
    return RawMail(sha256=sha256, size=size, place=mail.place, server_at=mail.server_at)


def _require_patience(error: imaplib.IMAP4.error, settings: ImapSettings) -> None:
    """Leave a server alone that finds us too fast: to ask for the next mail at once would help nobody.

    Raises:
        Unavailable: then.
    """
    if asks_for_patience(error):
        raise Unavailable(f"{settings.where}: fetching mails: {plain(error)}") from error


def _missing(client: Any, mail: Listed) -> Fetched:
    """Why a listed mail did not come: OK with nothing is also what servers answer for expunged mails."""
    if mail.uid in client.search(["UID", str(mail.uid)]):
        return Unfetchable(mail.place, "the server lists the mail and gives no content")
    return Vanished(mail.place)
