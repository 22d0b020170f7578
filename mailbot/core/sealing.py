"""Sealing by hand: a person saw that a mail is secret which bore no mark; none of its words may stay.

What was judged stays, for it says nothing of what the mail says: who handed in which report, and when. So
nobody is late because of it, and approved figures still follow from their facts.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from mailbot.core.book import Arrival
from mailbot.core.mail import Address, Attachment, Mail
from mailbot.core.verdict import Ignored, Sealed, Verdict

BY_HAND = "sealed by a person"
# Shorter words stand in too much that is not of this mail.
_FEWEST_LETTERS = 8


def is_sealed(arrival: Arrival) -> bool:
    """Whether the arrival was sealed when it came, or by hand since; its bytes are not kept."""
    return isinstance(arrival.verdict, Sealed) or BY_HAND in arrival.mail.defects


def words_of(mail: Mail) -> tuple[str, ...]:
    """What the mail calls itself and its files: by these its words are found where they were repeated."""
    names = [attachment.name for attachment in mail.attachments]
    stems = [name.rpartition(".")[0] for name in names]
    found = [mail.subject, mail.message_id.strip("<>"), *names, *stems]
    return tuple(dict.fromkeys(words for words in found if len(words) >= _FEWEST_LETTERS))


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
