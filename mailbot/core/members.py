"""The documents that a mail brings: its files, those inside its archives, and not what is no document.

Word's lock files (their name begins with "~$") hold the name of whoever had the document open; a file of no
octets holds nothing, nor does an archive without a file; a small picture is the emblem in somebody's
signature. Mail programs add signatures, visiting cards and notes of their own, and wrap words in
`winmail.dat`, in a whole mail, or in one that is signed as a whole, without a file. None of them is a
document, whatever it is called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailbot.core.mail import Attachment, Nature

_LOCK = "~$"
_UNNAMED = "unnamed"
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
# A page that was scanned or photographed so that it can be read has more octets than an emblem; one that
# bears the name by which Outlook calls the pictures within a text may be a larger emblem.
_LEAST_PAGE_BYTES, _LEAST_SHOWN_BYTES = 8 << 10, 40 << 10
_SHOWN_IN_TEXT = re.compile(r"image\d{3}\.(?:png|jpe?g|gif)")
# What mail programs add by themselves, and what only leads to a document that lies elsewhere.
_ADDED = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "text/vcard", "text/x-vcard", "text/directory", "text/calendar",
    "message/disposition-notification", "message/global-disposition-notification", "text/rfc822-headers",
    "message/global-headers",
})  # fmt: skip
_ADDED_NAME = re.compile(
    r".*\.(?:p7s|vcf|ics|sig|url|lnk|website|webloc|gdoc|gsheet)|att\d{5}\.(?:txt|html?)",
    re.IGNORECASE | re.DOTALL,
)
# Programs call by the same type a signature that stands apart and a file with its signature around it.
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_MOST_NOTE_BYTES = 4 << 10
# An archive without a file, a text without a letter; no page of a scan, and no document of Word, is so small.
_LEAST_SILENT_BYTES = 512
# These hold documents only as files within them: what else they say is a mail's own words.
_WRAPPINGS = frozenset({
    "message/rfc822", "message/global", "application/ms-tnef", "application/vnd.ms-tnef",
    "application/pkcs7-mime", "application/x-pkcs7-mime",
})  # fmt: skip
_WRAPPING_NAME = re.compile(r"winmail\.dat|smime\.p7m|.*\.(?:eml|msg)", re.IGNORECASE | re.DOTALL)
# No unit hands in more at once; what a stranger packs must not cost more.
_MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One document, and the name of the archive that it came in; "" if it came by itself."""

    document: Attachment
    archive: str = ""


def is_document(attachment: Attachment) -> bool:
    """Whether the file can be a document at all."""
    if attachment.size == 0 or attachment.name.startswith(_LOCK):
        return False
    if (attachment.content_type in _ADDED or _is_note(attachment)) and not _is_signed_file(attachment):
        return False
    if attachment.nature is Nature.EMPTY and attachment.size < _LEAST_SILENT_BYTES:
        return False
    return not (_is_emblem(attachment) or _wraps_words(attachment))


def is_written(attachment: Attachment) -> bool:
    """Whether the file can be a document, and is no picture."""
    return is_document(attachment) and not attachment.content_type.startswith("image/")


def _is_signed_file(attachment: Attachment) -> bool:
    # Out of a signature that stands apart nothing can be read.
    signed = attachment.content_type in _SIGNATURES or attachment.name.lower().endswith(".p7s")
    return signed and attachment.nature is Nature.READ


def _wraps_words(attachment: Attachment) -> bool:
    wraps = attachment.content_type in _WRAPPINGS or _WRAPPING_NAME.fullmatch(attachment.name) is not None
    # Of an arrival in the book no text is kept; then it may be one.
    read = attachment.nature is Nature.READ and bool(attachment.text)
    if not wraps or not read:
        return False
    # The first is the words themselves, where there are any.
    files = (m.document for m in members_of(attachment) if m.document.name != attachment.name)
    return all(map(_is_added, files))


def _is_added(file: Attachment) -> bool:
    unread = file.nature is Nature.EMPTY and _SHOWN_IN_TEXT.fullmatch(file.name) is not None
    return unread or _ADDED_NAME.fullmatch(file.name) is not None


def _is_note(attachment: Attachment) -> bool:
    return attachment.size < _MOST_NOTE_BYTES and _ADDED_NAME.fullmatch(attachment.name) is not None


def _is_emblem(attachment: Attachment) -> bool:
    if attachment.content_type not in _PICTURES:
        return False
    shown = _SHOWN_IN_TEXT.fullmatch(attachment.name) is not None
    return attachment.size < (_LEAST_SHOWN_BYTES if shown else _LEAST_PAGE_BYTES)


def members_of(attachment: Attachment) -> Iterator[Member]:
    """The files of an archive whose text could be taken out, as documents of their own; else the file itself.

    What extraction says of an archive names each file on a line of its own, "goi.zip/Thang 6/bao cao.docx",
    with the file's text below it. What stands above the first of them is its own: the words of a mail.
    """
    parts = _parts(attachment) if attachment.nature is Nature.READ else []
    if not parts:
        yield Member(attachment)
        return
    for (path, text), (following, _) in zip(parts, [*parts[1:], ("", "")], strict=True):
        name = path.rpartition("/")[2]
        holds_next = not text and following.startswith(f"{path}/")
        if name and not name.startswith(_LOCK) and not holds_next:
            nature = Nature.READ if text else Nature.EMPTY
            yield Member(replace(attachment, name=name, text=text, nature=nature), attachment.name)


def _parts(archive: Attachment) -> list[tuple[str, str]]:
    """The paths of an archive and within it, each with what stands below; none if it is no archive."""
    opening = _listed_under(archive)
    if not opening:
        return []
    parts: list[tuple[str, list[str]]] = [(archive.name, [])]
    for line in archive.text.split("\n"):
        if line.startswith(opening):
            if len(parts) > _MOST_MEMBERS:
                break
            parts.append((line, []))
        else:
            parts[-1][1].append(line)
    told = [(path, "\n".join(lines).strip()) for path, lines in parts]
    return told if told[0][1] else told[1:]


def _listed_under(archive: Attachment) -> str:
    """What the lines begin with on which extraction names the files of an archive; "" if it names none.

    A mail within a mail bears no name; it is called by its subject after it was read.
    """
    return next((f"{name}/" for name in (archive.name, _UNNAMED) if name and f"{name}/" in archive.text), "")
