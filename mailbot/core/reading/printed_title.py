"""Where the title of a document stands on its page: the type's name and the abstract below it.

Decree 30/2020/NĐ-CP, Appendix I: the type (tên loại) in capitals, the abstract (trích yếu) under it,
then a short rule; a letter has no type, and its abstract "V/v ..." stands under the number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.language.page import Page, Row
from mailbot.core.language.text import unaccent
from mailbot.core.reading.document_type import DocumentType

_T = DocumentType
_TYPES = {
    "BÁO CÁO": _T.BC, "TỜ TRÌNH": _T.TTR, "PHIẾU TRÌNH": _T.PT, "PHIẾU GỬI": _T.PG,
    "PHIẾU CHUYỂN": _T.PC, "PHIẾU BÁO": _T.PB, "KẾ HOẠCH": _T.KH, "LỊCH CÔNG TÁC": _T.KH,
    "LỊCH LÀM VIỆC": _T.KH, "CHƯƠNG TRÌNH": _T.CTR, "GIẤY MỜI": _T.GM, "THƯ MỜI": _T.GM,
    "THÔNG BÁO": _T.TB, "THÔNG CÁO": _T.TC, "QUYẾT ĐỊNH": _T.QD, "CHỈ THỊ": _T.CT,
    "NGHỊ QUYẾT": _T.NQ, "CÔNG ĐIỆN": _T.CD, "BIÊN BẢN": _T.BB, "KẾT LUẬN": _T.KL,
    "QUY CHẾ": _T.QC, "QUY ĐỊNH": _T.QYD, "HƯỚNG DẪN": _T.HD, "PHƯƠNG ÁN": _T.PA, "ĐỀ ÁN": _T.DE_AN,
    "DỰ ÁN": _T.DU_AN, "HỢP ĐỒNG": _T.HOP_DONG, "GIẤY GIỚI THIỆU": _T.GGT, "GIẤY ỦY QUYỀN": _T.GUQ,
    "GIẤY NGHỈ PHÉP": _T.GNP, "BẢN GHI NHỚ": _T.BGN, "BẢN THỎA THUẬN": _T.BTT,
}  # fmt: skip
_ANNEXES = {
    "PHỤ LỤC": _T.PL, "PHỤ BIỂU": _T.PL, "BIỂU": _T.PL, "BẢNG": _T.PL, "DANH SÁCH": _T.PL,
    "DANH MỤC": _T.PL, "ĐỀ CƯƠNG": _T.PL, "MẪU SỐ": _T.PL,
}  # fmt: skip


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    # Letters may be spaced out and lines broken anywhere, yet no other words come out the same.
    spelled = (r"\s{0,3}".join(unaccent(name).replace(" ", "")) for name in names)
    return re.compile(rf"(?:{'|'.join(f'({name})' for name in spelled)})")


_NAMES = {**_TYPES, **_ANNEXES}
_NAMED = tuple(_NAMES)
_TYPE = _pattern(_NAMED)
_LEAD = re.compile(r"[\W_]*(?:du\s*thao\W+)?")
# An office and no type: "SỞ / KẾ HOẠCH VÀ ĐẦU TƯ", "PHÒNG TÀI CHÍNH / KẾ HOẠCH".
_OFFICE = re.compile(r"\s*(?:va|-|&)?\s*(?:dau\s*tu|tai\s*chinh)\b")
_MATTER = re.compile(r"v\s{0,2}[/.\\]\s{0,2}v\b\s{0,3}[:.]?|ve\s+viec\b|trich\s+yeu\s*:")
# What comes after a title however it is written.
_STOP = re.compile(
    r"kinh\s*gui|kinh\s*trinh|can\s*cu\b|noi\s*nhan|dieu\s+\d|phan\s+(?:thu|[ivx]+\b|\d|mot|hai)"
    r"|chuong\s+[ivx\d]"
    r"|(?!v\s?/\s?v)(?:[ivxl]{1,4}|[a-d]|\d{1,2})\s?[.)/:]\s*(?!\d)(?=\D)|(?:[ivx]{1,4}|[a-d])\s?-\s|stt\b"
    r"|so\s*tt\b"
    r"|tt\s*$"
    r"|don\s*vi\s*(?:tinh|bao\s*cao|nhan)|dvt\b|\((?:kem|tu\s+ngay|so\s+lieu|tinh\s+den|ban\s+hanh)"
    r"|trang\s+\d"
    r"|mo\s+dau$|dac\s+diem|tinh\s+hinh\s+chung$|ho\s+va\s+ten|thanh\s+phan|noi\s+dung$|thoi\s+gian\s*:"
    r"|dia\s+diem\s*:|quyet\s+dinh\s*:|(?:chu\s+tich|giam\s+doc|thu\s+truong)\b|uy\s*ban\s*nhan\s*dan\b"
)
# Openings of a first sentence; an abstract may begin with the same words, and only its length tells.
_SENTENCE = re.compile(
    r"(?:thuc\s+hien|trien\s+khai|theo|trong|de|nham|qua|tren\s+co\s+so|tiep\s+tuc|duoi\s+su|nam|thang|quy"
    r"|sau\s+khi"
    r"|ngay|tinh\s+den|vua\s+qua|phuc\s+vu|tiep\s+thu|ap\s+dung|thua|so|ubnd|phong|ban|cong\s+an|chi\s+cuc"
    r"|van\s+phong"
    r"|huyen|tu)\b"
)
_CONTINUES = re.compile(
    r"(?:thang|quy|nam|tuan|\d{1,2}\s+thang|sau\s+thang|chin\s+thang|ky|va|phuong\s+huong|nhiem\s+vu"
    r"|ket\s+qua|tren\s+dia"
    r"|cua|ve|tinh\s+hinh|cong\s+tac|\()"
)
_SHORT = 60
# Where a line that runs on into the body begins it; in capitals these are words of an abstract.
_INLINE = re.compile(
    r"\s(?:Kính gửi|Kính trình|Căn cứ|Nơi nhận|Phần thứ|Thực hiện (?=Chỉ thị|Nghị|Quyết|Công|Kế|Thông|Văn"
    r"|Chương|Luật|Hướng|Điều"
    r"|chỉ đạo|ý kiến|sự chỉ|chế độ)|(?:I|1|A)\s?[.)]\s|Điều 1\b|Kinh gui|Can cu|Thuc hien (?=Chi thi|Nghi"
    r"|Quyet|Cong|Ke hoach|Thong))"
)
_PARAGRAPH_END = re.compile(r"\n[ ]*\n|\.\s")
_SAYS_ON = re.compile(r"nhu\s+sau|cu\s+the|bao\s+cao\b.{0,200}:\s|,\s[^,]{0,80}\bbao\s+cao\b")
_LONGEST = 700
_MOST_ROWS = 12
_BODY_LOOK = 700


@dataclass(frozen=True, slots=True)
class PrintedTitle:
    """A title as found.

    Attributes:
        printed: the type by its printed name; None for a letter, whose abstract stands alone.
        stands_out: the name is in capitals or alone on its line, as Decree 30 prints it.
        start: where the title begins on the page; `end`: where it ends.
    """

    printed: DocumentType | None
    stands_out: bool
    title: str
    start: int
    end: int


def printed_title(page: Page, rows: Sequence[Row], below: int) -> PrintedTitle | None:
    """The title under a type's name; one that stands below place `below` is preferred."""
    found = [named for index in range(len(rows)) if (named := _named(page, rows, index))]
    named = (
        next((n for n in found if n[0].start >= below and n[1] not in _ANNEXES), None)
        or next((n for n in found if n[1] not in _ANNEXES), None)
        or next(iter(found), None)
    )
    if named is None:
        return None
    first, name, end, stands_out = named
    annexed = found[0][1] in _ANNEXES and found[0][0].start >= below and found[0][0].start < first.start
    joined, closed = _lines_below(page, rows, end)
    printed = _T.PL if annexed else _NAMES[name]
    label = f"{found[0][0].text[:60]} " if annexed else ""
    return PrintedTitle(printed, stands_out, f"{label}{name} {joined}".strip(), first.start, closed)


def matter(page: Page, rows: Sequence[Row]) -> PrintedTitle | None:
    """The abstract of a letter, "V/v ..."."""
    for row in rows:
        found = _MATTER.match(row.folded)
        if found is not None:
            joined, closed = _lines_below(page, rows, row.start + found.end())
            return PrintedTitle(None, True, f"V/v {joined}".strip(), row.start, closed)
        if _STOP.match(row.folded) and not _is_committee(row):
            return None
    return None


def body_start(rows: Sequence[Row]) -> int:
    """Where the first line stands that belongs to a body and to no head; the end if there is none."""
    return next((row.start for row in rows if _STOP.match(row.folded) and not _is_committee(row)), 1 << 30)


def _is_committee(row: Row) -> bool:
    return row.folded.startswith("uy")


def _named(page: Page, rows: Sequence[Row], index: int) -> tuple[Row, str, int, bool] | None:
    row = rows[index]
    lead = _LEAD.match(row.folded)
    match = _TYPE.match(page.folded, row.start + (lead.end() if lead else 0))
    if match is None or match.lastindex is None:
        return None
    name, end = _NAMED[match.lastindex - 1], match.end()
    printed = page.text[match.start() : end]
    rest = page.text[end : max(end, row.end)]
    if name == "KẾ HOẠCH" and (_OFFICE.match(page.folded, end) or _is_office(rows[index - 1 : index])):
        return None
    alone = not any(map(str.isalnum, rest))
    upper = printed.isupper()
    if rest[:1].isalnum() and not (upper and rest[0].isupper()):
        return None
    opening = index == 0 and printed[:1].isupper()
    if upper or (alone and _stands_apart(rows, index)) or opening:
        return row, name, end, upper or alone
    return None


def _is_office(before: Sequence[Row]) -> bool:
    return any(row.folded.rstrip(" -&").endswith(("tai chinh", "so", "phong")) for row in before)


def _stands_apart(rows: Sequence[Row], index: int) -> bool:
    # A line of running text may be broken right before and after "báo cáo".
    before = rows[index - 1].text if index else ""
    return rows[index].text[:1].isupper() or not before or rows[index].blanks > 0 or len(before) < 60  # noqa: PLR2004


def _lines_below(page: Page, rows: Sequence[Row], start: int) -> tuple[str, int]:
    """The lines from place `start` on that belong to the abstract, joined, and where they end."""
    kept: list[str] = []
    end = start
    size = 0
    for row in [row for row in rows if row.end > start][:_MOST_ROWS]:
        text = page.text[max(start, row.start) : row.end]
        inline = _INLINE.search(text) if kept or len(text) > _SHORT else None
        text = (text[: inline.start()] if inline else text).strip(" :")
        whole = row.start >= start
        if row.rule and (kept or not whole):
            break
        if not any(map(str.isalnum, text)):
            continue
        if whole and _ends(page, row, kept):
            break
        kept.append(text)
        end, size = row.end, size + len(text)
        if inline or text.endswith(".") or size > _LONGEST:
            break
    return " ".join(" ".join(kept).split())[:_LONGEST], end


def _ends(page: Page, row: Row, kept: Sequence[str]) -> bool:
    """Whether the whole line `row` stands below the abstract of which `kept` is known."""
    if _STOP.match(row.folded) or _MATTER.match(row.folded):
        return bool(kept) or not _MATTER.match(row.folded)
    continues = len(row.text) < _SHORT and _CONTINUES.match(row.folded)
    opens = row.text[:1].isupper() and not row.text.isupper()
    if not kept:
        # "Quý III năm 2025" right above the first sentence is the abstract, whatever that sentence says.
        if len(row.text) < _SHORT and _is_sentence(page, row.end):
            return False
        return bool(opens and _SENTENCE.match(row.folded) and _SAYS_ON.search(_paragraph(page, row)))
    if row.blanks and not continues and (row.blanks > 1 or (opens and not kept[-1].endswith((",", "-")))):
        return True
    if not (opens and _SENTENCE.match(row.folded)) or continues:
        return False
    return len(row.text) >= _SHORT or bool(_SAYS_ON.search(_paragraph(page, row)))


def _is_sentence(page: Page, end: int) -> bool:
    """Whether the line after place `end` begins a sentence of its own."""
    after = page.text[end : end + _BODY_LOOK]
    start = end + len(after) - len(after.lstrip())
    return page.text[start : start + 1].isupper() and _SENTENCE.match(page.folded, start) is not None


def _paragraph(page: Page, row: Row) -> str:
    text = page.folded[row.start : row.start + _BODY_LOOK]
    return _PARAGRAPH_END.split(text, maxsplit=1)[0]
