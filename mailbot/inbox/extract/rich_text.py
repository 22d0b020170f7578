"""Text of RTF documents, read to the point where there is enough.

Written by ourselves because the readers there are drop headers and text boxes, where stamps and
issuers stand, and read a file of any size to its end. The charset of each run is that of its font.
"""

import re
from collections.abc import Iterator
from itertools import islice

from mailbot.core.language.text import vocabulary
from mailbot.core.seals.secrecy import marked
from mailbot.inbox.extract.opening import Found, Opening, lines_of

_TOKEN = re.compile(
    r"\\(?:'(?P<hex>[0-9a-fA-F]{2})|(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|(?P<sign>[^a-zA-Z]))"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
# Groups that hold no text of the page. Text boxes and headers are not among them.
_SILENT = vocabulary(
    "fonttbl colortbl stylesheet info pict object objdata fldinst listtable listoverridetable revtbl"
    " rsidtbl generator themedata colorschememapping datastore latentstyles xmlnstbl mmathPr bkmkstart"
    " bkmkend sp filetbl blipuid atnid atnauthor annotation background nonshppict"
)
# Of the groups that older programs may skip ("\*") these have words.
_SPOKEN = vocabulary("shpinst shptxt")
_SAID = {
    **dict.fromkeys(("par", "line", "row", "cell", "sect", "page"), "\n"),
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
_SIGNS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
# Codecs by \fcharset (RTF 1.9.1, "Font Table"); 163 is Vietnamese.
_CHARSETS = {0: "cp1252", 163: "cp1258", 204: "cp1251", 134: "gbk", 128: "cp932", 238: "cp1250"}
_OLD_FONTS = (".Vn", "VNI-")
_ASIDE = re.compile(
    r"\{\\(?:title|subject|keywords|category|doccomm) ?([^{}]*)\}|\{\\sn gtextUNICODE\}\{\\sv ([^{}]*)\}"
)
_ASIDE_BYTES, _MOST_ASIDES = 1 << 20, 50
_MOST_DEPTH = 1_000
# Far beyond the first pages, pictures before the text included.
_MOST_BYTES = 24 << 20


def read(octets: bytes, opening: Opening) -> Found:
    """What the document says; a mark of secrecy in its properties, or drawn by WordArt, is remembered."""
    rtf = octets[:_MOST_BYTES].decode("latin-1")
    for aside in islice(_ASIDE.finditer(rtf, 0, _ASIDE_BYTES), _MOST_ASIDES):
        opening.look(marked("".join(_Page().pieces(f"{aside[1] or aside[2]}{{}}"))))
    return Found.of(lines_of(_Page().pieces(rtf), opening.chars))


class _Page:
    """Where in the document the reading stands, and the fonts that were declared."""

    def __init__(self) -> None:
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._declared = -1
        self._in_fonts = False
        # Of each open group: whether it is silent, its font's codec, how many signs stand for a \u.
        self._silent, self._font, self._signs = False, "", 1
        self._groups: list[tuple[bool, bool, str, int]] = []
        # Signs that repeat a \u for older programs and are still to come.
        self._repeated = 0
        self._starred = False

    def pieces(self, rtf: str) -> Iterator[str]:
        """The words on the page, as far as they are asked for."""
        raw = bytearray()
        for token in _TOKEN.finditer(rtf):
            if token["hex"]:
                if self._repeated:
                    self._repeated -= 1
                elif not self._silent:
                    raw.append(int(token["hex"], 16))
                continue
            if raw:
                # Letters of several octets are whole only here.
                yield self._decoded(raw)
                raw.clear()
            said = self._heard(token)
            if said and not self._silent:
                yield said

    def _heard(self, token: re.Match[str]) -> str:
        """Take in a token; what it puts on the page is returned."""
        starred, self._starred = self._starred, token["sign"] == "*"
        if token["text"]:
            if self._in_fonts and token["text"].lstrip().startswith(_OLD_FONTS):
                # Such fonts show Latin codes as Vietnamese letters, whatever charset was declared.
                self._fonts[self._declared] = "cp1252"
            said = token["text"][self._repeated :]
            self._repeated = max(0, self._repeated - len(token["text"]))
            return said
        if token["brace"]:
            self._repeated = 0
            self._enter() if token["brace"] == "{" else self._leave()
            return ""
        if token["sign"]:
            return _SIGNS.get(token["sign"], "")
        return self._word(token["word"], token["number"], starred=starred)

    def _word(self, word: str, number: str | None, *, starred: bool) -> str:
        value = int(number) if number else 0
        if word in _SILENT or (starred and word not in _SPOKEN):
            self._silent = True
            self._in_fonts |= word == "fonttbl"
        elif word == "u" and number:
            self._repeated = self._signs
            return chr(value % 0x10000)
        elif word == "f" and self._in_fonts:
            self._declared = value
        elif word == "f":
            self._font = self._fonts.get(value, "")
        elif word == "fcharset" and self._in_fonts:
            self._fonts[self._declared] = _CHARSETS.get(value, "")
        elif word == "ansicpg":
            self._codec = f"cp{value}"
        elif word == "uc":
            self._signs = min(max(value, 0), _MOST_DEPTH)
        return _SAID.get(word, "")

    def _enter(self) -> None:
        if len(self._groups) < _MOST_DEPTH:
            self._groups.append((self._silent, self._in_fonts, self._font, self._signs))

    def _leave(self) -> None:
        if self._groups:
            self._silent, self._in_fonts, self._font, self._signs = self._groups.pop()

    def _decoded(self, raw: bytearray) -> str:
        for codec in (self._font, self._codec):
            if codec:
                try:
                    return raw.decode(codec)
                except (LookupError, UnicodeDecodeError):
                    continue
        return raw.decode("latin-1")
