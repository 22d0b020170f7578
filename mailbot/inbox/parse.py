"""From the bytes of one archived mail to a `Mail`, whatever the bytes are.

Strange mail is a value: what cannot be read is named in `defects`, and all that can be read is
there. Attachments are spans of the mail, decoded in slices and never held: a mail costs its own size
in memory, a scan and two hashes. Only the archive's own failure raises.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from mailbot.core.mail import Attachment, Mail
from mailbot.inbox import marks
from mailbot.inbox.envelope import Envelope, read_envelope
from mailbot.inbox.fields import STRAY_LINE, Block, identity, read_block
from mailbot.inbox.gate import claims_of, flaw_of
from mailbot.inbox.machines.judging import Account, judge
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import (
    NESTED_MAILS,
    OverBudget,
    Part,
    fingerprint,
    known_encoding,
    read_tree,
)
from mailbot.inbox.readings import two_readings
from mailbot.inbox.text import Words, files, named_words, own_leaves, plain_text, read_words
from mailbot.inbox.words import header_text

_MOST_DEFECTS = 30
_MOST_HELD = 4
_MOST_SUBJECT_LETTERS = 1_000
_LONE = ("subject", "date", "message-id", "to", "content-type", "content-transfer-encoding")
# Where servers and mail programs may see different headers, nobody is believed to be the sender.
_UNTRUSTED_SENDER = frozenset(
    {"bare cr in header", "nul in header", "space before the colon of from", STRAY_LINE}
)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
}
_T = TypeVar("_T")
_U = TypeVar("_U")


def parse(
    raw_path: Path,
    *,
    sha256: str,
    size: int,
    own_addresses: frozenset[str] = frozenset(),
) -> Mail:
    """Read the mail that lies at `raw_path`.

    Args:
        raw_path: the archive's file.
        sha256: of the raw bytes, as the archive names them.
        size: of the raw bytes.
        own_addresses: lower-case addresses that mailbot itself writes from.

    Raises:
        OSError: the file cannot be read.
    """
    # Read, not mapped: a bad sector under a map kills the whole program instead of raising.
    return parse_octets(raw_path.read_bytes(), sha256=sha256, size=size, own_addresses=own_addresses)


def parse_octets(
    octets: Octets, *, sha256: str, size: int, own_addresses: frozenset[str] = frozenset()
) -> Mail:
    """Read the mail of these octets; see `parse`."""
    return Reading(octets, own_addresses).mail(sha256, size)


def parse_envelope(
    octets: Octets, *, sha256: str, size: int, own_addresses: frozenset[str] = frozenset()
) -> Mail:
    """Read nothing but the header of a mail whose rest is more than can be read."""
    block = read_block(octets, 0, len(octets))
    whole = Reading(octets[: block.body_at], own_addresses).mail(sha256, size)
    return replace(whole, identity=sha256, attachments=(), text="")


class Reading:
    """One reading of one mail; collects defects on the way.

    Attributes:
        files: the parts that are attachments, in the order of the mail; None where its structure is not read.
        contents: what was decoded of them on the way, by where they begin; only of the first ones.
    """

    def __init__(self, octets: Octets, own_addresses: frozenset[str] = frozenset()) -> None:
        self.files: tuple[Part, ...] | None = None
        self.contents: dict[int, bytes] = {}
        self._octets = octets
        self._end = len(octets)
        self._own_addresses = own_addresses
        self._defects: dict[str, None] = {}

    def mail(self, sha256: str, size: int) -> Mail:
        """What the octets say; `sha256` and `size` are theirs, as the archive names them."""
        nothing = Block((), 0, ("header cannot be read",))
        block = self._try(lambda: read_block(self._octets, 0, self._end), nothing)
        self._note(*block.defects, *_doubled(block))
        tree = self._tree(block)
        leaves = list(tree.leaves())
        if block.whole and tree.content_type:
            self._note(*self._try(lambda: two_readings(self._octets, block, tree), []))
        own = self._try(lambda: list(own_leaves(tree, self._octets)), []) if block.whole else []
        words = self._try(lambda: self._words(own or named_words(leaves)), [])
        envelope = self._envelope(block)
        spoken = next((leaf.charset for leaf in leaves if leaf.charset), "")
        subject = self._try(lambda: header_text(block.first("subject"), spoken), None)
        if subject is not None and not subject.fits:
            self._note("undeclared or wrong charset in Subject")
        return self._judged(
            Mail(
                sha256=sha256,
                identity=self._try(lambda: identity(block, self._octets, self._end), sha256),
                size=size,
                message_id=envelope.message_id,
                in_reply_to=envelope.in_reply_to,
                references=envelope.references,
                sender=envelope.sender,
                to=envelope.to,
                cc=envelope.cc,
                subject=subject.text[:_MOST_SUBJECT_LETTERS] if subject else "",
                dated_at=envelope.dated_at,
                text=self._try(lambda: plain_text(words), ""),
                attachments=tuple(self._attachments(tree)),
                received=envelope.received,
                marked=self._try(lambda: self._marked(block, tree, own), False),
            ),
            block,
            tree,
        )

    def _marked(self, block: Block, tree: Part, read: list[Part]) -> bool:
        return marks.in_block(block) or marks.in_texts(self._octets, tree, read)

    def _judged(self, mail: Mail, block: Block, tree: Part) -> Mail:
        account = self._try(lambda: judge(block, tree, self._octets, mail, self._own_addresses), Account())
        return replace(
            mail,
            flaw=self._try(lambda: flaw_of(self._octets, block, mail.sender), "the header cannot be read"),
            claims=self._try(lambda: claims_of(block), ()),
            automation=account.automation,
            failures=account.failures,
            regards=account.regards,
            defects=tuple(self._defects)[:_MOST_DEFECTS],
        )

    def _tree(self, block: Block) -> Part:
        """The tree of parts; beyond the budget one leaf of octets, of which nothing is read."""
        unread = Part(block, block.body_at, self._end, "", "", "", "", "", named_as_file=False, encoding="")
        if not block.whole:
            return unread
        try:
            tree, defects = read_tree(self._octets, block, self._end)
        except OverBudget as over:
            self._note(f"over budget: {over}")
            return unread
        except Exception as error:  # noqa: BLE001 - strange mail is a value
            self._note(f"structure cannot be read: {type(error).__name__}")
            return unread
        self._note(*defects)
        self.files = tuple(files(tree))
        return tree

    def _words(self, leaves: list[Part]) -> list[Words]:
        words, defects = read_words(leaves, self._octets)
        self._note(*defects)
        return words

    def _envelope(self, block: Block) -> Envelope:
        try:
            envelope = read_envelope(block)
        except Exception as error:  # noqa: BLE001 - strange mail is a value
            self._note(f"header cannot be read: {type(error).__name__}")
            envelope = Envelope(
                sender=None,
                to=(),
                cc=(),
                message_id="",
                in_reply_to="",
                references=(),
                dated_at=None,
                received=(),
            )
        self._note(*envelope.defects)
        if any(defect.lower() in _UNTRUSTED_SENDER for defect in self._defects):
            return replace(envelope, sender=None)
        return envelope

    def _attachments(self, tree: Part) -> Iterator[Attachment]:
        attached = set(map(id, files(tree)))
        for ordinal, leaf in enumerate(tree.leaves(), 1):
            if id(leaf) not in attached:
                continue
            if not known_encoding(leaf):
                self._note("unknown transfer encoding of a part")
            size, sha256, held = self._try(partial(fingerprint, self._octets, leaf), (0, "", None))
            self._hold(leaf, held)
            yield Attachment(
                name=self._name(leaf, ordinal),
                content_type=leaf.content_type,
                size=size,
                sha256=sha256,
                marked=self._try(partial(_is_marked, leaf), False),
            )

    def _hold(self, leaf: Part, held: bytes | None) -> None:
        if held is not None and len(self.contents) < _MOST_HELD:
            self.contents[leaf.start] = held

    def _name(self, leaf: Part, ordinal: int) -> str:
        if leaf.name:
            return leaf.name
        if leaf.content_type in NESTED_MAILS:
            inner = self._try(partial(read_block, self._octets, leaf.start, leaf.end), None)
            subject = header_text(inner.first("subject")).text[:150] if inner else ""
            return f"{subject.replace('/', '-') or f'unnamed-{ordinal}'}.eml"
        return f"unnamed-{ordinal}{_EXTENSIONS.get(leaf.content_type, '.bin')}"

    def _try(self, reading: Callable[[], _T], otherwise: _U) -> _T | _U:
        """What `reading` gives; an exception on odd octets becomes a defect."""
        try:
            return reading()
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - strange mail is a value
            self._note(f"a part of the mail cannot be read: {type(error).__name__}")
            return otherwise

    def _note(self, *defects: str) -> None:
        self._defects.update(dict.fromkeys(defects))


def _is_marked(leaf: Part) -> bool:
    return marks.has_marked_name(leaf) or marks.in_block(leaf.block)


def _doubled(block: Block) -> Iterator[str]:
    for name in _LONE:
        if len(block.all(name)) > 1:
            yield f"{name} given more than once"
