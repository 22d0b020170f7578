"""Mails within mails: forwarded as attachments, saved as .eml, or Word's pages saved as .mht."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import NamedTuple

from mailbot.core.mail import Nature
from mailbot.inbox import marks
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening
from mailbot.inbox.fields import Block, read_block
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import DELIVERY_REPORTS, NESTED_MAILS, OverBudget, Part, content, read_tree
from mailbot.inbox.text import files, html_text, own_leaves, read_words
from mailbot.inbox.transfer import File, OpenBase64
from mailbot.inbox.words import header_text

MOST_HELD_BYTES = 8 << 20
"""What is larger is not held in memory, but looked at where it lies; nearly all mails are smaller."""


class Walked(NamedTuple):
    """A mail taken apart: its header, its parts, its own words, and the parts that are files."""

    block: Block
    tree: Part
    words: tuple[Part, ...]
    files: tuple[Part, ...]


def walk(octets: Octets) -> Walked:
    """Take a mail apart as `inbox.parse` does, so that its n-th attachment is the n-th here.

    Raises:
        CannotRead: it has more structure than any mail of ours.
    """
    block = read_block(octets, 0, len(octets))
    if not block.whole:
        raise CannotRead(Nature.OVER_LIMIT)
    try:
        tree, _ = read_tree(octets, block, len(octets))
    except OverBudget as over:
        raise CannotRead(Nature.OVER_LIMIT) from over
    return Walked(block, tree, tuple(own_leaves(tree, octets)), tuple(files(tree)))


def unpacked(octets: Octets, part: Part, opening: Opening) -> bytes:
    """The decoded content of a part.

    Raises:
        CannotRead: it is larger than is read.
    """
    # It hands over what was written into it without a copy; joined pieces would be there twice.
    whole = BytesIO()
    for piece in content(octets, part):
        if whole.tell() + len(piece) > opening.limits.attachment_bytes:
            raise CannotRead(Nature.OVER_LIMIT)
        whole.write(piece)
    return whole.getvalue()


def opened(octets: Octets, part: Part, opening: Opening) -> File:
    """The decoded content of a part; held only if it is not large.

    Raises:
        CannotRead: it is larger than is read.
    """
    if part.encoding != "base64" or part.end - part.start <= MOST_HELD_BYTES:
        return unpacked(octets, part, opening)
    file = OpenBase64(octets, part.start, part.end)
    if file.size > opening.limits.attachment_bytes:
        raise CannotRead(Nature.OVER_LIMIT)
    return file


def read(octets: bytes, opening: Opening) -> Found:
    """What the mail says: its subject, its text, and its attachments; its marks are those of a mail alone."""
    mail = walk(octets)
    subject = header_text(mail.block.first("subject")).text
    opening.look(marks.in_block(mail.block) or marks.in_texts(octets, mail.tree, mail.words))
    opening.look(any(marks.has_marked_name(part) or marks.in_block(part.block) for part in mail.files))
    words, _ = read_words(mail.words, octets)
    said = [html_text(part.text) if part.html else part.text for part in words]
    preface = "\n".join([subject, *said]).strip()[: opening.limits.member_chars]
    return opening.gather(_members(octets, mail, opening), preface)


def _members(octets: Octets, mail: Walked, opening: Opening) -> Iterator[Member]:
    for part in mail.files:
        if part.content_type in DELIVERY_REPORTS:
            continue
        kind = "message/rfc822" if part.content_type in NESTED_MAILS else part.content_type
        yield Member(part.name or "unnamed", partial(_counted, octets, part, opening), kind)


def _counted(octets: Octets, part: Part, opening: Opening) -> bytes:
    inner = unpacked(octets, part, opening)
    opening.spend(len(inner))
    return inner
