"""Which type of document a title names (loại văn bản), by the names and codes of Decree 30/2020/NĐ-CP.

The first words that name a type decide, for a title opens with its type; a symbol standing before
them decides over any word. A type named later is only talked about: "Tờ trình 166 Báo cáo công tác".
"""

from enum import StrEnum

from mailbot.core.language.text import unaccent, vocabulary
from mailbot.core.language.words import Line, Phrases, Word


class DocumentType(StrEnum):
    """Type of a document (loại văn bản); the values are the codes that stand in its symbol.

    The letter (công văn) has none in the decree; offices write CV. PL stands for an annex, a form or
    a table, which accompanies a document and is none itself.
    """

    NQ = "NQ"
    QD = "QĐ"
    CT = "CT"
    QC = "QC"
    QYD = "QyĐ"
    TC = "TC"
    TB = "TB"
    HD = "HD"
    CTR = "CTr"
    KH = "KH"
    PA = "PA"
    DE_AN = "ĐA"
    DU_AN = "DA"
    BC = "BC"
    BB = "BB"
    TTR = "TTr"
    HOP_DONG = "HĐ"
    CD = "CĐ"
    BGN = "BGN"
    BTT = "BTT"
    GUQ = "GUQ"
    GM = "GM"
    GGT = "GGT"
    GNP = "GNP"
    PG = "PG"
    PC = "PC"
    PB = "PB"
    CV = "CV"
    PT = "PT"
    KL = "KL"
    PL = "PL"


_T = DocumentType

# Codes as they stand in a symbol, folded. HĐ and ĐA fold to HD and DA; units send neither contracts
# nor projects to this mailbox, so the other one of each pair is taken.
_CODES = {
    "nq": _T.NQ, "qd": _T.QD, "ct": _T.CT, "qc": _T.QC, "qyd": _T.QYD, "tc": _T.TC, "tb": _T.TB,
    "hd": _T.HD, "ctr": _T.CTR, "kh": _T.KH, "khlt": _T.KH, "pa": _T.PA, "da": _T.DE_AN, "bc": _T.BC,
    "bcdx": _T.BC, "bb": _T.BB, "ttr": _T.TTR, "cd": _T.CD, "gm": _T.GM, "tm": _T.GM, "ggt": _T.GGT,
    "pg": _T.PG, "pc": _T.PC, "pb": _T.PB, "cv": _T.CV, "cvlt": _T.CV, "pt": _T.PT, "kl": _T.KL,
    "gnp": _T.GNP, "guq": _T.GUQ, "bgn": _T.BGN, "btt": _T.BTT,
}  # fmt: skip
# In a file's name only these are safe: TC is also Sở Tài chính, CT a tax office, DA a project.
FILE_NAME_CODES = vocabulary("bc bcdx kh ttr tb qd cv gm bb nq ctr hd kl")
# Laws and circulars have symbols as well, but no unit issues one, so they tell no type.
_CODES_OF_LAW = vocabulary("nd tt ttlt qh vbhn")

# Names that tell the type wherever they are the first of their kind in the title.
_NAMES = {
    "báo cáo": _T.BC, "bc": _T.BC, "kết quả": _T.BC, "tình hình": _T.BC, "sơ kết": _T.BC,
    "tổng kết": _T.BC, "đánh giá": _T.BC, "công khai": _T.BC, "kiểm điểm": _T.BC,
    "tờ trình": _T.TTR, "phiếu trình": _T.PT, "phiếu gửi": _T.PG, "phiếu chuyển": _T.PC,
    "phiếu báo": _T.PB, "kế hoạch": _T.KH, "lịch công tác": _T.KH, "lịch tuần": _T.KH,
    "lịch làm việc": _T.KH, "chương trình công tác": _T.CTR, "chương trình hành động": _T.CTR,
    "giấy mời": _T.GM, "thư mời": _T.GM, "mời họp": _T.GM, "mời dự": _T.GM, "mời tham dự": _T.GM,
    "thông báo": _T.TB, "thông cáo": _T.TC, "quyết định": _T.QD, "chỉ thị": _T.CT,
    "nghị quyết": _T.NQ, "công văn": _T.CV, "công điện": _T.CD, "biên bản": _T.BB,
    "kết luận": _T.KL, "quy chế": _T.QC, "hướng dẫn": _T.HD, "phụ lục": _T.PL, "phụ biểu": _T.PL,
    "đề cương": _T.PL, "kèm theo báo cáo số": _T.PL, "biểu kèm theo": _T.PL,
    "biểu mẫu": _T.PL, "một số chỉ tiêu": _T.PL, "giấy giới thiệu": _T.GGT,
    "hợp đồng": _T.HOP_DONG, "về việc": _T.CV, "v v": _T.CV, "vv": _T.CV, "yêu cầu": _T.CV,
    "đề nghị": _T.CV, "đôn đốc": _T.CV, "góp ý": _T.CV, "xin ý kiến": _T.CV, "lấy ý kiến": _T.CV,
    "tham gia ý kiến": _T.CV, "phúc đáp": _T.CV, "trả lời": _T.CV, "chấn chỉnh": _T.CV,
    "nhắc": _T.CV, "hạn nộp": _T.CV,
    "hạn báo cáo": _T.CV, "hạn gửi báo cáo": _T.CV, "thời hạn": _T.CV, "ttr": _T.TTR, "chỉ đạo": _T.CV,
}  # fmt: skip
# Names and imperatives that tell it only as the first words; further on they mean other things.
_OPENINGS = {
    "họp": _T.GM, "mời": _T.GM, "hội nghị": _T.GM, "hội thảo": _T.GM, "biểu": _T.PL, "bảng": _T.PL,
    "mẫu": _T.PL, "danh sách": _T.PL, "danh mục": _T.PL, "chương trình": _T.CTR, "phương án": _T.PA,
    "lịch": _T.KH, "phương hướng": _T.KH, "nhiệm vụ": _T.KH, "quy định": _T.QYD, "văn bản": _T.CV,
    "đề án": _T.DE_AN, "chủ động": _T.CV, "tăng cường": _T.CV, "triển khai": _T.CV,
    "tiếp tục": _T.CV, "khẩn trương": _T.CV, "phối hợp": _T.CV, "rà soát": _T.CV, "đăng ký": _T.CV,
    "cung cấp": _T.CV, "cử": _T.CV, "giao": _T.CV, "đẩy mạnh": _T.CV, "tổ chức": _T.CV,
    "bổ sung hồ sơ": _T.CV, "gia hạn": _T.CV, "điều chỉnh": _T.CV, "nghiêm túc": _T.CV,
    "chuẩn bị": _T.CV, "thực hiện chế độ": _T.CV, "thực hiện năm": _T.KH,
    "phát động": _T.KH, "hưởng ứng": _T.CV,
    "cv": _T.CV, "kh": _T.KH, "tb": _T.TB, "gm": _T.GM, "pl": _T.PL, "qđ": _T.QD, "bb": _T.BB,
    "nq": _T.NQ, "ctr": _T.CTR, "ct": _T.CT,
}  # fmt: skip
# "V/v" opens the abstract of many types; these words behind it say which.
_MATTER_TYPES = {
    "mời họp": _T.GM, "mời dự": _T.GM, "mời tham dự": _T.GM, "nghỉ lễ": _T.TB, "nghỉ tết": _T.TB,
    "treo cờ": _T.TB, "lịch nghỉ": _T.TB,
}  # fmt: skip
_ABSTRACTS = ("v v", "vv", "ve viec")

# Words that stand before the opening without being it: "Fwd: Dự thảo ...", "UBND tỉnh gửi ...".
_PREFACES = vocabulary(
    "re fw fwd dự thảo dt kính gửi sở số ubnd hđnd tỉnh huyện xã phường văn phòng file bản scan đơn vị em"
)
_PREFACES_FOLDED = frozenset(map(unaccent, _PREFACES))
# After these the document named is one that is carried out, answered or enclosed, or an office.
_CITING = vocabulary("theo hien khai tai kem cua tung hanh so phong chinh bo")
_URGING = Phrases("chấn chỉnh", "việc chấn chỉnh", "tăng cường", "đẩy mạnh")
# Programmes that everybody calls by their number, and reports on: "Đề án 06 tháng 9".
_KNOWN_BY_NUMBER = Phrases("đề án", "nghị quyết", "chỉ thị", "kết luận")
_PERIOD_WORDS = vocabulary("thang quy nam tuan")
_MOST_PREFACES = 8


_MATTERS = Phrases(*_MATTER_TYPES)
_TYPES = {unaccent(name): named for name, named in (_NAMES | _OPENINGS | _MATTER_TYPES).items()}
_ANYWHERE = Phrases(*_NAMES)
_AT_OPENING = Phrases(*_NAMES, *_OPENINGS)


def own_symbol(line: Line) -> Word | None:
    """The symbol that is the document's own: at the opening or set apart at the end, not a cited one."""
    at = next((i for i, word in enumerate(line.words) if word.code is not None), None)
    if at is None:
        return None
    before = [i for i in range(at) if not _is_preface(line[i])]
    opens = at <= _MOST_PREFACES and (not before or _is_name(line, before[0], before[-1] + 1))
    apart = at == len(line) - 1 and (line[at].breaks or (line.says(at - 1, "số") and line[at - 1].breaks))
    return line[at] if opens or apart else None


def document_type(line: Line, own: Word | None, *, spreadsheet: bool, period: bool) -> DocumentType | None:
    """The type that `line` tells; None where nothing does.

    A sheet that does not call itself a report is an annex, and a title of which only the period is
    clear is taken for the report of that period, as most offices name their files.
    """
    until = line.words.index(own) if own else 0
    named = _first_named(line, until) or (own and _type_of(own)) or _first_named(line, len(line))
    if spreadsheet and named in (None, DocumentType.BC) and not says_report(line):
        return DocumentType.PL
    return named or (DocumentType.BC if period else None)


def says_report(line: Line) -> bool:
    """Whether the title has the very word "báo cáo", and not only words that reports like."""
    return any(line.says(i, "báo cáo") or line[i].folded == "bc" for i in range(len(line)))


def _type_of(symbol: Word) -> DocumentType | None:
    return None if symbol.code in _CODES_OF_LAW else _CODES.get(symbol.code or "", DocumentType.CV)


def _first_named(line: Line, until: int) -> DocumentType | None:
    opening = next((i for i in range(len(line)) if not _is_preface(line[i])), 0)
    for i in range(until):
        name, named = _name_at(line, i, opens=i == opening)
        if named is DocumentType.BC and _has_annex(line, i):
            return DocumentType.PL
        if name in _ABSTRACTS:
            return _matter(line, i, name)
        if named is not None:
            return named
    return None


def _name_at(line: Line, i: int, *, opens: bool) -> tuple[str, DocumentType | None]:
    length = (_AT_OPENING if opens else _ANYWHERE).at(line, i)
    if not length or _is_cited(line, i, i + length):
        return "", None
    name = " ".join(word.folded for word in line.words[i : i + length])
    return name, _TYPES[name]


def _is_cited(line: Line, first: int, after: int) -> bool:
    # "thực hiện Chỉ thị 05", "Sở Kế hoạch và Đầu tư", "Đề án 06 tháng 9", "công tác chỉ đạo, điều hành".
    if line[first - 1].folded in _CITING and not line[first].breaks:
        return not line.says(first, "báo cáo") and line[first].folded != "v"
    numbered = line[after].number is not None and line[after + 1].folded in _PERIOD_WORDS
    known_by_number = numbered and _KNOWN_BY_NUMBER.at(line, first)
    directing = line.says(first, "chỉ đạo") and (line.says(after, "điều hành") or line.says(first - 1, "tác"))
    office = line.says(first - 2, "tài chính") and line.says(first, "kế hoạch")
    return bool(known_by_number) or directing or office


def _is_name(line: Line, first: int, after: int) -> bool:
    said = " ".join(word.folded for word in line.words[first:after] if word.folded != "so")
    return said in _TYPES


def _matter(line: Line, at: int, abstract: str) -> DocumentType:
    for i in range(at, len(line)):
        length = _MATTERS.at(line, i)
        if length:
            return _TYPES[" ".join(word.folded for word in line.words[i : i + length])]
    # Of the two openings only the full one stands under the name of a directive.
    urging = abstract == "ve viec" and _URGING.at(line, at + 2)
    if urging and any(line.says(i, "trên địa bàn") for i in range(at, len(line))):
        return DocumentType.CT
    return DocumentType.CV


def _has_annex(line: Line, at: int) -> bool:
    # "BC tháng 6 - Phụ lục 1" is the annex; "Báo cáo và phụ lục kèm theo" is the report.
    if "phu" not in line.folded:
        return False
    for i in range(at, len(line)):
        if line.says(i, "phụ lục") or line.says(i, "phụ biểu"):
            beside = line.says(i - 1, "kèm") or line.says(i + 2, "kèm")
            return any(mark in line[i].gap for mark in "-_(") and not beside
    return False


def _is_preface(word: Word) -> bool:
    # "Phường" names who writes, "phương án" what is written; without accents nobody can tell.
    plain = word.lower == word.folded and word.folded in _PREFACES_FOLDED
    return word.number is not None or plain or word.lower in _PREFACES
