"""The parent's side of reading mails: asks the child, and goes on when one dies of a mail.

Nothing that a mail holds raises here, and what it can cost this program is bounded: one frame of an
answer in memory, and the time of `Limits`.
"""

import re
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Self

from mailbot.core.language.text import nfc
from mailbot.core.mail import Attachment, Mail, Nature
from mailbot.core.seals.secrecy import needs_its_attachments
from mailbot.inbox.antivirus import Antivirus
from mailbot.inbox.extract.child import Child, Gone
from mailbot.inbox.extract.forms import from_form
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.words import visible

# A mail that ends more children than these is a weapon; the rest of its attachments stay closed.
_MOST_DEATHS = 2
# Both are known to the core: a mail of which nothing more is known is put before a person.
_BROKE = "cannot be parsed: it broke the program that reads mails"
_ASIDE = "cannot be parsed: set aside, its reading ended mailbot"
_TOO_MUCH = "over budget: reading it takes too long or too much"
_MOST_DEFECTS = 10
_MOST_MAIL_DEFECTS = 30
_MOST_DEFECT_CHARS = 240
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Answer(NamedTuple):
    """What the child said of one attachment."""

    text: str
    nature: Nature
    defects: tuple[str, ...] = ()
    marked: bool = False
    within: tuple[str, ...] = ()


class Reader:
    """Reads mails by a child that lives as long as mails let it; any thread may ask, and waits for its turn.

    With `ocr` scans are recognised, where Tesseract with Vietnamese is installed; with `antivirus` mails with
    attachments are shown to ClamAV.
    """

    def __init__(
        self, limits: Limits | None = None, *, ocr: bool = True, antivirus: Antivirus | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._ocr = ocr
        self._antivirus = antivirus
        self._child: Child | None = None
        # The intake reads, and so do planning, for an objection's evidence, and the check of the way.
        self._turn = RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child; a later `read` begins another."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def whole(
        self,
        raw_path: Path,
        *,
        sha256: str,
        size: int,
        own_addresses: frozenset[str] = frozenset(),
        envelope_only: bool = False,
    ) -> Mail:
        """The mail with its attachments opened, where it `needs_its_attachments`; see `parse` and `read`.

        Args:
            raw_path: the archive's file.
            sha256: of the raw bytes, as the archive names them.
            size: of the raw bytes.
            own_addresses: lower-case addresses that mailbot itself writes from.
            envelope_only: read nothing but the header, which a person then has to decide by.

        Raises:
            OSError: the file cannot be read, or no child can be begun: the world is broken, not the mail.
        """
        question = {"sha256": sha256, "size": size, "own": sorted(own_addresses), "whole": True}
        with self._turn:
            mail = self._read(raw_path, question, envelope_only=envelope_only)
            return self.read(raw_path, mail) if needs_its_attachments(mail) else mail

    def parse(self, raw_path: Path, *, sha256: str, size: int) -> Mail:
        """The mail that lies at `raw_path`, as `inbox.parse` reads it, attachments not opened yet.

        A mail that no child survives is asked for its envelope alone, and is bare if that fails too.

        Args:
            raw_path: the archive's file.
            sha256: of the raw bytes, as the archive names them.
            size: of the raw bytes.

        Raises:
            OSError: the file cannot be read, or no child can be begun: the world is broken, not the mail.
        """
        with self._turn:
            return self._read(raw_path, {"sha256": sha256, "size": size, "own": [], "whole": False})

    def _read(self, path: Path, question: dict[str, Any], *, envelope_only: bool = False) -> Mail:
        sha256, size = question["sha256"], question["size"]
        defect = _ASIDE if envelope_only else ""
        for task in ("envelope",) if envelope_only else ("parse", "parse", "envelope"):
            if defect == _TOO_MUCH and task == "parse":
                # It would be too much again, and others wait.
                continue
            try:
                mail = self._parsed(path, {"do": task, **question})
            except Gone as gone:
                defect = _TOO_MUCH if gone.of_want else _BROKE
            else:
                defects = (defect, *mail.defects) if defect else mail.defects
                return replace(mail, sha256=sha256, size=size, defects=defects[:_MOST_MAIL_DEFECTS])
        return Mail(sha256=sha256, identity=sha256, size=size, defects=(defect,))

    def _parsed(self, path: Path, question: dict[str, Any]) -> Mail:
        """What one child says the mail is.

        Raises:
            OSError: the file cannot be read, or no child can be begun.
            Gone: it died of the mail, or said no mail.
        """
        try:
            child = self._taken()
        except Gone as gone:
            raise OSError("the program that reads mails cannot be begun") from gone
        try:
            child.ask(path, **question)
            said = child.hear(time.monotonic() + self._limits.parse_seconds)
            if said.get("all") == Nature.UNREAD:
                raise OSError("a mail of the archive cannot be read")
            try:
                mail = from_form(Mail, said.get("mail"))
            except ValueError:
                raise Gone(of_want=said.get("failed") == MemoryError.__name__) from None
            child.owes = question["sha256"] if said.get("goes_on") is True else ""
            self._child = child
            return mail
        finally:
            if self._child is not child:
                child.close()

    def read(self, raw_path: Path, mail: Mail) -> Mail:
        """The mail with text and nature of each attachment, and with the defects found in them.

        Where no child can be begun the attachments stay unread; nothing in the mail raises.

        Args:
            raw_path: the archive's file that `mail` was parsed from.
            mail: as parsed.
        """
        if not mail.attachments:
            return mail
        with self._turn:
            answers = self._answers(raw_path, mail.sha256, len(mail.attachments))
        room = self._limits.mail_chars
        attachments: list[Attachment] = []
        defects = dict.fromkeys(mail.defects)
        for attachment, answer in zip(mail.attachments, answers, strict=True):
            text = answer.text[: min(self._limits.text_chars, room)]
            room -= len(text)
            attachments.append(_filled(attachment, text, answer))
            defects.update(dict.fromkeys(answer.defects))
        if any(attachment.nature is Nature.UNREAD for attachment in attachments):
            defects["attachments could not be read here"] = None
        if self._antivirus is not None and (said := self._antivirus.look(raw_path)):
            # Before all else, for only so many defects are kept.
            defects = {said: None, **defects}
        return replace(mail, attachments=tuple(attachments), defects=tuple(defects)[:_MOST_MAIL_DEFECTS])

    def _answers(self, path: Path, sha256: str, count: int) -> list[_Answer]:
        """An answer for each attachment, from as many children as it takes."""
        answers: list[_Answer] = []
        until = time.monotonic() + self._limits.mail_seconds
        deaths = 0
        while len(answers) < count and deaths <= _MOST_DEATHS and time.monotonic() < until:
            try:
                child = self._taken(sha256)
            except (OSError, Gone):
                # The world is broken, not the mail: its arrival counts, and people may read it.
                return [*answers, *[_Answer("", Nature.UNREAD)] * (count - len(answers))]
            try:
                self._ask(child, path, sha256, answers, count, until)
            except OSError:
                return [*answers, *[_Answer("", Nature.UNREAD)] * (count - len(answers))]
            except Gone as gone:
                deaths += 1
                answers.append(_Answer("", Nature.OVER_LIMIT if gone.of_want else Nature.BROKEN))
        return [*answers, *[_Answer("", Nature.OVER_LIMIT)] * (count - len(answers))]

    def _taken(self, sha256: str = "") -> Child:
        """A child to ask; only one that has said all it was asked for is kept for the next mail.

        One that goes on about the mail of that `sha256` is kept for it alone.

        Raises:
            OSError: none can be begun.
            Gone: it died while it began.
        """
        child, self._child = self._child, None
        if child is not None and (child.mails >= self._limits.mails or child.owes not in {"", sha256}):
            child.close()
            child = None
        return child or Child(self._limits, ocr=self._ocr)

    def _ask(
        self, child: Child, path: Path, sha256: str, answers: list[_Answer], count: int, until: float
    ) -> None:
        """Add what one child says of the attachments that have no answer yet, as far as it lives.

        Raises:
            Gone: it died of the attachment that was due.
        """
        seconds = self._limits.wall_seconds + (self._limits.ocr_seconds if self._ocr else 0)
        try:
            if child.owes:
                child.owes = ""
            else:
                child.ask(path, do="attachments", sha256=sha256, first=len(answers))
            begun = child.hear(min(time.monotonic() + seconds, until))
            if begun.get("count") != count:
                # Not to be read at all, or parser and child disagree about what there is.
                nature = _nature(begun.get("all", Nature.UNREAD))
                answers += [_Answer("", nature)] * (count - len(answers))
            while len(answers) < count:
                said = child.hear(min(time.monotonic() + seconds, until))
                answers.append(self._checked(said))
                if said.get("spent"):
                    return
            if begun.get("count", count) == count:
                self._child = child
        finally:
            if self._child is not child:
                child.close()

    def _checked(self, said: dict[str, Any]) -> _Answer:
        """An answer as far as it can be believed: the child may not be ours any more."""
        text, defects = said.get("text"), said.get("defects")
        if not isinstance(text, str) or not isinstance(defects, list):
            return _Answer("", Nature.BROKEN)
        nature = _nature(said.get("nature"))
        sound = (visible(defect)[:_MOST_DEFECT_CHARS] for defect in defects if isinstance(defect, str))
        told = tuple(sound)[:_MOST_DEFECTS]
        text = nfc(text[: self._limits.text_chars])
        return _Answer(text, nature, told, bool(said.get("marked")), self._within(said.get("within")))

    def _within(self, said: Any) -> tuple[str, ...]:
        named = said if isinstance(said, list) else []
        hashes = (each for each in named if isinstance(each, str) and _SHA256.fullmatch(each))
        return tuple(islice(hashes, self._limits.members))


def _filled(attachment: Attachment, text: str, answer: _Answer) -> Attachment:
    marked = attachment.marked or answer.marked
    return replace(attachment, text=text, nature=answer.nature, marked=marked, within=answer.within)


def _nature(said: Any) -> Nature:
    try:
        return Nature(said)
    except ValueError:
        return Nature.BROKEN
