"""Sealing by hand: a person saw that a mail is secret which bore no mark; none of its words may stay.

What was judged stays, for it says nothing of what the mail says: who handed in which report, and when. So
nobody is late because of it, and approved figures still follow from their facts.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.language import visible
from mailbot.core.mail import Address, Attachment, Mail
from mailbot.core.members import is_document
from mailbot.core.verdict import Ignored, Sealed, Source, Verdict

BY_HAND = "sealed by a person"
# Shorter words stand in too much that is not of this mail; so do short sentences of its body.
_FEWEST_LETTERS, _SHORTEST_SENTENCE = 8, 24
# Letters and papers shorten what others wrote, to 120 letters at the least.
_SURELY_SHOWN = 100


def is_sealed(arrival: Arrival) -> bool:
    """Whether the arrival was sealed when it came, or by hand since; its bytes are not kept."""
    return isinstance(arrival.verdict, Sealed) or BY_HAND in arrival.mail.defects


def keeps_no_bytes(arrival: Arrival, book: Book) -> bool:
    """Whether no bytes may be kept of it: it is sealed, or is so by a later ruling."""
    return is_sealed(arrival) or isinstance(book.verdict(arrival), Sealed)


def is_brought_again(mail: Mail, sealed: Iterable[Mail]) -> bool:
    """Whether the mail brings what a person sealed, in whatever wrapping; of the sealed ones hashes are left.

    It may come in an archive, or in a mail that is attached. From the same address one file is enough. Others
    may send a public letter that was attached there, too: of theirs every document must have been.
    """
    brought = tuple(filter(is_document, mail.attachments))
    return any(_holds(known, mail, brought) for known in sealed)


def _holds(sealed: Mail, mail: Mail, brought: tuple[Attachment, ...]) -> bool:
    if mail.identity == sealed.identity:
        return True
    kept = {attachment.sha256 for attachment in sealed.attachments}
    same = mail.sender is not None and sealed.sender is not None and mail.sender.email == sealed.sender.email
    if same:
        return any(not kept.isdisjoint((file.sha256, *file.within)) for file in brought)
    return bool(brought) and all(file.sha256 in kept or _are(file.within, kept) for file in brought)


def _are(files: tuple[str, ...], kept: set[str]) -> bool:
    return bool(files) and kept.issuperset(files)


def words_of(mail: Mail, verdicts: Iterable[Verdict] = ()) -> tuple[str, ...]:
    """What the mail calls itself and its files, and what was quoted from it: by these its words are found.

    Each as it stands, and as far as it is surely shown where others' words are shortened and made visible.
    """
    names = [attachment.name for attachment in mail.attachments]
    stems = [name.rpartition(".")[0] for name in names]
    quoted = [words for verdict in verdicts for words in _quoted(verdict)]
    found = [words for words in (mail.subject, *names, *stems) if len(words) >= _FEWEST_LETTERS]
    found += [mail.message_id.strip("<>"), *(words for words in quoted if len(words) >= _SHORTEST_SENTENCE)]
    shown = [form for words in found for form in (words, visible.line(words), visible.name(words))]
    return tuple(dict.fromkeys(form for words in shown for form in (words, words[:_SURELY_SHOWN]) if form))


def short_words_of(mail: Mail) -> tuple[str, ...]:
    """Names too short to be looked for alone: they are this mail's where its number stands beside them."""
    found = (mail.subject, *(attachment.name for attachment in mail.attachments))
    return tuple(dict.fromkeys(words for words in found if words.strip() and len(words) < _FEWEST_LETTERS))


def _quoted(verdict: Verdict) -> Iterator[str]:
    """The sentences of a body that letters and papers repeat: a request, an objection, why a task waits."""
    yield from (found.text for found in verdict.findings.evidence if found.source is Source.BODY)
    if isinstance(verdict, Ignored) and verdict.news is not None:
        yield from (verdict.news.reason, verdict.news.proposal)


def wordless(mail: Mail) -> Mail:
    """The mail without any word of its own: hashes, sizes, times, and the address it came from."""
    return Mail(
        sha256=mail.sha256,
        identity=mail.identity,
        size=mail.size,
        sender=mail.sender and Address(mail.sender.email),
        received=mail.received,
        proof=mail.proof,
        automation=mail.automation,
        attachments=tuple(_nameless(mail.attachments)),
        defects=(BY_HAND,),
    )


def _nameless(attachments: tuple[Attachment, ...]) -> Iterator[Attachment]:
    for number, attachment in enumerate(attachments, 1):
        yield Attachment(
            name=f"tệp {number}",
            content_type="application/octet-stream",
            size=attachment.size,
            sha256=attachment.sha256,
        )


def without_words(verdict: Verdict) -> Verdict:
    """The same verdict without what it quotes from the mail."""
    findings = replace(verdict.findings, evidence=(), runner_up="")
    if isinstance(verdict, Ignored) and verdict.news is not None:
        return replace(verdict, findings=findings, news=replace(verdict.news, reason="", proposal=""))
    return replace(verdict, findings=findings)


def says(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text repeats any of these words, however it breaks its lines."""
    squeezed = _squeezed(text)
    return any(_squeezed(word) in squeezed for word in words)


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
