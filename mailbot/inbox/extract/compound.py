"""Compound files (OLE 2): old Word and Excel, saved Outlook mails, and encrypted new documents."""

import re
import struct
from collections.abc import Iterator
from functools import partial
from io import BytesIO

import olefile

from mailbot.core.mail import Nature
from mailbot.core.seals.secrecy import in_document, in_name, in_title
from mailbot.inbox import marks
from mailbot.inbox.extract import asides, old_word, plain, sheets
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening, tidy
from mailbot.inbox.fields import read_block

_ENCRYPTED = ("encryptedpackage", "encryptedsummary")
_MACROS = ("macros", "_vba_project_cur")
_WORKBOOKS = frozenset({"workbook", "book"})
# That a password opens it ([MS-XLS] 2.4.117); that something was drawn, pasted or commented (2.4.181).
_FILE_PASS, _DRAWN, _RECORD_BYTES = 0x2F, 0x5D, 4
# The first stands before all that is encrypted, within the first few.
_FIRST_RECORDS_BYTES = 1_024
_MAIL = "__properties_version1.0"
# Properties of a saved mail (MS-OXMSG 2.1): name of the stream by property and type, 001F being Unicode.
_SUBJECT, _BODY, _PAGE = "__substg1.0_0037", "__substg1.0_1000", "__substg1.0_10130102"
_HEADER = "__substg1.0_007D"
_FILE_NAMES = ("__substg1.0_3707", "__substg1.0_3704", "__substg1.0_3001")
_FILE, _EMBEDDED = "__substg1.0_37010102", "__substg1.0_3701000D"
# "Confidential" among the properties of fixed length, each of 16 octets: type and number, flags, value.
_CONFIDENTIAL = re.compile(rb"\x03\x00\x36\x00.{4}\x03\x00\x00\x00", re.DOTALL)
_UNICODE, _OLD = "001F", "001E"
_ATTACHMENT = "__attach_version1.0_"
_MOST_STREAMS = 5_000


def read(octets: bytes, opening: Opening) -> Found:
    """What the file says; which kind it is shows by the streams in it."""
    try:
        compound = olefile.OleFileIO(BytesIO(octets))
    except (OSError, ValueError, IndexError) as error:
        raise CannotRead(Nature.BROKEN) from error
    with compound:
        streams = compound.listdir(streams=True, storages=False)
        if len(streams) > _MOST_STREAMS:
            raise CannotRead(Nature.OVER_LIMIT)
        first = {path[0].lower() for path in streams}
        if first.intersection(_ENCRYPTED):
            raise CannotRead(Nature.ENCRYPTED)
        if first.intersection(_MACROS):
            opening.note(f"macros in {opening.name}")
        asides.of_compound(compound, opening)
        if "worddocument" in first:
            *margins, body = old_word.texts(compound, opening.chars)
            # The margins of many sections may have as many lines as are looked at of the whole.
            opening.look(any(margins) and in_document(tidy(body)))
            found = Found.of("\n".join((*margins, body)))
            if found.nature is Nature.EMPTY and old_word.is_blank(compound):
                raise opening.blank()
            return found
        if book := first.intersection(_WORKBOOKS):
            stream = min(book)
            if _FILE_PASS in _records(compound.openstream(stream).read(_FIRST_RECORDS_BYTES)):
                raise CannotRead(Nature.ENCRYPTED)
            return sheets.read(
                octets, opening, beside=lambda: _DRAWN in _records(compound.openstream(stream).read())
            )
        if _MAIL in first:
            return _saved_mail(compound, streams, opening)
    raise CannotRead(Nature.BROKEN if opening.claimed else Nature.FOREIGN)


def _records(octets: bytes) -> Iterator[int]:
    """The kinds of a workbook's records, in their order ([MS-XLS] 2.1.4)."""
    at = 0
    while at + _RECORD_BYTES <= len(octets):
        kind, size = struct.unpack_from("<HH", octets, at)
        yield kind
        at += _RECORD_BYTES + size


def _saved_mail(compound: olefile.OleFileIO, streams: list[list[str]], opening: Opening) -> Found:
    """What a mail saved by Outlook (.msg) says: subject, text, attachments."""
    preface = _said_by(compound, [], opening)
    return opening.gather(_attachments(compound, streams, [], opening), preface)


def _said_by(compound: olefile.OleFileIO, folder: list[str], opening: Opening) -> str:
    """Subject and text of the mail in a folder; marks are looked for as in any mail."""
    subject, text, header = (_words(compound, [*folder, stream]) for stream in (_SUBJECT, _BODY, _HEADER))
    page = _octets(compound, [*folder, _PAGE])
    shown = plain.read(page, opening).text if page else ""
    sent = header.encode()
    opening.look(in_title(subject) or in_document(shown) or marks.in_block(read_block(sent, 0, len(sent))))
    opening.look(_CONFIDENTIAL.search(_octets(compound, [*folder, _MAIL])) is not None)
    return f"{subject}\n{text or shown}".strip()[: opening.limits.member_chars]


def _attachments(
    compound: olefile.OleFileIO, streams: list[list[str]], folder: list[str], opening: Opening
) -> Iterator[Member]:
    """The files of the mail in a folder, and those of the mails that are attached to it."""
    at = len(folder)
    below = {path[at] for path in streams if path[:at] == folder and path[at].startswith(_ATTACHMENT)}
    for name in sorted(below):
        attached = [*folder, name]
        names = [name for stream in _FILE_NAMES if (name := _words(compound, [*attached, stream]))]
        opening.look(any(map(in_name, names)))
        if compound.exists([*attached, _FILE]):
            yield Member(
                names[0] if names else "unnamed", partial(_counted, compound, [*attached, _FILE], opening)
            )
        elif compound.exists([*attached, _EMBEDDED]):
            mail = [*attached, _EMBEDDED]
            opening.look(in_document(_said_by(compound, mail, opening)))
            yield from _attachments(compound, streams, mail, opening)


def _words(compound: olefile.OleFileIO, path: list[str]) -> str:
    """A property that is text, in Unicode or as it was before."""
    *folder, stream = path
    for suffix, codec in ((_UNICODE, "utf-16-le"), (_OLD, "cp1258")):
        if compound.exists([*folder, stream + suffix]):
            octets: bytes = compound.openstream([*folder, stream + suffix]).read()
            return octets.decode(codec, "replace").strip("\x00")
    return ""


def _octets(compound: olefile.OleFileIO, path: list[str]) -> bytes:
    return bytes(compound.openstream(path).read()) if compound.exists(path) else b""


def _counted(compound: olefile.OleFileIO, path: list[str], opening: Opening) -> bytes:
    octets: bytes = compound.openstream(path).read()
    opening.spend(len(octets))
    return octets
