"""Who issued a document, by the names printed at its top left.

Decree 30/2020/NĐ-CP, Appendix I: the superior agency stands above, the issuing one below it; the last
name is the issuer's. A section of a local committee is no body of its own there: the committee above it
answers for what it writes. Names are broken over lines, and joined with other columns, as extraction likes.
"""

import re
from collections.abc import Iterator, Sequence

from mailbot.core.language.page import Row
from mailbot.core.language.text import fold

# How the name of an agency begins.
_OPENING = re.compile(
    r"(?:uy\s*ban\s*nhan\s*dan|hoi\s*dong\s*nhan\s*dan|uy\s*ban\s*(?:mat\s*tran|mttq)|ubnd|ub\s*mttq|hdnd"
    r"|so\s?(?=[a-z]|$)|bo\s*chi\s*huy"
    r"|bo\s*tu\s*lenh|bo\b|ban\b(?!\s*nhan\s*dan)|cong\s*an|thanh\s*tra|van\s*phong|vp\b|chi\s*cuc"
    r"|tong\s*cuc|cuc\b|truong\b"
    r"|benh\s*vien|trung\s*tam|tt\b|phong\b|dang\s*(?:bo|uy)|huyen\s*(?:uy|doan)|tinh\s*(?:uy|doan)"
    r"|thanh\s*(?:uy|doan)|thi\s*uy"
    r"|lien\s*(?:minh|doan)|hoi\b|mat\s*tran|kho\s*bac|bao\s*hiem|ngan\s*hang|dai\b|bql\b|bch|hat\b|doi\b"
    r"|tram\b|vien\b|toa\b"
    r"|cong\s*ty|bao\b(?!\s*cao)|dsu|quy\b|nha\b|thuong\s*truc|bdt\b|don\b)"
)
# Agencies that begin in the middle of a line only behind the full name of a committee.
_SECOND = re.compile(
    r"(?<=\w )(?:so(?= )|ban(?! nhan dan| chi dao| quan ly)(?= )|ban quan ly|ban chi dao|cong an|thanh tra"
    r"|phong(?= )|van phong"
    r"|chi cuc|trung tam|truong(?= )|benh vien|bo chi huy)"
)
_COMMITTEE = re.compile(r"(?:ubnd|uy ban nhan dan)\s+(?:tinh|thanh pho|tp|huyen|thi xa)")
# Of communes and districts; a province's committee has bodies below it that report for themselves.
_LOCAL = re.compile(
    r"(?:ubnd|uy\s*ban\s*nhan\s*dan)\s+(?:xa|phuong|thi\s*tran|dac\s*khu|huyen|quan|thi\s*xa|thanh\s*pho|tp|tx)\b"
)
_SECTION = re.compile(r"phong\b|van\s*phong\b|vp\b|trung\s*tam\s*phuc\s*vu\s*hanh\s*chinh")
_LABELLED = re.compile(
    r"(?:don\s*vi(?:\s*bao\s*cao)?|co\s*quan(?:\s*bao\s*cao)?|ten\s*don\s*vi)\s{0,3}:\s{0,3}(?=\w)"
)
_SKIPPED = re.compile(
    r"so\s*[:.]|du\s*thao|mau\b|bieu\b|phu\s*luc|hoa\s*toc|thuong\s*khan|khan$|toi\s*mat|tuyet\s*mat|mat$"
    r"|den$|[\d\W]+$|ngay\b"
    r"|cong\s*van\s*den|chuyen\s*:|trang\b"
)
_ENDS = re.compile(r"v\s?/\s?v\b|ve\s+viec\b|kinh\s*gui|can\s*cu\b")
# Halves of names that a line break may part, so that the other half seems to begin a name.
_HALVES = ("van phong", "vp", "van", "uy ban", "hdnd va", "thanh tra", "cong doan", "lien doan")
_MOST_ROWS = 14
_LONGEST_ROW = 120
_LONGEST = 200


def agencies(rows: Sequence[Row]) -> tuple[str, ...]:
    """The names printed among `rows`, those above the title: the superior one's first, the issuer's last."""
    names: list[list[tuple[str, str]]] = []
    for text, folded in _lines(rows):
        opens = _OPENING.match(folded)
        if opens and not (names and _folded(names[-1]).endswith(_HALVES)):
            names.append([(text, folded)])
        elif names and (text.isupper() or not names[-1][-1][0].isupper()):
            names[-1].append((text, folded))
    return tuple(_printed(name) for name in names)


def issuer(printed: Sequence[str]) -> str:
    """The issuer's name among those of the agencies; "" if there is none."""
    if not printed:
        return ""
    inside = len(printed) > 1 and _SECTION.match(fold(printed[-1])) and _LOCAL.match(fold(printed[-2]))
    return printed[-2 if inside else -1]


def _printed(name: Sequence[tuple[str, str]]) -> str:
    words = " ".join(text for text, _ in name).split()
    return " ".join(words)[:_LONGEST].strip(" .,:;-–*")


def _folded(name: Sequence[tuple[str, str]]) -> str:
    return " ".join(part for _, part in name)


def _lines(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """The lines that may hold names, parted where a second name begins in the middle of one."""
    for row in rows[:_MOST_ROWS]:
        if _ENDS.match(row.folded):
            return
        labelled = _LABELLED.match(row.folded)
        at = labelled.end() if labelled else 0
        if row.rule or _SKIPPED.match(row.folded) or len(row.text) > _LONGEST_ROW:
            continue
        second = _SECOND.search(row.folded, at) if _COMMITTEE.match(row.folded, at) else None
        if second is not None:
            yield row.text[at : second.start()], row.folded[at : second.start()]
            at = second.start()
        yield row.text[at:], row.folded[at:]
