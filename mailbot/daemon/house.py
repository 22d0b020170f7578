"""The house: everything that the loops work with, built once from a configuration and passed down."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from mailbot.clock import Clock, system_clock
from mailbot.config import Config, PostgresqlLedger
from mailbot.core.arrival import Arrival
from mailbot.core.delivery.approval import FirstWeeks
from mailbot.core.delivery.brakes import Caps
from mailbot.core.delivery.fuse import Fuse
from mailbot.core.notice import ObjectionMatter
from mailbot.core.rules import Rules
from mailbot.core.verdict import Verdict
from mailbot.daemon.arena import use_one_arena
from mailbot.daemon.delivery import Terms as DeliveryTerms
from mailbot.daemon.doors import open_inbox, open_junk, open_post, open_tokens
from mailbot.daemon.hearing import Hearing
from mailbot.daemon.intake import Intake
from mailbot.daemon.junk import Junk
from mailbot.daemon.lock import sole
from mailbot.daemon.missing import Missing
from mailbot.daemon.planning import Caution, Desk
from mailbot.daemon.recognition import KNOWN, Recognition
from mailbot.daemon.sessions import Memory
from mailbot.daemon.storage import networked
from mailbot.daemon.terms import Terms
from mailbot.daemon.witness import Witness
from mailbot.errors import Fault, Misconfigured
from mailbot.inbox.antivirus import Antivirus
from mailbot.inbox.archive import Archive
from mailbot.inbox.extract import Reader, Readers
from mailbot.inbox.source import Inbox
from mailbot.inbox.vault import Vault
from mailbot.ledger.lease import Lease
from mailbot.ledger.store import Ledger
from mailbot.papers.page_check import check_pages
from mailbot.papers.paper_words import load_wording
from mailbot.post.door import Post
from mailbot.post.render import Renderer
from mailbot.rulebook import load_rules
from mailbot.tokens import Tokens

# Seconds after which a thread that computes lets another go on; Python's own 5 ms are longer than a mail
# takes, and a child or a server whose answer is here would wait for them each time.
_TURN_SECONDS = 0.0005


@dataclass(slots=True)
class House:
    """What is open while mailbot works. Rules and templates may be exchanged, together, by `reload`."""

    config: Config
    rules: Rules
    words: Renderer | None
    archive: Archive
    readers: Readers
    ledger: Ledger
    recognition: Recognition
    clock: Clock
    lease: Lease | None = None
    tokens: Tokens | None = None
    # Rules that were just read, and not yet noted as in force.
    fresh: bool = True
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(Missing(self.ledger, self.clock), Hearing(self.ledger))

    def reload(self) -> None:
        """Take up the rules and templates as they are on disk now, all or nothing.

        Raises:
            Misconfigured: with every fault; the old ones stay in force.
        """
        self.rules, self.words = load_words(self.config)
        self.fresh = True

    @property
    def renderer(self) -> Renderer:
        """The templates, loaded now if the house was opened without words.

        Raises:
            Misconfigured: then, with every fault.
        """
        if self.words is None:
            _, self.words = load_words(self.config)
        return self.words

    def take_up(self) -> None:
        """Note the rules as in force, if they were just read; for the one that plans by them.

        Once for each reading, and not at every round: what a person applied with newer rules must stand,
        until this house reads those too.
        """
        if self.fresh:
            now = self.clock()
            self.ledger.take_up(self.rules.fingerprint, self.rules.profile, by="mailbot", why="", now=now)
            self.fresh = False

    def intake(self, terms: Terms | None = None) -> Intake:
        """An intake by the rules in force; without `terms` as the daemon takes mails in."""
        terms = terms or Terms()
        boundary = self.config.inbox.boundary
        witness = Witness.of(self.config.authentication, boundary)
        terms = replace(terms, boundary=boundary, witness=witness)
        return Intake(
            self.archive,
            self.readers,
            self.ledger,
            self.rules,
            self.clock,
            terms,
            self.sender,
            self.memory,
        )

    def raw(self, sha256: str) -> Path:
        """Where the bytes of a recorded mail lie; fetched first, if another machine has archived them.

        They are nowhere if the mail was sealed.
        """
        if not self.archive.holds(sha256):
            with self.archive.open_incoming() as incoming:
                for piece in self.ledger.copied(sha256):
                    incoming.write(piece)
                if incoming.sha256 == sha256:
                    incoming.finish()
        return self.archive.path(sha256)

    def inbox(self) -> Inbox:
        """The mailbox, not connected yet."""
        return open_inbox(self.config, self.tokens)

    def junk(self, inbox: Inbox) -> Junk | None:
        """The folder for junk beside `inbox`, which is connected; None where none is read.

        Raises:
            Unavailable: the server does not say which folder it is.
        """
        folder = open_junk(self.config, inbox, self.tokens)
        return Junk(folder, self.archive, self.ledger) if folder is not None else None

    def post(self) -> Post:
        """The door out, not connected yet."""
        return open_post(self.config, self.sender, self.rules.office.mailbox, self.tokens)

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self.config.post.sender or self.rules.office.mailbox

    @property
    def desk(self) -> Desk:
        """The words in force, for planning."""
        proves = self.config.authentication.trust(frozenset()).checks
        return Desk(
            rules=self.rules,
            renderer=self.renderer,
            sender=self.sender,
            caution=self.caution,
            proves=proves,
            wording=partial(load_wording, self.config.templates),
            dispute=self._dispute,
            read_again=self._read_again,
        )

    def _dispute(self, matter: ObjectionMatter, now: datetime) -> bytes:
        from mailbot.daemon.dispute import dispute_file  # noqa: PLC0415 - it works with a house itself

        return dispute_file(self, matter, now)

    def _read_again(self, arrival: Arrival) -> Verdict | None:
        from mailbot.daemon.retry import read_again  # noqa: PLC0415 - it works with a house itself

        return read_again(self, arrival)

    @property
    def caution(self) -> Caution:
        """Which letters a person must see before they leave.

        Letters that go into folders reach nobody, so there the first weeks are like any others, and one
        letter of a kind for each unit counts as a usual day.
        """
        brakes, folders = self.config.brakes, self.config.post.kind == "maildir"
        asked = self.config.approval
        until = self.config.go_live + timedelta(days=asked.first_days)
        return Caution(
            fuse=Fuse(
                at_least=brakes.fuse_at_least,
                share=brakes.fuse_share,
                growth=brakes.fuse_growth,
                usual=len(self.rules.units) if folders else 0,
            ),
            first=None if folders else FirstWeeks(until=until, but=frozenset(asked.first_days_except)),
            new_addresses=asked.new_addresses and not folders,
        )

    @property
    def delivery(self) -> DeliveryTerms:
        """On what terms letters leave."""
        brakes = self.config.brakes
        return DeliveryTerms(
            caps=Caps(
                per_address_per_day=brakes.per_address_per_day,
                chases_per_address_per_day=brakes.chases_per_address_per_day,
                per_hour=brakes.per_hour,
                per_day=brakes.per_day,
            ),
            go_live=self.config.go_live,
            hold_file=self.config.hold_file,
            copies=self.config.delivery.receipt_copy,
            shadow=self.config.approval.shadow,
        )


def load_words(config: Config) -> tuple[Rules, Renderer]:
    """The rules and templates that `config` names.

    Raises:
        Misconfigured: with every fault of both.
    """
    faults = []
    rules = renderer = None
    try:
        rules = load_rules(config.rules)
    except Misconfigured as error:
        faults += error.faults
    try:
        renderer = Renderer(config.templates / "vi")
    except Misconfigured as error:
        faults += error.faults
    try:
        # Tried with the others, so that a slip in it stops a reload and not the first of the month.
        load_wording(config.templates)
    except Misconfigured as error:
        faults += error.faults
    try:
        check_pages(config.templates)
    except Misconfigured as error:
        faults += error.faults
    if rules is None or renderer is None or faults:
        raise Misconfigured(faults)
    return rules, renderer


@contextmanager
def opened(
    config: Config, clock: Clock = system_clock, *, alone: bool = False, words: bool = False
) -> Iterator[House]:
    """The house with its ledger and archive open; `alone` also holds the lock that only one may hold.

    With `words` all templates are compiled and tried now, and not when the first letter is written: that
    takes most of a start, and is for whoever writes letters, or says whether they could be written.

    Of a shared ledger, `alone` gives the house the lease to wait for: other machines have locks of their own.
    Whoever goes on to work with it sees first whether it is the one that it was (`recognition`).

    Raises:
        Misconfigured: rules or templates have faults; nothing was opened.
        Unavailable, LedgerBroken: the ledger or the archive cannot be used, or another mailbot works here.
    """
    rules, renderer = load_words(config) if words else (load_rules(config.rules), None)
    sys.setswitchinterval(_TURN_SECONDS)
    with ExitStack() as stack:
        _make_private(config.state)
        if alone:
            use_one_arena()
            stack.enter_context(sole(config.lock_file))
        archive = Archive(config.archive, _vault(config))
        readers = stack.enter_context(closing(Readers(partial(_reader, config))))
        ledger = stack.enter_context(open_ledger(config))
        known = config.state / KNOWN
        recognition = Recognition(ledger, archive, known, None if ledger.is_shared else _place(config.state))
        house = House(config, rules, renderer, archive, readers, ledger, recognition, clock)
        house.tokens = open_tokens(config, clock)
        if alone and isinstance(config.ledger, PostgresqlLedger):
            me = f"{socket.gethostname()}, process {os.getpid()}"
            house.lease = ledger.lease(me, timedelta(seconds=config.ledger.lease_seconds))
        elif alone:
            house.recognition.recognise(clock())
        yield house


def _place(state: Path) -> str:
    """This machine and this very folder, as far as they can be told from copies of them."""
    machine = Path("/etc/machine-id")
    name = machine.read_text(encoding="ascii").strip() if machine.is_file() else socket.gethostname()
    found = state.stat()
    return f"{name}:{found.st_dev}:{found.st_ino}"


def _make_private(state: Path) -> None:
    """Make the folder that mailbot writes to, for its own user alone.

    Raises:
        Misconfigured: it is there, and everybody may look into it: mails, ledger and letters are in it.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if state.stat().st_mode & stat.S_IRWXO:
        says = "everybody may open the state folder; chmod 700 takes that away"
        raise Misconfigured([Fault(state, says)])


def _reader(config: Config) -> Reader:
    clamd = config.reading.clamd
    return Reader(ocr=config.reading.ocr, antivirus=Antivirus(clamd) if clamd is not None else None)


def _vault(config: Config) -> Vault | None:
    certificate = config.sealed.certificate
    return Vault(config.vault, certificate) if certificate is not None else None


def open_ledger(config: Config) -> Ledger:
    """The ledger alone: letters can be held and looked at while the rules are broken.

    Raises:
        Misconfigured: its file would lie on a network file system.
        Unavailable, LedgerBroken: it cannot be used.
    """
    _make_private(config.state)
    if not isinstance(config.ledger, PostgresqlLedger) and (kind := networked(config.state)):
        says = f"it lies on a network file system ({kind}), where SQLite loses ledgers; put it on a disk"
        raise Misconfigured([Fault(config.state, says, key="state")])
    return Ledger.open(config.ledger_url)
