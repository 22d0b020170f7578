"""Number and symbol of a document (số, ký hiệu), such as `45/BC-STC`, found in running text.

Decree 30/2020/NĐ-CP writes number/type-issuer for a document with a type name and
number/issuer-section for a letter, which has no type; Party offices write number-type/issuer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.language.text import unaccent, vocabulary

# One part of a symbol: an abbreviation that starts with a capital, "SGDĐT", "NN&PTNT", "SNgV".
_PART = r"[A-ZĐÐÂĂÊÔƠƯ][^\W_]{0,14}(?:[&.][^\W_]{1,10}){0,3}"
# The number may still be blank in a draft: "Số:      /BC-UBND", "Số…./BC-SNV".
_NUMBER = r"(?:(?<![\w/])\d{1,5}[a-z]?|(?<![^\s.…:])(?=\s?/\s?[A-ZĐ]))"
_SYMBOLS = re.compile(
    rf"(?P<state>{_NUMBER}\s?/\s?(?:\d{{4}}\s?/\s?)?(?P<head>{_PART})(?:\s?[-–]\s?{_PART}){{1,4}})"
    rf"|(?P<party>(?<![\w/])\d{{1,5}}\s?-\s?(?P<type>{_PART})\s?/\s?{_PART}(?:-{_PART})?)"
    # Without a section only "Số" before it tells a symbol: "Số 581/SGDĐT", but not "tháng 6/BC".
    rf"|(?:(?<=số )|(?<=Số )|(?<=số: )|(?<=Số: ))(?P<short>\d{{1,5}}\s?/\s?(?P<agency>{_PART}))"
)
# A file's name cannot hold a slash: "45-BC-STC ve ket qua.docx", "02_TB_SGDDT.pdf".
_IN_FILE_NAME = re.compile(
    rf"\W{{0,3}}(?:[Ss][oốỐO]\W{{0,2}})?(?P<symbol>\d{{1,5}}[-_.](?P<type>{_PART})[-_](?P<issuer>{_PART}))(?![^\W_])"
)
# What follows the type in a file's name without being an issuer: "45_BC_THANG_6.docx".
# The folded type code of a report (báo cáo).
_REPORT_CODES = frozenset({"bc"})
_NO_ISSUERS = vocabulary("thang quy tuan nam ve ket tinh cong cchc ktxh bao tong so t q v")


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol as written, where it stands, and the folded code that would tell the type."""

    written: str
    start: int
    end: int
    code: str


def symbols(text: str, codes: frozenset[str]) -> list[Symbol]:
    """Every symbol in `text`, in order; `codes` are the folded type codes a file name may show."""
    found = []
    opening = _IN_FILE_NAME.match(text)
    if opening and _names_type(opening, codes):
        found.append(
            Symbol(opening["symbol"], opening.start("symbol"), opening.end(), unaccent(opening["type"]))
        )
    for match in _SYMBOLS.finditer(text, found[0].end if found else 0):
        code = match["head"] or match["type"] or match["agency"]
        found.append(Symbol(match[0].strip(), match.start(), match.end(), unaccent(code)))
    return found


def report_symbol(lines: Iterable[str]) -> str:
    """The number and symbol of a report (BC), if all of `lines` show just one; a guess is no evidence."""
    found = {
        symbol.written
        for line in lines
        for symbol in symbols(line, _REPORT_CODES)
        if symbol.code in _REPORT_CODES and "/" in symbol.written
    }
    return found.pop() if len(found) == 1 else ""


def _names_type(opening: re.Match[str], codes: frozenset[str]) -> bool:
    return unaccent(opening["type"]) in codes and unaccent(opening["issuer"]) not in _NO_ISSUERS
