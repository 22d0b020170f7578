"""ZIP packages: documents of Word, Excel, PowerPoint and OpenDocument, and archives of files.

Of a document only the parts that hold words are unpacked, and each no further than needed. A ZIP's
own figures are never believed: what comes out of it is counted.
"""

import re
import zlib
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from mailbot.core.mail import Nature
from mailbot.core.seals.secrecy import in_document
from mailbot.inbox.extract import markup
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening, tidy
from mailbot.inbox.transfer import File, stream, tail, whole
from mailbot.inbox.words import decode_guessed

_SLICE_BYTES = 64 << 10
_ENCRYPTED_BIT, _UTF8_BIT = 0x1, 0x800
# A directory of a million entries costs seconds and hundreds of megabytes before the first is read.
_MOST_DIRECTORY_BYTES = 4 << 20
_DIRECTORY_END, _DIRECTORY_END_WITHIN = b"PK\x05\x06", 66_000
# Headers and text boxes hold stamps and issuers; a long one must not crowd out the body.
_MARGIN_CHARS = 2_000
_FOOTER = "word/footer"
# Of the thirty lines that are looked at; one section has fewer.
_MOST_HEADER_LINES = 10
# What Word writes beside every document; and how what is no word stands in one.
_PLAIN_PARTS = tuple(
    f"word/{part}"
    for part in (
        "document", "header", "footer", "styles", "settings", "fonttable", "websettings", "theme/",
        "numbering", "footnotes", "endnotes", "stylewitheffects", "_rels/", "people", "comments",
    )
)  # fmt: skip
# What Excel writes beside the cells of every workbook: no picture, drawing, chart, comment or enclosed file.
_PLAIN_OF_A_WORKBOOK = tuple(
    f"xl/{part}"
    for part in (
        "workbook", "worksheets/sheet", "worksheets/_rels/", "worksheets/binaryindex", "styles", "theme/",
        "sharedstrings", "calcchain", "printersettings/", "_rels/",
    )
)  # fmt: skip
_OBJECTS = (b"textpath", b"drawing", b"pict", b"object", b"altChunk", b":sym ", b"instrText")
# The same in a document of LibreOffice, whose styles have gradients and the like of their own.
_DRAWN = re.compile(
    rb"<draw:(?!gradient|marker|hatch|stroke-dash|fill-image|opacity)|<(?:math|form):|<office:annot"
)
_ENCLOSED = ("pictures/", "object")
_MAINS = ("word/document", "content.xml")
_MACROS = ("vbaproject.bin", "basic/script-lc.xml")
_DAMAGED = (BadZipFile, LargeZipFile, zlib.error, EOFError)
_OF_A_WORKBOOK = (".xml", ".rels", ".bin")
_MACRO_SHEETS = "xl/macrosheets/"
_EMBEDDED = re.compile(r"(?:word|xl|ppt)/embeddings/")
# More would leave too little for the documents beside it in an archive.
_MOST_EMBEDDED, _MOST_EMBEDDED_BYTES = 10, 4 << 20
_UNWANTED = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def read(file: File, opening: Opening) -> Found:
    """What a package says: a document its words, an archive those of each file in it."""
    _check_directory(file)
    try:
        with ZipFile(stream(file)) as package:
            return _read(package, file, opening)
    except _DAMAGED as error:
        raise CannotRead(Nature.BROKEN) from error
    except NotImplementedError as error:
        # A way of packing that Python does not know.
        raise CannotRead(Nature.FOREIGN) from error


def _read(package: ZipFile, file: File, opening: Opening) -> Found:
    parts = {entry.filename.lower().lstrip("/"): entry for entry in package.infolist()}
    if any(part.endswith(_MACROS) or part.startswith(_MACRO_SHEETS) for part in parts):
        opening.note(f"macros in {opening.name}")
    if "[content_types].xml" in parts or "content.xml" in parts:
        from mailbot.inbox.extract import asides  # noqa: PLC0415 - loads a native library

        asides.of_package(package, parts, opening)
    if "[content_types].xml" in parts:
        found = _open_xml(package, parts, file, opening)
        _look_into(package, parts, opening)
        return found
    if "mimetype" in parts and "content.xml" in parts:
        return _open_document(package, parts, file, opening)
    return opening.gather(_members(package, opening))


def _look_into(package: ZipFile, parts: dict[str, ZipInfo], opening: Opening) -> None:
    """Look for marks in the files that a document holds: a letter in a workbook, the figures of a chart."""
    held = [entry for part, entry in parts.items() if _EMBEDDED.match(part) and not entry.is_dir()]
    if held and not all(
        entry.file_size <= _MOST_EMBEDDED_BYTES
        and opening.looked_at(Member(entry.filename, partial(_bytes, package, entry, opening)))
        for entry in held[:_MOST_EMBEDDED]
    ):
        opening.note(f"not all of {opening.name} was looked at for marks")


def _open_xml(package: ZipFile, parts: dict[str, ZipInfo], file: File, opening: Opening) -> Found:
    """A document of Microsoft Office: which one shows by the folder that its parts lie in."""
    folders = {part.partition("/")[0] for part in parts if "/" in part}
    if "word" in folders:
        found = _words(package, parts, ("word/header", "word/document", _FOOTER), opening)
        if found.nature is Nature.EMPTY and _is_blank(package, parts, opening):
            raise opening.blank()
        return found
    if "xl" in folders:
        from mailbot.inbox.extract import sheets  # noqa: PLC0415 - loads a native library

        drawn = _said(package, _named(parts, ("xl/drawings/drawing",)), _MARGIN_CHARS, opening)
        octets = file if isinstance(file, bytes) else _without_pictures(package, opening) or file.whole()
        return sheets.read(
            octets,
            opening,
            drawn=drawn,
            instead=lambda: _cells(package, parts, opening),
            beside=lambda: _has_more(parts, "xl/", _PLAIN_OF_A_WORKBOOK),
        )
    if "ppt" in folders:
        slides = _named(parts, ("ppt/slides/slide",))
        return Found.of(_said(package, slides, opening.chars, opening))
    return opening.gather(_members(package, opening))


def _words(package: ZipFile, parts: dict[str, ZipInfo], order: tuple[str, ...], opening: Opening) -> Found:
    """The words of a document: those of its margins in short, and its own."""
    found = {prefix: _named(parts, (prefix,)) for prefix in order}
    if not any(found[main] for main in _MAINS if main in found):
        raise CannotRead(Nature.BROKEN)
    said = [
        _said(package, entries, opening.chars if prefix in _MAINS else _MARGIN_CHARS, opening)
        for prefix, entries in found.items()
    ]
    # A footer stands behind all that is looked at of a long document, but on its first page too; and the
    # headers of many sections before it, where their lines are as many as are looked at.
    apart = {_FOOTER, *(_MAINS if said[0].count("\n") > _MOST_HEADER_LINES else ())}
    opening.look(
        any(in_document(tidy(words)) for prefix, words in zip(found, said, strict=True) if prefix in apart)
    )
    return Found.of("\n".join(said))


def _is_blank(package: ZipFile, parts: dict[str, ZipInfo], opening: Opening) -> bool:
    """Whether a document of Word without words has no picture, drawing or enclosed file in it either."""
    return not _has_more(parts, "word/", _PLAIN_PARTS) and not any(
        mark in _bytes(package, entry, opening)
        for entry in _named(parts, ("word/header", "word/document", _FOOTER))
        for mark in _OBJECTS
    )


def _has_more(parts: dict[str, ZipInfo], folder: str, plain: tuple[str, ...]) -> bool:
    return any(part.startswith(folder) and not part.startswith(plain) for part in parts)


def _open_document(package: ZipFile, parts: dict[str, ZipInfo], file: File, opening: Opening) -> Found:
    """A document of LibreOffice: spreadsheets have their own reader."""
    manifest = _bytes(package, parts.get("meta-inf/manifest.xml"), opening)
    if b"encryption-data" in manifest:
        raise CannotRead(Nature.ENCRYPTED)
    kind = _bytes(package, parts["mimetype"], opening)
    if b"spreadsheet" in kind:
        from mailbot.inbox.extract import sheets  # noqa: PLC0415 - loads a native library

        drawn = partial(_bytes, package, parts["content.xml"], opening)
        return sheets.read(whole(file), opening, beside=lambda: b"<draw:" in drawn())
    found = _words(package, parts, ("styles.xml", "content.xml"), opening)
    if (
        found.nature is Nature.EMPTY
        and b"opendocument.text" in kind
        and not _is_drawn(package, parts, opening)
    ):
        raise opening.blank()
    return found


def _is_drawn(package: ZipFile, parts: dict[str, ZipInfo], opening: Opening) -> bool:
    """Whether a document of LibreOffice has a picture, drawing, formula or enclosed file in it."""
    shown = (_bytes(package, parts.get(name), opening) for name in ("content.xml", "styles.xml"))
    return any(part.startswith(_ENCLOSED) for part in parts) or any(map(_DRAWN.search, shown))


def _without_pictures(package: ZipFile, opening: Opening) -> bytes | None:
    """A large workbook packed anew with only what its reader wants, which must have it whole.

    None where even that is much, or cannot be unpacked.
    """
    lean, room = BytesIO(), opening.limits.expanded_bytes
    with ZipFile(lean, "w", ZIP_DEFLATED, compresslevel=1) as thin:
        for entry in package.infolist():
            if entry.filename.lower().endswith(_OF_A_WORKBOOK):
                room -= _copied(package, entry, thin, room)
            if room < 0:
                return None
    return lean.getvalue()


def _copied(package: ZipFile, entry: ZipInfo, thin: ZipFile, most: int) -> int:
    """How many octets of an entry were packed anew; more than `most` if that is not possible."""
    size = 0
    try:
        with package.open(entry) as unpacked, thin.open(entry.filename, "w") as packed:
            while size <= most and (piece := unpacked.read(_SLICE_BYTES)):
                size += len(piece)
                packed.write(piece)
    except (*_DAMAGED, NotImplementedError, RuntimeError):
        # Of an entry that needs a password it says so by the last one.
        return most + 1
    return size


def _cells(package: ZipFile, parts: dict[str, ZipInfo], opening: Opening) -> str:
    """The words of a workbook that its own reader refuses; some programs write odd ones."""
    return _said(package, _named(parts, ("xl/sharedstrings", "xl/worksheets/")), opening.chars, opening)


def _named(parts: dict[str, ZipInfo], prefixes: tuple[str, ...]) -> list[ZipInfo]:
    """The XML parts whose names begin so, in the order of their numbers: slide2 before slide10."""
    names = [part for part in parts if part.startswith(prefixes) and part.endswith(".xml")]
    return [parts[name] for name in sorted(names, key=lambda name: (len(name), name))]


def _said(package: ZipFile, entries: list[ZipInfo], most: int, opening: Opening) -> str:
    """The words of several XML parts, `most` characters of them."""
    said: list[str] = []
    for entry in entries:
        said.append(markup.words(_unpacked(package, entry, opening), most))
        most -= len(said[-1])
        if most <= 0:
            break
    return "\n".join(said)


def _members(package: ZipFile, opening: Opening) -> Iterator[Member]:
    """The files of an archive, without what programs leave there for themselves."""
    for entry in package.infolist():
        name = _name(entry)
        lower = name.lower()
        if entry.is_dir() or lower.startswith(_UNWANTED[0]) or lower.endswith(_UNWANTED[1:]):
            continue
        if lower.rpartition("/")[2].startswith("~$"):
            # Word's lock beside an open document.
            continue
        yield Member(name, partial(_bytes, package, entry, opening))


def _name(entry: ZipInfo) -> str:
    """The name as it was meant: without the flag for UTF-8 Python takes it for a DOS name."""
    if entry.flag_bits & _UTF8_BIT:
        return entry.filename
    try:
        return decode_guessed(entry.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename


def _bytes(package: ZipFile, entry: ZipInfo | None, opening: Opening) -> bytes:
    return b"".join(_unpacked(package, entry, opening)) if entry else b""


def _unpacked(package: ZipFile, entry: ZipInfo, opening: Opening) -> Iterator[bytes]:
    """The content of an entry in slices.

    Raises:
        CannotRead: it is encrypted, or too much was unpacked.
    """
    if entry.flag_bits & _ENCRYPTED_BIT:
        raise CannotRead(Nature.ENCRYPTED)
    with package.open(entry) as stream:
        while piece := stream.read(_SLICE_BYTES):
            opening.spend(len(piece))
            yield piece


def _check_directory(file: File) -> None:
    """Look at the directory's size before Python reads it whole.

    Raises:
        CannotRead: it has far more entries than people pack.
    """
    last = tail(file, _DIRECTORY_END_WITHIN)
    at = last.rfind(_DIRECTORY_END)
    if at >= 0 and int.from_bytes(last[at + 12 : at + 16], "little") > _MOST_DIRECTORY_BYTES:
        raise CannotRead(Nature.OVER_LIMIT)
