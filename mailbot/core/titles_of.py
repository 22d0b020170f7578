"""Every title in a mail, with where it stands: subject, file names, heads of documents, the first lines.

Each attachment is judged by itself, so that one mail can hand in several reports.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.heading import Heading, read_heading
from mailbot.core.mail import Attachment, Mail, Nature
from mailbot.core.text import fold
from mailbot.core.titles import DocumentType, TitleReading, read_title
from mailbot.core.verdict import Source

# A covering letter says what it brings in its first lines; farther down stand signatures and history.
_BODY_LINES = 15
_LONGEST_LINE = 400
# Bytes. Below it there is no document that could be damaged: gateways leave such stubs in the place of
# what they took away, and the name then says all that there is to know.
_SMALLEST_DOCUMENT = 512
_QUOTE_STARTS = ("from:", "tu:", "-----", "_____")
_QUOTE_ENDS = ("da viet:", "wrote:")


@dataclass(frozen=True, slots=True)
class Title:
    """Some words that say what a mail or a file is, and what was read from them."""

    source: Source
    words: str
    reading: TitleReading


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment: its name, and the head of the document if its text is known."""

    attachment: Attachment
    named: Title
    heading: Heading | None

    @property
    def titles(self) -> Iterator[Title]:
        """Its titles in the order of trust: what is printed at its head, its first sentence, its name."""
        if self.heading is not None:
            yield Title(Source.HEADING, self.heading.title, self.heading.reading)
            if self.heading.opening is not None:
                yield Title(Source.OPENING, self.heading.title, self.heading.opening)
        yield self.named

    @property
    def document_type(self) -> DocumentType | None:
        """What the document is: as printed, and else by its name."""
        return next((t.reading.document_type for t in self.titles if t.reading.document_type), None)

    @property
    def hands_in(self) -> bool:
        """Whether it may be a report: it is one, or nothing says what it is."""
        return self.document_type in {DocumentType.BC, None}

    @property
    def closed(self) -> bool:
        """Whether it was tried and cannot be opened: a password, or damage."""
        damaged = self.attachment.nature is Nature.BROKEN and self.attachment.size >= _SMALLEST_DOCUMENT
        return damaged or self.attachment.nature is Nature.ENCRYPTED


def subject_of(mail: Mail) -> Title:
    """The subject as a title."""
    return Title(Source.SUBJECT, mail.subject, read_title(mail.subject))


def papers_of(mail: Mail) -> tuple[Paper, ...]:
    """The attachments, each with its titles."""
    return tuple(
        Paper(
            attachment,
            Title(Source.ATTACHMENT, attachment.name, read_title(attachment.name)),
            read_heading(attachment.text) if attachment.text else None,
        )
        for attachment in mail.attachments
    )


def body_titles(mail: Mail) -> tuple[Title, ...]:
    """The sender's own first lines that speak of a report."""
    return tuple(
        Title(Source.BODY, line, read_title(line))
        for line in own_lines(mail.text)
        if " bao cao " in f" {fold(line)} "
    )


def own_lines(text: str) -> Iterator[str]:
    """The first lines that the sender wrote, without what is quoted below them."""
    count = 0
    for line in text.splitlines():
        folded = fold(line[:_LONGEST_LINE])
        if folded.startswith(_QUOTE_STARTS) or folded.endswith(_QUOTE_ENDS) or count == _BODY_LINES:
            return
        if folded and not folded.startswith(">"):
            count += 1
            yield line[:_LONGEST_LINE]
