"""What a report is about, where that is a matter of its own which no list of the rules names.

"Báo cáo công tác tôn giáo tháng 7" names a month, and is not that month's report on all work. A department
reports on its field, whose words nobody could list, so of it little is asked. A People's Committee reports on
everything: what it writes of one matter is that matter's report.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailbot.core.language.symbol import symbols
from mailbot.core.language.text import nfc
from mailbot.core.language.words import Line, Phrases, Word
from mailbot.core.reading.document_type import FILE_NAME_CODES
from mailbot.core.reading.issuer import is_committee
from mailbot.core.reading.period_words import sightings
from mailbot.core.reading.titles_of import Paper, Title
from mailbot.core.reading.topic import find_phrase, words_of
from mailbot.core.rules import Rules, Unit

# What titles say of any report: that it is one, of what kind, whose, and that work was done.
_OF_ANY_REPORT = Phrases(
    "báo cáo", "bc", "b/c", "tình hình", "kết quả", "công tác", "thực hiện", "nhiệm vụ", "triển khai",
    "hoạt động", "lãnh đạo", "chỉ đạo", "điều hành", "sơ kết", "tổng kết", "tổng hợp", "đánh giá",
    "kiểm điểm", "ước", "phương hướng", "trọng tâm", "chủ yếu", "cơ bản", "mục tiêu", "chỉ tiêu",
    "giải pháp", "kế hoạch", "chương trình", "phát triển", "đạt được", "được giao", "nổi bật", "toàn diện",
    "mọi mặt", "các mặt", "một số", "những", "các", "chung", "kinh tế", "văn hóa", "văn hoá", "xã hội",
    "quốc phòng", "an ninh", "chính trị", "đời sống", "nhân dân", "ktxh", "kt", "xh", "vh", "vhxh", "qp",
    "an", "qpan", "anqp", "đảm bảo", "bảo đảm", "gắn với", "ubnd", "ub", "ủy ban", "uỷ ban", "hđnd",
    "hội đồng", "văn phòng", "vp", "xã", "phường", "thị trấn", "huyện", "thị xã", "thành phố", "tp", "tx",
    "tỉnh", "đặc khu", "địa phương", "địa bàn", "đơn vị", "cơ quan", "trên", "tại", "trong", "của", "về",
    "việc", "cho", "theo", "đối với", "và", "cả", "đến", "hết", "từ", "tới", "gửi", "kính gửi", "nộp",
    "xin", "em", "anh", "chị", "đồng chí", "kèm", "kèm theo", "đính kèm", "bổ sung", "thay thế",
    "điều chỉnh", "chính thức", "dự thảo", "lần", "số", "bản", "mới", "sửa", "sửa đổi", "định kỳ",
    "định kì", "thường kỳ", "thường niên", "hàng", "hằng", "đột xuất", "nhanh", "tóm tắt", "giao ban",
    "phục vụ", "họp", "hội nghị", "lũy kế", "luỹ kế", "thống kê", "chi tiết", "số liệu", "đầu", "cuối",
    "giữa", "nửa", "tháng", "quý", "quí", "năm", "tuần", "kỳ", "kì", "ngày", "chỉ thị", "ct", "ký số",
    "file", "word", "scan", "signed", "final", "pdf", "doc", "docx", "xls", "xlsx",
)  # fmt: skip
_REPORT = Phrases("báo cáo", "bc", "b/c")
# "Báo cáo tháng 7 về công tác tuyển quân": what it is about may stand behind the period as well.
_ABOUT = Phrases("về", "v/v", "công tác", "kết quả", "tình hình")
# Whose report it is, and not what of: "Báo cáo của Chi cục Kiểm lâm tháng 7".
_BODY = Phrases(
    "sở", "ngành", "khối", "ban", "công an", "bộ chỉ huy", "bch", "chi cục", "cục", "thanh tra", "trung tâm",
    "của phòng", "ubnd", "xã", "phường", "huyện", "thành phố", "tỉnh",
)  # fmt: skip
_COMMITTEE = re.compile(r"\b[uủ][yỷ] ban nhân dân\b")
# The first letters of what titles say of work in general: "KQTH NV", "CĐĐH", "KTXH"; folded.
_OF_ALL_WORK = re.compile(
    r"(?:kq|th|nvtt|nv|ct|tk|sk|hd|cd|dh|kt|xh|vh|qp|an|pt|kh|ph|gp|ubnd|hdnd|ub|vp|bc)+"
)
_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)
_OF_NAMES = frozenset({"sở", "ban", "và"})
_OF_SEVERAL_FIELDS = 4
_ALL_FIELDS = (
    Phrases("kinh tế", "kt", "ktxh"),
    Phrases("xã hội", "văn hóa", "văn hoá", "xh", "vhxh", "ktxh"),
    Phrases("quốc phòng", "an ninh", "qp", "qpan", "anqp"),
)
# One word too many may be a place, or a slip.
_FEWEST_WORDS = 2
_LONGEST_TITLE = 400
_JOINERS = frozenset({",", ";", "va"})


def own_matter(rules: Rules, unit: Unit, subject: Title, papers: Iterable[Paper]) -> str:
    """The words for the one matter of every report that is handed in; "" where one may be on all work.

    What stands at the head of a document goes before the subject, and that before the names of files. Whoever
    names his own field ("công tác nội vụ" of the Department of Home Affairs) means his own work.
    """
    told = [_of_paper(rules, unit, subject, paper) for paper in papers if paper.hands_in]
    return told[0] if told and all(told) else ""


def _of_paper(rules: Rules, unit: Unit, subject: Title, paper: Paper) -> str:
    if paper.heading is not None and paper.heading.title:
        return _of_title(rules, unit, paper.heading.title)
    # Files are named after people, and by machines: only what names a period says what it is.
    told = (title.words for title in (subject, paper.named) if not title.inherited and title.reading.periods)
    return _of_title(rules, unit, next(filter(_names_report, told), ""))


def _names_report(title: str) -> bool:
    return bool(_read(title)[1])


def _of_title(rules: Rules, unit: Unit, title: str) -> str:
    line, parts = _read(title)
    field = _field((unit.name, *unit.aliases))
    for first, last in parts if is_committee(unit) else parts[:1]:
        special = [at for at in _special(line, first, last) if not any(map(line[at].spells, field))]
        short = is_committee(unit) and any(map(_shortens, map(line.__getitem__, special)))
        if len(special) + short >= _FEWEST_WORDS and not _is_ours(rules, unit, line, first, last):
            return line.written(special[0], special[-1] + 1)
    return ""


@lru_cache(maxsize=512)
def _field(names: tuple[str, ...]) -> frozenset[str]:
    """The words of a unit's names: its field, or a committee's place. That it is one names neither.

    They are compared as they are spelt: "dân tộc" and "trật tự" are no words of "Ủy ban nhân dân xã Đại Từ".
    """
    words = [Line(_COMMITTEE.sub("", nfc(name).lower())).words for name in names]
    return frozenset(word.lower for line in words for word in line)


# A subject stands again at the head of its document, and many units write the same.
@lru_cache(maxsize=512)
def _read(title: str) -> tuple[Line, tuple[tuple[int, int], ...]]:
    """The words, and where they may say what a report is about: from "Báo cáo" to the period, or behind."""
    text = nfc(title[:_LONGEST_TITLE])
    line = Line(text, symbols(text, FILE_NAME_CODES))
    starts = (at + length for at in range(len(line)) if (length := _report_at(line, at)))
    start = next(starts, None)
    if start is None:
        return line, ()
    named = [sighting for sighting in sightings(line) if sighting.first >= start]
    if not named:
        return line, ((start, len(line)),)
    behind = named[0].last
    about = ((behind, len(line)),) if _ABOUT.at(line, behind) else ()
    return line, ((start, named[0].first), *about)


def _report_at(line: Line, at: int) -> int:
    # "857 / BC -SGD": behind a number it is part of a document's symbol.
    return 0 if line[at].folded == "bc" and line[at - 1].number is not None else _REPORT.at(line, at)


def _special(line: Line, first: int, last: int) -> Iterator[int]:
    """The words there that not any report has in its title."""
    at = first
    while at < last:
        if length := _OF_ANY_REPORT.at(line, at):
            at += length
            continue
        word = line[at]
        initials = _shortens(word) and _OF_ALL_WORK.fullmatch(word.folded)
        if word.number is None and word.code is None and len(word.folded) > 1 and not initials:
            yield at
        at += 1


def _shortens(word: Word) -> bool:
    """Whether it stands for several words by their first letters: "ANTT"; "TIN" may be a word itself."""
    return word.text.isupper() and _SYLLABLE.fullmatch(word.folded) is None


def _is_ours(rules: Rules, unit: Unit, line: Line, first: int, last: int) -> bool:
    """Whether a topic of ours stands there; in a committee's title it must stand by itself.

    "Kết quả công tác tôn giáo" is about religion although it names work in general; but whoever names the
    economy, society and defence is on all work, whatever he names besides. Whatever leads up to the
    field of a department is its work, and so is a title with all of several fields ("nông, lâm nghiệp, môi
    trường" of the Department of Agriculture and Environment).
    """
    said = words_of(line.written(first, last))
    topics = {topic for report in rules.reports for topic in report.topics}
    places = [place for topic in topics if (place := find_phrase(said, words_of(topic)))]
    if is_committee(unit):
        stands = any(place.stop == len(said) or said[place.stop] in _JOINERS for place in places)
        return stands or all(field.within(line, range(first, last)) for field in _ALL_FIELDS)
    return bool(places) or _BODY.within(line, range(first, last)) or _names_all_fields(unit, line)


def _names_all_fields(unit: Unit, line: Line) -> bool:
    field = _field((unit.name,)) - _OF_NAMES
    return len(field) >= _OF_SEVERAL_FIELDS and all(
        any(word.spells(named) for word in line.words) for named in field
    )
