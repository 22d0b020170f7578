"""Header values as words: encoded words, raw 8-bit octets, and parameters such as file names.

Written by ourselves because joined octets must be decoded together (units' mail programs split an
encoded word inside a letter), and because both the standard library and mail-parser prefer the
ASCII fallback of a file name to its real form.
"""

import base64
import binascii
import codecs
import re
import string
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mailbot.inbox.miscoded import unescaped, unmangled

_MOST_VALUE_BYTES = 16 << 10
_MOST_NAME_LETTERS = 200
_ENCODED_WORD = re.compile(rb"=\?([!->@-~]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-cp1258": "cp1258",
    "cp-1258": "cp1258",
    "x-viet-tcvn": "latin-1",
    "x-user-defined": "latin-1",
    "ansi_x3.4-1968": "ascii",
    "x-gbk": "gbk",
    "x-sjis": "shift_jis",
    "x-euc-jp": "euc_jp",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "windows-936": "gbk",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
}
# What mail programs write under the name of the older and smaller charset, as browsers read it (WHATWG).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
# Codecs that Python counts as text encodings and no mail can mean.
_NOT_OF_MAIL = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs"})
_CONTROLS_OF_LATIN = re.compile(rb"[\x80-\x9f]")
_LATIN = frozenset({"ascii", "iso8859-1", "cp1252", "latin-1"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAMETER = re.compile(
    rb";\s*+(?P<key>[^\s=;\"]+)\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"?|(?P<plain>[^;\"]*))",
    re.DOTALL,
)
_SECTION = re.compile(r"(?P<key>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<extended>\*)?")
_ANY_SECTION = re.compile(r"(?P<key>[^*]+)\*(?P<number>\d{1,18})\*?")
_EXTENDED = re.compile(rb"(?P<charset>[^']{0,60})'[^']{0,40}'(?P<octets>.*)", re.DOTALL)
_NAMES = ("filename", "name")
_DRIVE_OR_ROOT = re.compile(r"(?:[A-Za-z]:)?/|\.{1,2}/")


NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/="))


class Decoded(NamedTuple):
    """Text, and whether its declared charset fitted the octets."""

    text: str
    fits: bool


def codec_of(charset: str) -> str:
    """Python's name of a text codec for a mail's charset; "" if there is none."""
    name = charset.strip().strip("\"'").lower().partition("*")[0]
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
        with suppress(UnicodeError):
            # LookupError for rot13, base64 and other codecs that make no text.
            b"a".decode(found.name)
    except (LookupError, ValueError):
        return ""
    return "" if found.name in _NOT_OF_MAIL else found.name


def decode_guessed(octets: bytes) -> str:
    """Text of octets whose charset nobody declared: UTF-8, else Windows-1258, else Latin-1.

    Windows-1258 writes tone marks after their vowel. A mark that finds no vowel means that it was
    another encoding (most likely TCVN3, which the core knows how to read from its Latin-1 view).
    """
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = unicodedata.normalize("NFC", octets.decode("cp1258"))
    except UnicodeDecodeError:
        return octets.decode("latin-1")
    return octets.decode("latin-1") if any(map(unicodedata.combining, text)) else text


def decode(octets: bytes, charset: str) -> Decoded:
    """Text of `octets` in the declared charset, in NFC; what does not fit is guessed.

    Mail programs that say ASCII or Latin-1 and write UTF-8 are believed in their octets.
    """
    codec = codec_of(charset) if charset else ""
    if not codec:
        return Decoded(_nfc(_replaced(octets)), fits=not charset and octets.isascii())
    if octets.isascii() and codec in _LATIN:
        return Decoded(octets.decode(), fits=True)
    if codec in _LATIN and (text := _strictly(octets, "utf-8")) is not None:
        return Decoded(_nfc(text), fits=False)
    for fitting in (codec, _WIDER.get(codec, codec)):
        text = _strictly(octets, _shown_as(octets, fitting))
        if text is not None:
            return Decoded(_nfc(text), fits=True)
    return Decoded(_nfc(_replaced(octets, _WIDER.get(codec, codec))), fits=False)


def _shown_as(octets: bytes, codec: str) -> str:
    """The codec that mail programs show; the control characters of Latin-1 are Windows' quotes and dashes."""
    if codec != "iso8859-1" or _CONTROLS_OF_LATIN.search(octets) is None:
        return codec
    return "cp1252" if _strictly(octets, "cp1252") is not None else codec


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec)
    except ValueError:
        return None


def _replaced(octets: bytes, declared: str = "utf-8") -> str:
    """Guess; what is mostly UTF-8, or as declared, with a few broken octets keeps its good letters."""
    for codec in dict.fromkeys(("utf-8", declared)):
        text = octets.decode(codec, "replace")
        broken, letters = text.count("\ufffd"), sum(map(_is_high, text))
        if broken * 4 <= letters:
            return text
    return decode_guessed(octets)


def _is_high(letter: str) -> bool:
    return letter > "\x7f"


def _nfc(text: str) -> str:
    # Some codecs make lone surrogates, which no database or JSON takes.
    sound = text.encode("utf-8", "replace").decode() if _SURROGATE.search(text) else text
    return unicodedata.normalize("NFC", sound)


def header_text(value: bytes, spoken: str = "") -> Decoded:
    """A header value as people read it: encoded words and 8-bit octets decoded, invisibles removed.

    `spoken` is the charset that the mail declares for its text: octets that are no UTF-8 and that nobody
    declared are most likely of it.
    """
    decoded = [_piece(octets, charset, spoken) for octets, charset in _pieces(value[:_MOST_VALUE_BYTES])]
    return Decoded(visible(unmangled("".join(d.text for d in decoded))), all(d.fits for d in decoded))


def repaired(value: bytes) -> bytes:
    """The same value with each run of encoded words as one sound word, and 8-bit octets as UTF-8.

    For parsers that stumble over broken base64, or over a letter split between two words.
    """
    return b"".join(
        decode_guessed(octets).encode()
        if charset is None
        else b"=?utf-8?B?%s?=" % base64.b64encode(visible(_piece(octets, charset).text).encode())
        for octets, charset in _pieces(value)
    )


def _pieces(value: bytes) -> list[tuple[bytes, str | None]]:
    """The value as octets with the charset of their encoded words; None for what is outside of them."""
    pieces: list[tuple[bytes, str | None]] = []
    at = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[at : match.start()]
        after_word = bool(pieces) and pieces[-1][1] is not None
        # White space between two encoded words is not part of the text (RFC 2047, 6.2).
        if between and not (after_word and not between.strip()):
            pieces.append((between, None))
        octets, charset = _word(match)
        if pieces and pieces[-1][1] == charset:
            pieces[-1] = (pieces[-1][0] + octets, charset)
        else:
            pieces.append((octets, charset))
        at = match.end()
    if at < len(value):
        pieces.append((value[at:], None))
    return pieces


def _piece(octets: bytes, charset: str | None, spoken: str = "") -> Decoded:
    if charset is None:
        codec = codec_of(spoken) if spoken and _strictly(octets, "utf-8") is None else ""
        text = _strictly(octets, _WIDER.get(codec, codec)) if codec and codec not in _LATIN else None
        return Decoded(_nfc(decode_guessed(octets) if text is None else text), fits=octets.isascii())
    return decode(octets, charset or "unknown")


def _word(match: re.Match[bytes]) -> tuple[bytes, str]:
    charset = match[1].decode("ascii", "replace").lower().partition("*")[0]
    if match[2] in b"bB":
        return decode_base64(match[3]), charset
    return binascii.a2b_qp(match[3], header=True), charset


def decode_base64(text: bytes) -> bytes:
    """Decode base64 as mail programs do: strangers are skipped, padding ends it, a lack is repaired."""
    letters = text.translate(None, NOT_BASE64).partition(b"=")[0]
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def visible(text: str) -> str:
    """`text` on one line, in NFC, without control, format and bidi characters (U+202E hides "exe")."""
    if text.isprintable():
        # Nothing to be taken away, and no white space but the plain one.
        return unicodedata.normalize("NFC", " ".join(text.split()))
    spaced = "".join(" " if c in "\t\r\n\u2028\u2029" else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """A MIME header's main value in lower case, and its parameters, decoded (RFC 2045, RFC 2231).

    Of `name`, `name*` and `name*0*`… the extended form wins, for the plain one is only a fallback.
    """
    main = value[:_MOST_VALUE_BYTES].partition(b";")[0].strip().lower().decode("ascii", "replace")
    plain, extended = _parameters(value)
    return main, {key: texts[0] for key, texts in plain.items()} | extended


def file_names(value: bytes) -> frozenset[str]:
    """Every name that a Content-Type or Content-Disposition gives the file, in whichever form."""
    plain, extended = _parameters(value)
    given = (text for key in _NAMES for text in (*plain.get(key, ()), extended.get(key, "")))
    return frozenset(text for text in given if text)


def contradictory_sections(value: bytes) -> bool:
    """Whether a parameter in sections (RFC 2231, 3) has one of them twice, or lacks one."""
    numbers: dict[str, list[int]] = {}
    for match in _PARAMETER.finditer(value[:_MOST_VALUE_BYTES]):
        named = _ANY_SECTION.fullmatch(match["key"].decode("ascii", "replace").lower())
        if named is not None:
            numbers.setdefault(named["key"], []).append(int(named["number"]))
    return any(sorted(found) != list(range(len(found))) for found in numbers.values())


def _parameters(value: bytes) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The parameters in their plain form, each as often as it is given, and in their extended form."""
    value = value[:_MOST_VALUE_BYTES]
    plain: dict[str, list[str]] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(value, value.find(b";") if b";" in value else len(value)):
        written = match["quoted"]
        octets = re.sub(rb"\\(.)", rb"\1", written) if written is not None else match["plain"].strip()
        named = _SECTION.fullmatch(match["key"].decode("ascii", "replace").lower())
        if named is None:
            continue
        if named["number"] is None and not named["extended"]:
            plain.setdefault(named["key"], []).append(header_text(octets).text)
        else:
            number = int(named["number"] or 0)
            sections.setdefault(named["key"], {}).setdefault(number, (octets, bool(named["extended"])))
    return _readable(plain), {key: _continued(parts) for key, parts in sections.items()}


def _readable(plain: dict[str, list[str]]) -> dict[str, list[str]]:
    names = {key: [visible(unescaped(name)) for name in plain[key]] for key in _NAMES if key in plain}
    return plain | names


def _continued(sections: dict[int, tuple[bytes, bool]]) -> str:
    """Join the sections of one parameter before decoding: letters may be split between them."""
    charset = ""
    joined = bytearray()
    for number in sorted(sections):
        octets, extended = sections[number]
        if extended and number == min(sections) and (match := _EXTENDED.fullmatch(octets)):
            charset, octets = match["charset"].decode("ascii", "replace"), match["octets"]
        # Unquoted as a whole, for some programs part them within an escape.
        joined += octets if extended else octets.replace(b"%", b"%25")
    octets = unquote_to_bytes(bytes(joined))
    return visible(unmangled(decode(octets, charset).text)) if charset else header_text(octets).text


def file_name(candidates: Iterable[str | None]) -> str:
    """The first usable name, without a path, shortened; "" if there is none.

    A slash inside a name ("báo cáo 6/2013.doc") becomes a hyphen; a name is never used as a path.
    """
    for candidate in candidates:
        name = (candidate or "").rpartition("\\")[2]
        if _DRIVE_OR_ROOT.match(name):
            name = name.rpartition("/")[2]
        name = name.replace("/", "-").strip()
        if name.strip("."):
            return _shortened(name)
    return ""


def _shortened(name: str) -> str:
    if len(name) <= _MOST_NAME_LETTERS:
        return name
    stem, dot, extension = name.rpartition(".")
    most_extension = 20
    if not dot or len(extension) > most_extension:
        return name[:_MOST_NAME_LETTERS]
    return f"{stem[: _MOST_NAME_LETTERS - len(extension) - 1]}.{extension}"
