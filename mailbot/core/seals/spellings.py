"""How the word "mật" is written where it is a mark: spaced, half typed, in old fonts, in look-alikes."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from mailbot.core.language.lookalikes import is_plain, plain_letters
from mailbot.core.language.old_fonts import from_old_font, may_be_old
from mailbot.core.language.text import nfc

WORD, PLAIN_WORD = "mật", "mat"
# Its tone was lost: no word of the language is written so.
HALF_PLAIN_WORD = "mât"

# Letters spaced out, by one and the same sign: "M Ậ T", "M.Ậ.T", "M-Ậ-T", and by more spaces in a heading.
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:([ ._*·•|/\\,~+=‐‑–—-]{1,3}| {4,9})[^\W_])(?:\1[^\W_])+(?![^\W_])")
# The one word parted anyhow: "m.ật", "M• Ậ•T".
_PARTED = re.compile(r"(?<!\w)m[^\w\n]{0,3}ậ[^\w\n]{0,3}t(?!\w)", re.IGNORECASE)
# As typing programs leave it: Telex, VNI and VIQR; and as the fonts of before Unicode do: TCVN3, VNI.
_TYPED = re.compile(
    r"\b(?:maatj|maajt|majat|mâtj|ma65t|ma56t|ma6t5|mat65|mat56|m6at5|ma\^\.t|mâ\.t|mët|maät)(?!\w)",
    re.IGNORECASE,
)
_OLD_DEGREES = {"tèi": "tối", "toái": "tối", "tuyöt": "tuyệt", "tuyeät": "tuyệt"}
_OLD_DEGREE = re.compile(rf"\b(?:{'|'.join(_OLD_DEGREES)})(?=\s+mật)", re.IGNORECASE)
_TYPED_SIGNS = ("tj", "jt", "jat", "5", "6", ".t", "ët", "ät")
# The word in each of these ways, in letters that are what they look like.
_MAY_BE = re.compile(r"m[^a-z\n]{0,9}[ậâạaặă][^a-z\n]{0,9}t|maatj|maajt|majat|m6at", re.IGNORECASE)


def may_bear(text: str) -> bool:
    """Whether one of the readings of `text` may hold the word at all; for nearly every text none does."""
    return not _shows_what_it_says(text) or _MAY_BE.search(nfc(text)) is not None


def bearing(lines: Sequence[str]) -> Iterator[str]:
    """Those of `lines` that `may_bear` it; all are in plain letters where their text is."""
    text = "\n".join(lines)
    if not _shows_what_it_says(text):
        return filter(may_bear, lines)
    # In most documents in which the word may stand at all it is "mặt".
    return (line for line in (lines if _MAY_BE.search(nfc(text)) else ()) if _MAY_BE.search(nfc(line)))


def _shows_what_it_says(text: str) -> bool:
    return is_plain(nfc(text)) and not may_be_old(unicodedata.normalize("NFC", text))


def readings(line: str) -> Iterator[str]:
    """The line as its reader may see it: as it stands, in old fonts, with spaced letters closed up."""
    plain = _as_meant(plain_letters(_as_meant(nfc(line))))
    old = from_old_font(line)
    for reading in (plain, *([plain_letters(nfc(old))] if old != line else [])):
        yield reading
        closed = _SPACED.sub(lambda match: match[0].replace(match[1], ""), reading)
        if closed != reading:
            yield closed
        if (joined := _PARTED.sub(_joined, reading)) != reading:
            yield joined


def _joined(parted: re.Match[str]) -> str:
    if parted[0].isalpha():
        return parted[0]
    return "MẬT" if parted[0].isupper() else WORD


def _as_meant(line: str) -> str:
    """The line with the word as it was meant where its marks were typed as letters."""
    lower = line.lower()
    if not any(sign in lower for sign in _TYPED_SIGNS):
        return line
    meant = _TYPED.sub(lambda typed: "MẬT" if typed[0].isupper() else WORD, line)
    return _OLD_DEGREE.sub(lambda old: _OLD_DEGREES[old[0].lower()], meant)
