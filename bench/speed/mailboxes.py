"""A real Dovecot with as many mailboxes as there are readings: every reader finds a fresh one."""

import os
import pwd
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

import trustme
from servers.dovecot import Dovecot

from speed.corpus import Mailing

PASSWORD = "bench"
_HOST = "mail.bench.example"
_READERS = 400


class Mailboxes:
    """Dovecot on loopback; `filled` gives out mailboxes that hold a stored corpus."""

    def __init__(self) -> None:
        users = {f"box{n}@bench.example": PASSWORD for n in range(_READERS)}
        self.dovecot = Dovecot(users, trustme.CA())
        self._free = iter(users)
        self._store = self.dovecot.home / "corpora"
        owner = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._owner = owner.pw_uid, owner.pw_gid

    def __enter__(self) -> Self:
        self.dovecot.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.dovecot.close()

    def store(self, corpus: str, mailings: Iterable[Mailing]) -> int:
        """Keep the mails on disk under a name; their size in bytes."""
        folder = self._store / corpus
        folder.mkdir(parents=True)
        total = 0
        for number, mailing in enumerate(mailings):
            size = len(mailing.raw)
            wire = size + mailing.raw.count(b"\n")
            # As Dovecot names what it delivers: with its size, and the size that it has on the wire.
            stamp = int(mailing.at.timestamp())
            path = folder / f"{stamp}.M{number:06}P1.{_HOST},S={size},W={wire}"
            path.write_bytes(mailing.raw)
            os.utime(path, (stamp, stamp))
            os.chown(path, *self._owner)
            total += wire
        return total

    def count(self, corpus: str) -> int:
        """How many mails are stored under that name."""
        return sum(1 for _ in (self._store / corpus).iterdir())

    @contextmanager
    def filled(self, corpus: str, most: int | None = None) -> Iterator[str]:
        """A mailbox that nobody has opened yet, with the stored mails or the first `most` of them."""
        user = next(self._free)
        maildir = self.dovecot.maildir(user)
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True)
        for mail in sorted((self._store / corpus).iterdir())[:most]:
            os.link(mail, maildir / "new" / mail.name)
        for path in (maildir.parent, maildir, *maildir.iterdir()):
            os.chown(path, *self._owner)
        try:
            yield user
        finally:
            shutil.rmtree(maildir.parent)
