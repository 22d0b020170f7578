r"""The shared mailbox on an IMAP server, as an `Inbox`.

A mail's place is (folder, UIDVALIDITY, UID), never a flag: `\Seen` is neither read nor set, so staff
may open the mailbox in webmail at will. The folder is opened read-only unless mails are filed away.
"""

import imaplib
import secrets
import select
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from socket import socket
from typing import Any

from mailbot.core.machine.quota import Quota
from mailbot.core.mail import Place
from mailbot.errors import FilingRefused, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.imap_fetch import UIDS_PER_COMMAND, dates, fetch, senders
from mailbot.inbox.imap_filing import filed_by_others, folder_on_server, full_name, move, why_not
from mailbot.inbox.imap_idle import await_news
from mailbot.inbox.imap_quota import quotas
from mailbot.inbox.imap_session import ImapSettings, asking, hang_up, log_out, open_session, plain
from mailbot.inbox.raw import Fetched, Unfetchable, Vanished

__all__ = ["ImapInbox", "ImapSettings"]

# imaplib refuses lines above a million bytes: a search answers for so many UIDs at once.
_UIDS_PER_SEARCH = 50_000
# Without IDLE the caller is told to look this often at the latest.
_POLL_SECONDS = 60.0
# A connection may break while a good mail is on its way; breaking three times is the mail's doing.
_MOST_STRIKES = 3
# An alarm and a log tell them too, and mailboxes have dozens.
_MOST_NAMED = 20
# What servers that mark no folder call the one for junk, Exchange in the account's language.
_CALLED_JUNK = ("junk", "spam", "junk e-mail", "junk email", "bulk mail", "thư rác", "email rác")


class ImapInbox:
    """One session with the shared mailbox; for one thread."""

    def __init__(self, settings: ImapSettings) -> None:
        self.mailbox = settings.folder
        self.not_filing_because = ""
        self._settings = settings
        self._opened = settings.folder
        self._client: Any = None
        self._validity = ""
        self._uid_next = 0
        self._filed_folder = ""
        self._copied: set[int] = set()
        self._strikes: Counter[Place] = Counter()

    def connect(self) -> None:
        """Log in and open the folder."""
        self.close()
        self._client = open_session(self._settings)
        with self._session("opening the folder") as client:
            selected = self._select(client)
            self._uid_next = selected.get(b"UIDNEXT") or 0
            # Without a UIDVALIDITY the UIDs mean nothing beyond this session.
            validity = str(selected.get(b"UIDVALIDITY") or f"session-{secrets.token_hex(8)}")
            if validity != self._validity:
                self._copied.clear()
            self._validity = validity
            self._filed_folder = ""
            self.not_filing_because = why_not(client) if self._settings.move else "it is switched off"

    def _select(self, client: Any) -> dict[bytes, Any]:
        """Open the folder by its name as it was given, or else as the server calls it."""
        name, readonly = self._settings.folder, not self._settings.move
        self._opened = name
        try:
            return dict(client.select_folder(name, readonly=readonly))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            self._opened = full_name(client, name)
            self._see_that_it_is_there(client)
            if self._opened == name:
                raise
            return dict(client.select_folder(self._opened, readonly=readonly))

    def _see_that_it_is_there(self, client: Any) -> None:
        """Say which folders there are, if the one that is wanted is none of them: renamed, or a slip."""
        names = sorted(str(name) for _flags, _separator, name in client.list_folders())
        if self._opened not in names:
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            says = f"no folder is called {self._settings.folder}; there are {', '.join(names[:_MOST_NAMED])}"
            raise Unavailable(f"{self._settings.where}: opening the folder: {says}{more}")

    def scan(self) -> tuple[Place, ...]:
        """Every UID in the folder, in rising order."""
        uids: set[int] = set()
        with self._session("listing the folder") as client:
            # A search may answer as of the last command: only now need the server look what came since.
            client.noop()
            first = 1
            while first + _UIDS_PER_SEARCH < self._uid_next:
                uids.update(client.search(["UID", f"{first}:{first + _UIDS_PER_SEARCH - 1}"]))
                first += _UIDS_PER_SEARCH
            # "n:*" also answers the last mail when its UID is below n; a set does not mind.
            uids.update(client.search(["UID", f"{first}:*"]))
        return tuple(Place(self._settings.folder, self._validity, str(uid)) for uid in sorted(uids))

    def dates(self, places: Sequence[Place]) -> dict[Place, datetime]:
        """INTERNALDATE of these mails."""
        with self._session("asking for dates") as client:
            return dates(client, [place for place in places if self._is_here(place)])

    def senders(self, places: Sequence[Place]) -> dict[Place, str]:
        """`From` of each of these mails as it stands there; see `Sifted`."""
        with self._session("asking for senders") as client:
            return senders(client, [place for place in places if self._is_here(place)])

    def fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        """Bring these mails into the archive; see `Inbox.fetch`.

        Mails on which the connection broke before are asked for alone and last, so that one which
        kills every connection holds up no other; after three times it is `Unfetchable`, and is
        tried again every second time that it is asked for.
        """
        yield from (Vanished(place) for place in places if not self._is_here(place))
        here = [place for place in places if self._is_here(place)]
        struck = sorted((p for p in here if self._strikes[p]), key=lambda p: self._strikes[p])
        yield from self._fetch([place for place in here if not self._strikes[place]], archive)
        for place in struck:
            if self._strikes[place] >= _MOST_STRIKES:
                self._strikes[place] -= 1
                yield Unfetchable(place, "the connection broke each time the mail was asked for")
            else:
                yield from self._fetch([place], archive)

    def file_away(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Move these mails into the filed folder; see `Inbox.file_away`."""
        here = {int(place.name): place for place in places if self._is_here(place)}
        if self.not_filing_because or not here:
            return ()
        with self._session("filing mails away") as client:
            moved = self._move(client, list(here))
        if isinstance(moved, str):
            raise FilingRefused(f"{self._settings.where}: filing mails away: {moved}")
        return tuple(place for uid, place in here.items() if uid in moved)

    def _move(self, client: Any, uids: Sequence[int]) -> frozenset[int] | str:
        """The mails that are out of the inbox, or the server's words where it refuses."""
        try:
            if not self._filed_folder:
                self._filed_folder = folder_on_server(client, self._settings.filed_folder)
            return move(client, uids, self._filed_folder, self._copied)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # The folder may have been taken away; then the next try makes it anew.
            self._filed_folder = ""
            return plain(error)

    def filed(self) -> int:
        """The mails in the filed folder, if there is one; see `filed_by_others`."""
        if self.not_filing_because:
            return 0
        with self._session("looking for filed mails") as client:
            return filed_by_others(client, self._settings.filed_folder, self._opened)

    def quotas(self) -> tuple[Quota, ...]:
        """The limits of the quota roots of the folder; none where the server keeps them to itself."""
        with self._session("asking how full it is") as client:
            return quotas(client, self._opened)

    def idle(self, seconds: float, wake: socket | None = None) -> bool:
        """Wait with IDLE; on a server without it, say after a minute that something may have come."""
        with self._session("waiting for mail") as client:
            if self._settings.idle and client.has_capability("IDLE"):
                return await_news(client, seconds, wake)
        woken = select.select([] if wake is None else [wake], [], [], min(seconds, _POLL_SECONDS))[0]
        return not woken

    def folders(self) -> tuple[str, ...]:
        """The names of the folders that the account sees, for a person to choose from."""
        with self._session("listing the folders") as client:
            return tuple(sorted(str(name) for _flags, _separator, name in client.list_folders()))

    def junk_folder(self) -> str | None:
        r"""The folder that the server files junk into, marked \Junk (RFC 6154) or else known by its name."""
        with self._session("looking for the folder for junk") as client:
            listed = [
                (flags, _last(name, separator), name) for flags, separator, name in client.list_folders()
            ]
        marked = [name for flags, _, name in listed if b"\\Junk" in flags]
        called = [name for word in _CALLED_JUNK for _, last, name in listed if last == word]
        return next(iter([*marked, *called]), None)

    @property
    def announces(self) -> bool:
        """Whether the server offers to announce new mail (IDLE)."""
        with self._session("asking what the server can") as client:
            return bool(client.has_capability("IDLE"))

    def close(self) -> None:
        """Log out, if there is a session."""
        if self._client is not None:
            client, self._client = self._client, None
            log_out(client)

    def _is_here(self, place: Place) -> bool:
        return place.mailbox == self._settings.folder and place.validity == self._validity

    def _fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        if not places:
            return
        waiting = dict.fromkeys(places)
        with self._session("fetching mails") as client:
            try:
                for fetched in fetch(client, places, archive, self._settings):
                    waiting.pop(_place(fetched), None)
                    self._strikes.pop(_place(fetched), None)
                    yield fetched
            except Unavailable:
                # The disk, not the mail.
                raise
            except Exception:
                # All that may have been on their way; the good ones lose their strike next time.
                self._strikes.update(list(waiting)[:UIDS_PER_COMMAND])
                raise

    @contextmanager
    def _session(self, doing: str) -> Iterator[Any]:
        """The session; after any error it is given up, for its answers can no longer be trusted."""
        if self._client is None:
            raise Unavailable(f"{self._settings.where}: {doing}: not connected")
        try:
            with asking(self._settings.where, doing):
                yield self._client
        except GeneratorExit:
            # The caller wants no more mails; between two of them the session is sound.
            raise
        except BaseException:
            client, self._client = self._client, None
            hang_up(client)
            raise


def _last(name: str, separator: bytes | None) -> str:
    """The last part of a folder's name, in lower case."""
    return name.rpartition(separator.decode())[2].lower() if separator else name.lower()


def _place(fetched: Fetched) -> Place:
    assert fetched.place is not None, "a mail from a mailbox has a place"
    return fetched.place
