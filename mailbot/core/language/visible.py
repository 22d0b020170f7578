"""Other people's text made fit to be shown: in a letter, a page, a cell, a log line, on a terminal.

The one place for it. What is shown here keeps its words and loses what is not seen: controls that steer a
terminal or split a line, signs that turn the order of letters, marks piled up to cover other lines.
"""

import re
import unicodedata

from mailbot.core.language.lookalikes import plain_letters, scripts

# Controls, invisible and turning characters, halves of pairs, private and unassigned ones; line and
# paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Vietnamese needs two marks on a letter where they are not composed.
_MOST_MARKS = 3
# What is a name to a machine: an address, a domain, a file. Words of one script are left as they are.
_NAME = re.compile(r"[^\W_]+")
# Latin letters and what stands between them, without any mark of its own: nearly all that is ever shown.
_PLAIN = re.compile("[ -\u02ff\u1e00-\u1eff\u2010-\u206f\u20a0-\u20bf]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def line(text: str, longest: int | None = None) -> str:
    """`text` on one line, composed, without what cannot be seen; shortened to `longest` letters."""
    composed = unicodedata.normalize("NFC", text)
    # What is printable and bears no marks is shown as it is, and need not be looked at letter by letter.
    if not (composed.isprintable() and _PLAIN.fullmatch(composed)):
        composed = "".join(_shown(composed))
    shown = " ".join(composed.split())
    if longest is not None and len(shown) > longest:
        return shown[: longest - 1].rstrip() + "…"
    return shown


def name(text: str, longest: int | None = None) -> str:
    """An address or the name of a file, as a line; letters that pass for Latin ones are given away.

    "thainguуen.example" with a Cyrillic letter is shown as "thainguу(U+0443)en.example".
    """
    return line(_NAME.sub(_given_away, line(text)), longest)


def cell(text: str) -> str:
    """`text` for a cell of a CSV file, so that no spreadsheet takes it for a formula (CWE-1236)."""
    shown = line(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _shown(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if category in _UNSEEN:
            # Tabs and line ends part words; zero-width characters stand inside them.
            kept.append(" " if category in {"Cc", "Zl", "Zp"} else "")
        elif marks <= _MOST_MARKS:
            kept.append(char)
    return kept


def _given_away(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or scripts(word) <= {"LATIN"}:
        return word
    plain = plain_letters(word)
    mixed = "LATIN" in scripts(word)
    # A word wholly of another script deceives only if it can be read as a Latin one.
    if not mixed and not scripts(plain) <= {"LATIN"}:
        return word
    return "".join(char if _is_latin(char) else f"{char}(U+{ord(char):04X})" for char in word)


def _is_latin(char: str) -> bool:
    return not char.isalpha() or scripts(char) <= {"LATIN"}
