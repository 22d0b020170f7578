"""The embedded default inbox: a Maildir (https://cr.yp.to/proto/maildir.html), no server at all.

A mail's place is the part of its file name before the flags, which stays when a mail program moves
it from `new` to `cur` or marks it. Filing away is one rename into a Maildir++ folder.
"""

import os
import select
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

from mailbot.core.machine.quota import Quota
from mailbot.core.mail import Place
from mailbot.errors import FilingRefused, Unavailable
from mailbot.inbox.archive import MAILS_TOGETHER, SLICE_BYTES, Archive, Incoming
from mailbot.inbox.raw import Fetched, RawMail, Unfetchable, Vanished

# Names in a Maildir are unique for ever, so nothing can make an old one mean another mail.
_VALIDITY = "maildir"
_BOXES = ("new", "cur")
_FLAGS_FOLLOW = ":"
# How often the folder is looked at while waiting; Python's standard library has no inotify.
_LOOK_EVERY_SECONDS = 0.25


class MaildirInbox:
    """The Maildir at `folder`; if `move`, mails are filed into its `filed_folder`.

    It is never made here: an empty one in the place of a disk that is not mounted, or of a slip in the path,
    would look as if nobody had reported.
    """

    def __init__(self, folder: Path, filed_folder: str = "mailbot", *, move: bool = True) -> None:
        self.mailbox = str(folder)
        self.not_filing_because = "" if move else "it is switched off"
        self._folder = folder
        self._filed = folder / f".{filed_folder}"
        self._seen: tuple[int, ...] = ()

    def connect(self) -> None:
        """See that the Maildir is there.

        Raises:
            Unavailable: it is not, or cannot be read.
        """
        self._times()

    def scan(self) -> tuple[Place, ...]:
        """Every mail in `new` and `cur`, the oldest name first."""
        self._seen = self._times()
        return tuple(self._place(name) for name in sorted(self._files()))

    def dates(self, places: Sequence[Place]) -> dict[Place, datetime]:
        """The times of these mails' files."""
        files, found = self._files(), {}
        for place in places:
            if (path := files.get(place.name)) is not None:
                with suppress(OSError):
                    found[place] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return found

    def fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        """Bring these mails into the archive; the server's time is the time of the file."""
        files = self._files()
        for at in range(0, len(places), MAILS_TOGETHER):
            yield from self._fetch(places[at : at + MAILS_TOGETHER], files, archive)

    def file_away(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Rename these mails into the filed folder; its mails are marked neither seen nor anything."""
        if self.not_filing_because:
            return ()
        files = self._files()
        try:
            make_folder(self._filed)
            # The file that tells a Maildir++ folder from a Maildir (Courier's convention).
            (self._filed / "maildirfolder").touch()
            for place in places:
                if (path := files.get(place.name)) is not None:
                    with suppress(FileNotFoundError):
                        path.rename(self._filed / "cur" / _with_flags(path.name))
        except OSError as error:
            raise FilingRefused(f"mails cannot be filed into {self._filed}: {error.strerror}") from error
        return tuple(places)

    def filed(self) -> int:
        """The files in the filed folder."""
        there = not self.not_filing_because and self._filed.exists()
        return len(MaildirInbox(self._filed).scan()) if there else 0

    def quotas(self) -> tuple[Quota, ...]:
        """None: the disk itself is watched."""
        return ()

    def idle(self, seconds: float, wake: socket | None = None) -> bool:
        """Look at the folder's times until one changes since the last scan."""
        sockets = [] if wake is None else [wake]
        left = seconds
        while self._times() == self._seen:
            pause = min(left, _LOOK_EVERY_SECONDS)
            if pause <= 0 or select.select(sockets, [], [], pause)[0]:
                return False
            left -= pause
        return True

    def close(self) -> None:
        """Nothing is held open."""

    def _place(self, name: str) -> Place:
        return Place(str(self._folder), _VALIDITY, name)

    def _files(self) -> dict[str, Path]:
        """The files by the lasting part of their names."""
        try:
            found = [
                Path(entry) for box in _BOXES for entry in os.scandir(self._folder / box) if entry.is_file()
            ]
        except OSError as error:
            raise Unavailable(f"the Maildir {self._folder} cannot be read: {error.strerror}") from error
        return {path.name.partition(_FLAGS_FOLLOW)[0]: path for path in found if path.name[0] != "."}

    def _times(self) -> tuple[int, ...]:
        try:
            return tuple((self._folder / box).stat().st_mtime_ns for box in _BOXES)
        except OSError as error:
            raise Unavailable(f"the Maildir {self._folder} cannot be read: {error.strerror}") from error

    def _fetch(self, places: Sequence[Place], files: dict[str, Path], archive: Archive) -> Iterator[Fetched]:
        copied: dict[Place, tuple[Incoming, datetime]] = {}
        with ExitStack() as house:
            for place in places:
                incoming = house.enter_context(archive.open_incoming())
                outcome = self._copy(place, files.get(place.name), incoming)
                if isinstance(outcome, datetime):
                    copied[place] = (incoming, outcome)
                else:
                    incoming.drop()
                    yield outcome
            settled = archive.settle([incoming for incoming, _ in copied.values()])
        for (place, (_, written_at)), (sha256, size) in zip(copied.items(), settled, strict=True):
            yield RawMail(sha256=sha256, size=size, place=place, server_at=written_at)

    def _copy(self, place: Place, path: Path | None, incoming: Incoming) -> datetime | Vanished | Unfetchable:
        """Copy one mail; its time, or why there is none."""
        # A mail program may rename the file (new to cur, flags) between the listing and now.
        if path is None or not path.exists():
            path = self._files().get(place.name)
        if path is not None:
            with suppress(FileNotFoundError):
                return _copy(place, path, incoming)
        return Vanished(place)


def _copy(place: Place, path: Path, incoming: Incoming) -> datetime | Unfetchable:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(SLICE_BYTES):
                incoming.write(piece)
            return datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        raise
    except PermissionError as error:
        return Unfetchable(place, error.strerror or str(error))
    except OSError as error:
        # Too few descriptors, a broken disk: our fault, never the mail's.
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from error


def make_folder(folder: Path) -> None:
    """Make a folder within a Maildir (Maildir++) where it is missing.

    Raises:
        OSError: it cannot be made; also where there is no such Maildir.
    """
    for made in (folder, *(folder / part for part in (*_BOXES, "tmp"))):
        made.mkdir(mode=0o700, exist_ok=True)


def _with_flags(name: str) -> str:
    # A file in `cur` carries flags, though it be none.
    return name if _FLAGS_FOLLOW in name else f"{name}:2,"
