"""Every title in a mail, with where it stands: subject, file names, heads of documents, the first lines.

Each attachment is judged by itself, so that one mail can hand in several reports.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from mailbot.core.language.said import own_words
from mailbot.core.language.text import fold, nfc
from mailbot.core.mail import Attachment, Mail, Nature
from mailbot.core.members import Member, members_of
from mailbot.core.reading.heading import Heading, read_heading
from mailbot.core.reading.titles import DocumentType, TitleReading, read_title
from mailbot.core.reading.workbook import periods_by_sheet
from mailbot.core.verdict import Evidence, Source

# A covering letter says what it brings in its first lines; farther down stand signatures and history.
_BODY_LINES = 15
_LONGEST_LINE = 400
_LONGEST_SUBJECT = 2_000
_TELLING = frozenset({None, DocumentType.BC, DocumentType.CV, DocumentType.CD})
_NEW = timedelta(days=7)
_OF_A_REPORT = re.compile(r"(?<![a-z0-9])(?:bao ?cao|bc(?![a-z0-9]))")
# Bytes. Below it there is no document that could be damaged: gateways leave such stubs in the place of
# what they took away, and the name then says all that there is to know.
_SMALLEST_DOCUMENT = 512
# Marks of an answered or forwarded mail, and the tags that mailbot's own letters bear in their subjects.
_ANSWERED = re.compile(
    r"\s*(?:re|aw|tl|trả lời|tra loi|fwd?|ct|chuyển tiếp|chuyen tiep)(?:\[\d{1,3}\])?\s*:", re.IGNORECASE
)
_REPLIED = re.compile(r"\s*(?:re|aw|tl|trả lời|tra loi)(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
_OWN_TAG = re.compile(
    r"\[(?:bc-\d{1,12}|\d{4}-\d{1,12}|nhắc|nhac|khẩn|khan|trạng thái|trang thai|trợ giúp|tro giup"
    r"|(?:đôn đốc|don doc)(?: (?:lần|lan) \d{1,3})?)\]",
    re.IGNORECASE,
)
_OWN_URGENT = "[khan]"
_OWN_MESSAGE = re.compile(r"<?k\.[a-z2-7]{26}@")


@dataclass(frozen=True, slots=True)
class Title:
    """Some words that say what a mail or a file is, and what was read from them.

    `inherited` words are those of the mail that is answered or forwarded, not the sender's own; `ours` are
    those of one of our letters.
    """

    source: Source
    words: str
    reading: TitleReading
    inherited: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: its name, the head of it if its text is known, and the name of the archive it came in."""

    attachment: Attachment
    named: Title
    heading: Heading | None
    archive: Title | None = None
    # What the sheets of a workbook say where each is of another period; then its head names none.
    sheets: tuple[Title, ...] = ()

    @property
    def titles(self) -> Iterator[Title]:
        """Its titles in the order of trust: what is printed at its head, its first sentence, names."""
        if self.heading is not None:
            yield Title(Source.HEADING, self.heading.title, self.heading.reading)
            if self.heading.opening is not None:
                yield Title(Source.OPENING, self.heading.title, self.heading.opening)
        yield self.named
        if self.archive is not None:
            yield self.archive

    @property
    def document_type(self) -> DocumentType | None:
        """What the document is: as printed, and else by its name."""
        return next((t.reading.document_type for t in self.titles if t.reading.document_type), None)

    @property
    def hands_in(self) -> bool:
        """Whether it may be a report: it is one, or nothing says what it is."""
        return self.document_type in {DocumentType.BC, None}

    @property
    def reports(self) -> bool:
        """Whether it is a report and names the period itself."""
        return self.document_type is DocumentType.BC and any(t.reading.periods for t in self.titles)

    @property
    def adhoc(self) -> bool:
        """Whether it is an urgent report, which has no period of a calendar."""
        return any(title.reading.adhoc for title in self.titles)

    @property
    def words(self) -> str:
        """All that its titles say."""
        return " . ".join(title.words for title in self.titles)

    @property
    def closed(self) -> bool:
        """Whether it was tried and cannot be opened: a password, or damage."""
        damaged = self.attachment.nature is Nature.BROKEN and self.attachment.size >= _SMALLEST_DOCUMENT
        return damaged or self.attachment.nature is Nature.ENCRYPTED

    @property
    def unfilled(self) -> bool:
        """Whether it is a form that nobody filled in."""
        return self.heading is not None and self.heading.unfilled


def subject_of(mail: Mail) -> Title:
    """The subject as a title, without the tags of our own letters."""
    words = _OWN_TAG.sub(" ", nfc(mail.subject[:_LONGEST_SUBJECT]))
    inherited = _ANSWERED.match(words) is not None
    ours = inherited and answers_us(mail.subject, mail.in_reply_to)
    return Title(Source.SUBJECT, words, read_title(words), inherited=inherited, ours=ours)


def answers_us(subject: str, in_reply_to: str) -> bool:
    """Whether the mail answers one of our letters, as far as it says so itself."""
    return _OWN_MESSAGE.match(in_reply_to.strip()) is not None or is_tagged(subject)


def is_tagged(subject: str) -> bool:
    """Whether the subject answers one of our letters: it bears a mark of answering and one of our tags."""
    words = nfc(subject[:_LONGEST_SUBJECT])
    return _ANSWERED.match(words) is not None and _OWN_TAG.search(words) is not None


def forwards(subject: str) -> bool:
    """Whether the subject is of no answer: then a mail that only shows another one hands that on."""
    words = nfc(subject[:_LONGEST_SUBJECT])
    return _REPLIED.match(words) is None and not is_tagged(words)


def answers_urgent(subject: str) -> bool:
    """Whether the subject answers one of our letters about an urgent matter."""
    return is_tagged(subject) and _OWN_URGENT in fold(nfc(subject[:_LONGEST_SUBJECT]))


def without_tags(subject: str) -> str:
    """What the sender himself wrote into a subject: no "Re:", and none of our tags."""
    words = _OWN_TAG.sub(" ", nfc(subject[:_LONGEST_SUBJECT])).strip()
    while found := _ANSWERED.match(words):
        words = words[found.end() :].strip()
    return words


def papers_of(mail: Mail) -> tuple[Paper, ...]:
    """The documents that came with the mail, each with its titles."""
    return tuple(_paper(member) for attachment in mail.attachments for member in members_of(attachment))


def _paper(member: Member) -> Paper:
    name, text = member.document.name, member.document.text
    heading = read_heading(text) if text else None
    by_sheet = periods_by_sheet(name, text) if heading is not None else ()
    if heading is not None and by_sheet:
        heading = replace(heading, reading=replace(heading.reading, periods=()), opening=None)
    return Paper(
        member.document,
        _named(name),
        heading,
        _named(member.archive) if member.archive else None,
        tuple(Title(Source.HEADING, name, reading) for reading in by_sheet),
    )


def forms_of(papers: Iterable[Paper]) -> Iterator[Evidence]:
    """What says of each form that nobody filled it in."""
    says = "tệp là mẫu chưa điền, tên báo cáo còn để trống kỳ"
    return (Evidence(Source.HEADING, says, next(p.titles).words) for p in papers if p.unfilled)


def titles_of_today(papers: Iterable[Paper], on: date) -> Iterator[str]:
    """What is printed as the title of reports and letters that are new: what they tell of is news.

    An old report goes along with a request for money; a plan or a decision tells of nothing that happened.
    """
    for paper in papers:
        head = paper.heading
        if head is None or paper.document_type not in _TELLING:
            continue
        routine = head.reading.periods and not head.reading.adhoc
        if not routine and (head.dated_on is None or abs(on - head.dated_on) <= _NEW):
            yield head.title


def _named(name: str) -> Title:
    return Title(Source.ATTACHMENT, name, read_title(name))


def body_titles(mail: Mail) -> tuple[Title, ...]:
    """The sender's own first lines that speak of a report."""
    return tuple(
        Title(Source.BODY, line, read_title(line))
        for line in own_lines(mail.text)
        if _speaks_of_a_report(fold(line))
    )


def _speaks_of_a_report(folded: str) -> bool:
    # The expression looks around itself at every letter, and most lines have none of the two.
    return ("bao" in folded or "bc" in folded) and _OF_A_REPORT.search(folded) is not None


def own_lines(text: str) -> Iterator[str]:
    """The first lines that the sender wrote, without what is quoted below them and the signature."""
    lines = (line[:_LONGEST_LINE] for line in own_words(text).split("\n"))
    return islice((line for line in lines if line.strip()), _BODY_LINES)
