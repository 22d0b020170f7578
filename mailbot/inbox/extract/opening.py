"""One attachment being opened: what it says, what it may still cost, what was noticed on the way.

Each kind of file has a module with a function `read(octets, opening) -> Found`, imported only when
the first such file comes.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple

from mailbot.core.language.old_fonts import from_old_font, may_be_old
from mailbot.core.language.text import nfc
from mailbot.core.mail import Attachment, Nature
from mailbot.core.members import is_document
from mailbot.core.seals.secrecy import in_document, in_name
from mailbot.inbox.extract.kinds import FIRST_BYTES, Kind, extension, kind_of
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.recogniser import Recogniser
from mailbot.inbox.transfer import File, head, whole
from mailbot.inbox.words import visible

_READERS = {
    Kind.PDF: "pdf",
    Kind.PACKAGE: "package",
    Kind.COMPOUND: "compound",
    Kind.RTF: "rich_text",
    Kind.ARCHIVE: "archives",
    Kind.MAIL: "nested_mail",
    Kind.SIGNED: "signed",
    Kind.TNEF: "tnef",
    Kind.IMAGE: "images",
    Kind.MARKUP: "plain",
    Kind.TEXT: "plain",
    Kind.XML: "markup",
}
# Their readers need not have them in memory.
_TO_AND_FRO = frozenset({Kind.PDF, Kind.PACKAGE})
_NATURES = {
    Kind.NOTHING: Nature.EMPTY,
    Kind.SECRET: Nature.ENCRYPTED,
    Kind.PROGRAM: Nature.FOREIGN,
    Kind.UNKNOWN: Nature.FOREIGN,
}
# A file that bears one of these names and is nothing that we know was damaged, or disguised.
_DOCUMENT_NAMES = frozenset(
    {"pdf", "doc", "docx", "docm", "rtf", "odt", "xls", "xlsx", "xlsm", "xlsb", "ods", "zip", "rar", "7z"}
)
# Of the natures of several files the first of these describes them all: it asks for an answer.
_TELLING = (Nature.READ, Nature.ENCRYPTED, Nature.OVER_LIMIT, Nature.BROKEN, Nature.EMPTY)
_MOST_DEFECTS = 10
# Letterhead, title and the first sentences; of each file in an archive at least that much is wanted.
_HEADING_CHARS = 1_000
_MOST_NAME = 200
# Of the computing for one attachment: so much at most is done when the next file is opened for marks alone.
_LOOKING = 0.4


class CannotRead(Exception):  # noqa: N818 - what the reader says, not an error of ours
    """A file that yields no text; its nature says why."""

    def __init__(self, nature: Nature) -> None:
        super().__init__(nature.value)
        self.nature = nature


class Found(NamedTuple):
    """What a file says, and what became of reading it."""

    text: str
    nature: Nature

    @classmethod
    def of(cls, text: str) -> "Found":
        """Text from a file that could be opened."""
        return cls(text, Nature.READ if text.strip() else Nature.EMPTY)


class Member(NamedTuple):
    """A file within a file; `octets` is called once, and only if it is wanted."""

    name: str
    octets: Callable[[], bytes]
    content_type: str = ""


@dataclass(slots=True)
class Left:
    """What is left of the limits for one attachment, however deep its files lie, and what was seen.

    `within` are the SHA-256 of files in it; `began` is how much this program had computed before.
    """

    octets: int
    members: int
    ocr_seconds: float
    marked: bool = False
    defects: dict[str, None] = field(default_factory=dict)
    within: dict[str, None] = field(default_factory=dict)
    began: float = field(default_factory=time.process_time)


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening of one file.

    Attributes:
        name: as declared; within an archive its path there, after the archive's name.
        chars: of text that are wanted at most.
        ocr: who recognises scans; None where nobody does.
    """

    name: str
    limits: Limits
    left: Left
    chars: int
    ocr: Recogniser | None
    depth: int = 0

    @classmethod
    def begin(
        cls, name: str, limits: Limits, *, ocr: Recogniser | None = None, ocr_seconds: float = 0.0
    ) -> "Opening":
        """The opening of an attachment, with all limits whole; `ocr_seconds` are left for its mail."""
        seconds = min(limits.ocr_seconds, ocr_seconds)
        left = Left(octets=limits.expanded_bytes, members=limits.members, ocr_seconds=seconds)
        return cls(name, limits, left, limits.text_chars, ocr)

    def read(self, file: File, content_type: str = "") -> Found:
        """What the file says; total but for `MemoryError`, whatever it holds."""
        kind = kind_of(head(file, FIRST_BYTES), self.name, content_type)
        try:
            found = self._opened(kind, file)
        except CannotRead as told:
            return Found("", told.nature)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - strange files are values, and their readers raise anything
            return Found("", Nature.BROKEN)
        text = tidy(found.text)[: self.chars].strip()
        self.look(in_document(text))
        return Found(text, found.nature)

    def _opened(self, kind: Kind, file: File) -> Found:
        if kind in _READERS:
            reader: Any = import_module(f"mailbot.inbox.extract.{_READERS[kind]}")
            found: Found = reader.read(file if kind in _TO_AND_FRO else whole(file), self)
            return found
        if kind is Kind.PROGRAM and self.claimed:
            self.note(f"a program named {self.name}")
        broken = self.claimed and _NATURES[kind] is Nature.FOREIGN
        return Found("", Nature.BROKEN if broken else _NATURES[kind])

    @property
    def claimed(self) -> bool:
        """Whether the file's name says that it is a document or an archive."""
        return extension(self.name) in _DOCUMENT_NAMES

    def note(self, defect: str) -> None:
        """Remember what a person should know about the attachment."""
        if len(self.left.defects) < _MOST_DEFECTS:
            self.left.defects[visible(defect)[:_MOST_NAME]] = None

    def blank(self) -> CannotRead:
        """What to raise of a document in which nothing stands: who sends an empty form has not reported."""
        self.note(f"a blank document: {self.name}")
        return CannotRead(Nature.BROKEN)

    def look(self, marked: bool) -> None:
        """Remember that a mark of State secrecy was seen, wherever in the attachment it stands."""
        self.left.marked = self.left.marked or marked

    @property
    def may_look_on(self) -> bool:
        """Whether more may be opened only to look for marks in it: what was read must not be lost over it."""
        return time.process_time() - self.left.began < self.limits.cpu_seconds * _LOOKING

    def spend(self, octets: int) -> None:
        """Count what was unpacked.

        Raises:
            CannotRead: more than one attachment may unpack.
        """
        self.left.octets -= octets
        if self.left.octets < 0:
            raise CannotRead(Nature.OVER_LIMIT)

    def gather(self, members: Iterable[Member], preface: str = "") -> Found:
        """What the files within this one say, each under its name; `preface` is its own text.

        A limit that is reached ends the reading, but what was read before stays.
        """
        said = [preface] if preface.strip() else []
        natures = {Nature.READ} if said else set()
        room = self.chars - len(preface)
        over = unseen = False
        try:
            for member in members:
                self.look(in_name(member.name))
                if room <= 0:
                    self.note(f"not all of {self.name} was read")
                    unseen = unseen or not self.looked_at(member)
                    continue
                path, found = self._within(member, room)
                natures.add(found.nature)
                said.append(f"{path}\n{found.text}")
                room -= len(said[-1])
        except CannotRead as told:
            over = told.nature is Nature.OVER_LIMIT
            natures.add(told.nature)
        if over:
            self.note(f"over the limit: {self.name}")
        if unseen:
            self.note(f"not all of {self.name} was looked at for marks")
        nature = next((nature for nature in _TELLING if nature in natures), Nature.FOREIGN)
        if not natures:
            nature = Nature.EMPTY
        return Found("\n\n".join(said), Nature.OVER_LIMIT if over else nature)

    def remember(self, octets: bytes, nature: Nature) -> None:
        """Remember a file within the attachment by its SHA-256, unless it is an emblem or the like."""
        picture = kind_of(octets[:FIRST_BYTES]) is Kind.IMAGE
        name, known = self.name.rpartition("/")[2], sha256(octets).hexdigest()
        typed = "image/png" if picture else "application/octet-stream"
        file = Attachment(name=name, content_type=typed, size=len(octets), sha256=known, nature=nature)
        if is_document(file):
            self.left.within[known] = None

    def looked_at(self, member: Member) -> bool:
        """Whether a file of whose words there is no room was opened, for a mark may stand in it."""
        if self.left.marked or not self.may_look_on:
            return self.left.marked
        try:
            self._within(member, 0)
        except CannotRead:
            return False
        return True

    def _within(self, member: Member, room: int) -> tuple[str, Found]:
        """One file within this one; `room` is what is left for all that are to come."""
        self.left.members -= 1
        if self.left.members < 0 or self.depth >= self.limits.depth:
            raise CannotRead(Nature.OVER_LIMIT)
        path = f"{self.name}/{_relative(member.name)}"
        if _leads_out(member.name):
            self.note(f"a name that leads out of {self.name}")
        inner = Opening(
            path[-_MOST_NAME:],
            self.limits,
            self.left,
            max(_HEADING_CHARS, min(room // 4, self.limits.member_chars)),
            self.ocr,
            self.depth + 1,
        )
        try:
            octets = member.octets()
        except CannotRead as told:
            if told.nature is Nature.OVER_LIMIT:
                raise
            found = Found("", told.nature)
        else:
            known = len(self.left.within)
            found = inner.read(octets, member.content_type)
            if len(self.left.within) == known:
                inner.remember(octets, found.nature)
        if found.nature in {Nature.ENCRYPTED, Nature.BROKEN}:
            self.note(f"{found.nature}: {path}")
        return path, found


def _relative(name: str) -> str:
    """The path of a file within an archive without what would lead out of it; never used as a path."""
    steps = (step.strip() for step in visible(name).replace("\\", "/").split("/"))
    return "/".join(step for step in steps if step.strip(". ") and not step.endswith(":")) or "unnamed"


def _leads_out(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or steps[0] == "" or steps[0].endswith(":")


def tidy(text: str) -> str:
    """Text of a document in NFC without blank lines in rows, old fonts made Unicode."""
    lines = (line.strip() for line in from_old_fonts(text).splitlines())
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return nfc("\n".join(kept))


def from_old_fonts(text: str) -> str:
    """Text of before Unicode made Unicode, also where only some of its lines are."""
    if not may_be_old(text):
        return text
    whole = from_old_font(text)
    if whole != text:
        return whole
    return "\n".join(map(from_old_font, text.split("\n")))


def lines_of(pieces: Iterator[str], most: int) -> str:
    """The pieces joined until there are `most` characters; the rest is never asked for."""
    said: list[str] = []
    for piece in pieces:
        said.append(piece)
        most -= len(piece)
        if most <= 0:
            break
    return "".join(said)
