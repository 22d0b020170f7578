"""Backup, restore, and finding out after a restore what was done since the backup was taken.

A restored ledger knows less than the world does: mails were recorded and letters sent that it has never heard
of. So it starts on hold, reads the folder of filed mails again, and a person looks at what would leave.
"""

import json
import shutil
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import mailbot
from mailbot.config import Config, SqliteLedger
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.posting import State
from mailbot.core.seals.sealing import keeps_no_bytes
from mailbot.daemon.doors import open_filed
from mailbot.daemon.house import House, open_ledger
from mailbot.daemon.lock import sole, sole_writer
from mailbot.daemon.manifest import MANIFEST, Manifest, manifest_of
from mailbot.daemon.planning import plan_round
from mailbot.daemon.progress import Progress, unseen
from mailbot.daemon.recognition import KNOWN, strange_until_held
from mailbot.daemon.terms import Terms
from mailbot.disk import put
from mailbot.errors import LedgerBroken, Unavailable
from mailbot.inbox.archive import Archive, ArchiveBroken
from mailbot.ledger import saving
from mailbot.ledger.store import Ledger

_FILES = ("ledger.db", "ledger.db-wal", "ledger.db-shm")
RESTORED = "restored from the backup of {made_at}; `mailbot reconcile` shows what to do next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a restored mailbot found out.

    Attributes:
        recovered: numbers of arrivals found in the folder of filed mails; they are receipted already.
        waiting: numbers of letters that would leave if the hold switch were opened.
    """

    recovered: tuple[int, ...]
    waiting: tuple[int, ...]


def back_up(config: Config, folder: Path, now: datetime, progress: Progress = unseen) -> Manifest:
    """Write a backup into `folder`, or bring the one there up to date; mailbot may be at work meanwhile.

    The ledger is copied before the archive, so that every arrival in it has its bytes there. Mails are never
    copied twice. Passwords, the vault of sealed mails, and mails that are not judged yet are no part of it.

    Raises:
        Unavailable: something cannot be read or written; the backup before this one is left as it was, but
            for mails added.
        LedgerBroken: the backup there is of another ledger, or knows more than this one; or, when all else
            was written, mails are lost or changed here and in no backup of that folder.
    """
    _stands_apart(config, folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sole_writer(folder):
            manifest, lacking = _write(config, folder, now, progress)
    except OSError as error:
        raise Unavailable(f"the backup cannot be written: {error}") from error
    if lacking:
        raise ArchiveBroken(
            f"{folder} is up to date but for {len(lacking)} mails that are lost or changed here, the first is"
            f" {lacking[0]}; `mailbot verify` lists them, an older backup may hold them"
        )
    return manifest


def _write(
    config: Config, folder: Path, now: datetime, progress: Progress
) -> tuple[Manifest, tuple[str, ...]]:
    """Write all that there is; what was written, and the mails on record whose bytes are in no backup."""
    fresh = folder / "ledger.new"
    fresh.unlink(missing_ok=True)
    with open_ledger(config) as ledger:
        _require_successor(ledger, folder)
        # Told before it is copied, so that the copy holds all that is told of it.
        counts, head = ledger.counts(), ledger.head
        saving.save(config.ledger_url, fresh)
        recorded, sealed = _kept(ledger.book())
        # Of a shared ledger the bytes of the mails are in the database, and in its copy.
        wanted = frozenset() if ledger.is_shared else recorded
    copies = Archive(folder / "archive")
    # What is not judged yet may bear a mark of secrecy; it comes into the next backup, or into none.
    mails, _ = _copy_mails(Archive(config.archive), copies, progress, only=recorded)
    _forget(copies, sealed)
    for name, source in (("rules", config.rules), ("templates", config.templates)):
        _copy_words(source, folder / name, anew=(folder / MANIFEST).exists())
    manifest = Manifest(
        made_at=now.isoformat(),
        version=mailbot.__version__,
        instance=ledger.instance,
        head=head,
        arrivals=counts["arrivals"],
        letters=sum(counts[state] for state in State),
        mails=mails,
    )
    fresh.replace(folder / "ledger")
    # Half of it would make the whole backup one that cannot be restored.
    put(folder / MANIFEST, json.dumps(asdict(manifest), indent=1) + "\n")
    return manifest, tuple(sorted(sha256 for sha256 in wanted if not copies.holds(sha256)))


def _require_successor(ledger: Ledger, folder: Path) -> None:
    """A ledger that was lost and made anew, or put back, must not take the place of all that it has lost.

    Raises:
        LedgerBroken: the backup in `folder` knows what this ledger does not know.
    """
    if not (folder / MANIFEST).exists():
        return
    before = manifest_of(folder)
    if before.instance != ledger.instance or not ledger.knows_link(before.head):
        raise LedgerBroken(
            f"{folder} holds a backup of {before.made_at} that knows what this ledger does not: restore it"
            " if that was lost (`mailbot restore`), or name another folder"
        )


def _stands_apart(config: Config, folder: Path) -> None:
    """A copy that is lost with its original is none; and one within the rules would be read as rules.

    Raises:
        Unavailable: the folder is, holds, or lies in one that is to be copied.
    """
    target = folder.resolve()
    for source in (config.state.resolve(), config.rules.resolve(), config.templates.resolve()):
        if target == source or source in target.parents or target in source.parents:
            says = f"{folder} is no place for a backup: {source} is to be copied there"
            raise Unavailable(f"{says}; name a folder apart, best on another disk")


def _copy_words(source: Path, copy: Path, *, anew: bool) -> None:
    """Copy the rules or the templates; with `anew` files that the office took away do not stay in the copy.

    In a folder that no backup is known to have made, what else is there may be somebody's and stays.
    """
    fresh, before = copy.with_name(f"{copy.name}.new"), copy.with_name(f"{copy.name}.old")
    try:
        if not anew:
            shutil.copytree(source, copy, dirs_exist_ok=True, ignore_dangling_symlinks=True)
            return
        for left in (fresh, before):
            shutil.rmtree(left, ignore_errors=True)
        # Some editors note by a link to nowhere that a file is open.
        shutil.copytree(source, fresh, ignore_dangling_symlinks=True)
    except shutil.Error as error:
        # It lists each file as (from, to, why).
        raise OSError("; ".join(f"{file}: {why}" for file, _, why in error.args[0])) from error
    if copy.exists():
        copy.rename(before)
    fresh.rename(copy)
    shutil.rmtree(before, ignore_errors=True)


def restore(config: Config, folder: Path, now: datetime, progress: Progress = unseen) -> Manifest:
    """Put the backup in `folder` into the state folder of `config`, on hold.

    Raises:
        LedgerBroken: there is a ledger already, or the folder holds no whole backup; or, when all else was
            put back, mails of the backup are damaged.
        Unavailable: it cannot be written.
    """
    manifest = manifest_of(folder)
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sole(config.lock_file):
        if not _holds_nothing(config):
            raise LedgerBroken("there is a ledger: a backup is restored where there is no ledger yet")
        if isinstance(config.ledger, SqliteLedger):
            for name in _FILES:
                (config.state / name).unlink(missing_ok=True)
        found, damaged = _copy_mails(Archive(folder / "archive"), Archive(config.archive), progress)
        with strange_until_held(config.state / KNOWN):
            saving.load(config.ledger_url, folder / "ledger")
            with open_ledger(config) as ledger:
                made_at = local(datetime.fromisoformat(manifest.made_at))
                ledger.hold(RESTORED.format(made_at=f"{made_at:%d/%m/%Y %H:%M}"), now)
                is_told_of = ledger.knows_link(manifest.head)
    if not is_told_of:
        raise LedgerBroken(
            f"{folder / 'ledger'} is not the ledger that {MANIFEST} tells of, or only a part of it;"
            " take another copy of the backup, and an empty state folder"
        )
    if (lacking := manifest.mails - found - len(damaged)) > 0:
        raise ArchiveBroken(
            f"restored and on hold, but {lacking} of {manifest.mails} mails are not in {folder};"
            " `mailbot verify` lists them; next: mailbot reconcile"
        )
    if damaged:
        raise ArchiveBroken(
            f"restored and on hold, but for {len(damaged)} mails that are damaged in {folder}, the first is"
            f" {damaged[0]}; `mailbot verify` lists them; next: mailbot reconcile"
        )
    return manifest


def _holds_nothing(config: Config) -> bool:
    """Whether no ledger is there, or one in which nothing is: each look at a new office makes one.

    Over any other, and over one that cannot be read, no backup is put.
    """
    if isinstance(config.ledger, SqliteLedger) and not (config.state / _FILES[0]).exists():
        return True
    try:
        with open_ledger(config) as ledger:
            return ledger.head is None and not any(ledger.counts().values())
    except LedgerBroken:
        return False


def reconcile(house: House, now: datetime) -> Reconciled:
    """Record what was filed since the backup, and plan what would leave; the hold switch stays as it is.

    Mails in the folder of filed mails, and in that for junk, were recorded and answered in the life before:
    they are taken in without answering, and reading them proves nothing of the inbox. Letters planned
    again have the Message-ID that they had before, so a mail program that has one already can tell.

    Raises:
        Unavailable: the mailbox or the ledger cannot serve now.
        LedgerBroken: nothing is on hold, so letters might leave meanwhile.
    """
    if house.ledger.held_because is None:
        raise LedgerBroken("reconciling is for a ledger on hold: `mailbot outbox hold` first")
    filed = open_filed(house.config, house.tokens)
    junk = None
    try:
        filed.connect()
        junk = house.junk(filed)
        recovered = house.intake(Terms(muted=True, proves_watch=False)).read_through(filed, junk)
    finally:
        filed.close()
        if junk is not None:
            junk.close()
    plan_round(house.ledger, house.desk, now, house.config.go_live)
    waiting = house.ledger.letters(states={State.WAITING})
    return Reconciled(recovered=tuple(recovered), waiting=tuple(sorted(row.number for row in waiting)))


def _kept(book: Book) -> tuple[frozenset[str], frozenset[str]]:
    """The hashes of mails on record that a backup may hold, and of those that it may not."""
    sealed = frozenset(arrival.sha256 for arrival in book.arrivals if keeps_no_bytes(arrival, book))
    return frozenset(arrival.sha256 for arrival in book.arrivals) - sealed, sealed


def _forget(copies: Archive, sealed: Iterable[str]) -> None:
    """Take out of a backup what was marked as secret since the one before."""
    for sha256 in sealed:
        if copies.holds(sha256):
            copies.discard(sha256)


def _copy_mails(
    archive: Archive, copies: Archive, progress: Progress, only: Container[str] | None = None
) -> tuple[int, list[str]]:
    """Bring over what `copies` has not: how many are there now, and what is not sound and was left out.

    One mail that a disk has lost must not keep all others from being copied, nor go under another name.
    """
    names = [sha256 for sha256, _ in archive.names() if only is None or sha256 in only]
    damaged = []
    for sha256 in progress(names):
        if copies.holds(sha256):
            continue
        if not _is_sound(archive, sha256):
            damaged.append(sha256)
            continue
        with copies.open_incoming() as mail:
            for piece in archive.pieces(sha256):
                mail.write(piece)
            mail.finish()
    return len(names) - len(damaged), damaged


def _is_sound(archive: Archive, sha256: str) -> bool:
    try:
        return archive.intact(sha256)
    except Unavailable:
        return False
