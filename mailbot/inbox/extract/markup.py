"""Words out of XML documents: Word's, OpenDocument's, and their like.

Read with expat as a stream that ends when there is enough, so that a document of any size costs
little memory. No document of an office declares a type: one that does is refused, which ends every
bomb of entities.
"""

from collections.abc import Iterable
from functools import lru_cache
from xml.parsers import expat

from mailbot.core.mail import Nature
from mailbot.inbox.extract.opening import CannotRead, Found, Opening

_OPENXML = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
# The usual prefixes of the namespaces that matter; documents are free to choose others.
_PREFIXES = {
    f"{_OPENXML}wordprocessingml/2006/main": "w:",
    f"{_STRICT}wordprocessingml/main": "w:",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w:",
    f"{_OPENXML}drawingml/2006/main": "a:",
    f"{_STRICT}drawingml/main": "a:",
    f"{_OPENXML}spreadsheetml/2006/main": "x:",
    f"{_STRICT}spreadsheetml/main": "x:",
    f"{_OPENXML}officeDocument/2006/math": "m:",
    f"{_OPENXML}markup-compatibility/2006": "mc:",
    f"{_OASIS}text:1.0": "text:",
    f"{_OASIS}office:1.0": "office:",
}
# Paragraphs, rows and breaks end a line. "a:p" of drawings and "text:p" are paragraphs too.
_LINE_ENDS = frozenset({"p", "h", "tr", "table-row", "br", "cr", "line-break", "row", "si"})
_SPACERS = {"tab": "\t", "s": " ", "noBreakHyphen": "-", "table-cell": "\t"}
# What holds words in Word's documents and in drawings; OpenDocument keeps words right in paragraphs.
_WORDS = frozenset({"w:t", "a:t", "m:t", "x:t"})
_PARAGRAPHS = frozenset({"text:p", "text:h"})
# Deleted or moved text is not on the page; Fallback repeats Choice for older programs.
_UNSAID = frozenset(
    {
        "w:del",
        "w:moveFrom",
        "mc:Fallback",
        "text:tracked-changes",
        "office:annotation",
        "text:note-citation",
        "x:rPh",
    }
)
_FALSE = frozenset({"0", "false", "off"})
_SLICE_BYTES = 64 << 10
_MOST_DEPTH = 500


class _Enough(Exception):  # noqa: N818 - ends the reading in good order
    pass


class _Listener:
    """Hears the words of a document as expat comes past them."""

    def __init__(self, most: int) -> None:
        self.said: list[str] = []
        self._most = most
        self._depth = 0
        self._unsaid_at = 0
        self._hidden = False
        self._word = 0
        self._paragraph = 0

    def begin(self, written: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise CannotRead(Nature.OVER_LIMIT)
        if self._unsaid_at:
            return
        name = _named(written)
        if name in _UNSAID:
            self._unsaid_at = self._depth
        elif name in _WORDS:
            self._word += 1
        elif name in _PARAGRAPHS:
            if self._paragraph:
                # A box within a paragraph is no part of its line.
                self._say("\n")
            self._paragraph += 1
        elif name == "w:txbxContent":
            self._say("\n")
        elif name == "w:r":
            self._hidden = False
        elif name == "w:vanish":
            shown = any(value in _FALSE for key, value in attributes.items() if _named(key) == "w:val")
            self._hidden = not shown

    def end(self, written: str) -> None:
        self._depth -= 1
        if self._unsaid_at:
            if self._depth < self._unsaid_at:
                self._unsaid_at = 0
            return
        name = _named(written)
        local = name.rpartition(":")[2]
        if name in _WORDS:
            self._word -= 1
        elif name in _PARAGRAPHS:
            self._paragraph -= 1
        if name == "w:r":
            self._hidden = False
        if local in _LINE_ENDS:
            self._say("\n")
        elif local in _SPACERS:
            self._say(_SPACERS[local])

    def hear(self, words: str) -> None:
        if (self._word or self._paragraph) and not self._unsaid_at and not self._hidden:
            self._say(words)

    def _say(self, words: str) -> None:
        self.said.append(words)
        self._most -= len(words)
        if self._most <= 0:
            raise _Enough


@lru_cache(maxsize=1_000)
def _named(written: str) -> str:
    """An element's name with the usual prefix of its namespace, from expat's "namespace name"."""
    namespace, _, local = written.rpartition(" ")
    return _PREFIXES.get(namespace, ":" if namespace else "") + local


def words(pieces: Iterable[bytes], most: int) -> str:
    """The first `most` characters that a document says, given in pieces.

    Raises:
        CannotRead: it is no XML, declares a type, or is nested beyond all documents.
    """
    listener = _Listener(most)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = listener.begin
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.hear
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Enough:
        pass
    except (expat.ExpatError, LookupError, ValueError) as error:
        # A document cut short still says what it said before.
        if not "".join(listener.said).strip():
            raise CannotRead(Nature.BROKEN) from error
    return "".join(listener.said)


def _refuse(*_: object) -> None:
    raise CannotRead(Nature.BROKEN)


def read(octets: bytes, opening: Opening) -> Found:
    """A document that is one XML file: Word 2003's, a flat OpenDocument, or any other as it is."""
    slices = (octets[at : at + _SLICE_BYTES] for at in range(0, len(octets), _SLICE_BYTES))
    return Found.of(words(slices, opening.chars))
