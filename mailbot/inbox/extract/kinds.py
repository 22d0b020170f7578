"""What kind of file it is: decided by its first octets, for names and declared types lie.

The name is a hint only where octets cannot tell: text, and what is nothing known.
"""

import re
from enum import StrEnum


class Kind(StrEnum):
    """The kinds that are told apart; what is within a package or a compound file shows later."""

    NOTHING = "nothing"
    PDF = "pdf"
    PACKAGE = "package"  # ZIP: DOCX, XLSX, ODT and their like, or an archive of files
    COMPOUND = "compound"  # OLE 2: DOC, XLS, MSG, or an encrypted package
    RTF = "rtf"
    ARCHIVE = "archive"  # 7z, RAR, tar and single compressed files
    MAIL = "mail"
    TNEF = "tnef"  # winmail.dat
    IMAGE = "image"
    MARKUP = "markup"  # HTML
    XML = "xml"
    TEXT = "text"
    SIGNED = "signed"  # S/MIME in one piece with its signature, to be read by everybody
    SECRET = "secret"  # S/MIME or OpenPGP, opened by a key only  # noqa: S105
    PROGRAM = "program"
    UNKNOWN = "unknown"


_MAGIC = (
    (b"PK\x03\x04", Kind.PACKAGE),
    (b"PK\x05\x06", Kind.PACKAGE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.COMPOUND),
    (b"{\\rtf", Kind.RTF),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"\x78\x9f\x3e\x22", Kind.TNEF),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"-----BEGIN PGP MESSAGE-----", Kind.SECRET),
    (b"-----BEGIN PKCS7-----", Kind.SECRET),
    (b"\x7fELF", Kind.PROGRAM),
)
# Two letters begin many a text; in these files a NUL follows soon.
_SHORT_MAGIC = ((b"BM", Kind.IMAGE), (b"MZ", Kind.PROGRAM))
# PDF programs look for the header within the first kilobyte; scanners and mail gateways put more before it.
FIRST_BYTES = _PDF_WITHIN = 64 << 10
_TAR_MAGIC_AT, _TAR_MAGIC = 257, b"ustar"
_RIFF, _WEBP = b"RIFF", b"WEBP"
# The object identifiers of signed and enveloped data (RFC 5652, 5.1 and 6.1), within the first octets.
_CMS = re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07(?:(\x02)|\x03)")
_DER_SEQUENCE, _FIRST_ELEMENTS = 0x30, 64
_FIRST = 4 << 10
_TEXT_NAMES = frozenset({"txt", "csv", "tsv", "ics", "md", "log"})
_MARKUP_NAMES = frozenset({"htm", "html"})
_MAIL_NAMES = frozenset({"eml", "mht", "mhtml"})
_KEYED_NAMES = frozenset({"pgp", "gpg", "p7m"})
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<\?xml\s")
_MAIL = re.compile(
    rb"(?:(?:Received|Return-Path|From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Delivered-To|X-[!-9;-~]+)"
    rb":[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}",
    re.IGNORECASE,
)
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def extension(name: str) -> str:
    """The extension of a file name in lower case, without its dot; "" if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_of(octets: bytes, name: str = "", content_type: str = "") -> Kind:
    """The kind of a file, from its first `FIRST_BYTES`; name and declared type help with text only."""
    if not octets:
        return Kind.NOTHING
    for magic, kind in _MAGIC:
        if octets.startswith(magic):
            return kind
    for magic, kind in _SHORT_MAGIC:
        if octets.startswith(magic) and b"\x00" in octets[:16]:
            return kind
    if octets[:4] == _RIFF and octets[8:12] == _WEBP:
        return Kind.IMAGE
    if octets.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return Kind.ARCHIVE
    if octets[0] == _DER_SEQUENCE and (cms := _CMS.search(octets, 0, _FIRST_ELEMENTS)):
        return Kind.SIGNED if cms[1] else Kind.SECRET
    if octets.find(b"%PDF-", 0, _PDF_WITHIN) >= 0:
        return Kind.PDF
    return _words(octets, extension(name), content_type)


def _words(octets: bytes, named: str, content_type: str) -> Kind:
    if content_type == "application/pgp-encrypted":
        # The slip of paper beside what is encrypted (RFC 3156, 4): it says nothing by itself.
        return Kind.SECRET
    first = octets[:_FIRST].removeprefix(b"\xef\xbb\xbf")
    if octets.startswith(_UTF16):
        return Kind.TEXT
    if len(first.translate(None, _CONTROLS)) != len(first):
        return Kind.SECRET if named in _KEYED_NAMES else Kind.UNKNOWN
    if named in _MAIL_NAMES or content_type in {"message/rfc822", "message/global"} or _MAIL.match(first):
        return Kind.MAIL
    if named in _MARKUP_NAMES or _MARKUP.match(first):
        return Kind.MARKUP
    if _XML.match(first):
        return Kind.XML
    if named in _TEXT_NAMES or content_type.startswith("text/") or _is_utf8(octets[:_FIRST]):
        return Kind.TEXT
    return Kind.SECRET if named in _KEYED_NAMES else Kind.UNKNOWN


def _is_utf8(octets: bytes) -> bool:
    try:
        # The last letter may have been cut.
        octets[: octets.rfind(b" ") + 1 or None].decode()
    except UnicodeDecodeError:
        return False
    return True
