"""Urgent reports and what they are about: báo cáo nhanh, đột xuất, hỏa tốc, sự cố.

The kinds of event are those that two provinces list for reporting at once: natural disasters, storms
and floods, epidemics, public order, religion, forests, minerals, traffic, fires, border crossings,
accidents and social evils. The words only raise priority; a person confirms.

A harm is news by where it stands, not by how it is called: where a subject or a document's title opens with
it, and where the sender tells of it beside an hour of today, or of what is being done about it right now.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from mailbot.core.emergencies.present import is_now, is_other_paper, without_dates
from mailbot.core.language.page import shadow
from mailbot.core.language.said import Place, Said

_URGENT = (
    "báo cáo nhanh", "báo cáo đột xuất", "báo cáo khẩn", "bc nhanh", "bc đột xuất", "hỏa tốc",
    "thượng khẩn", "công điện", "báo cáo sự cố", "báo cáo vụ việc", "báo cáo vụ", "báo cáo ban đầu",
    "vụ việc đột xuất", "sự việc đột xuất", "tình huống đột xuất", "vấn đề đột xuất", "tình hình đột xuất",
    "khẩn", "khẩn cấp",
)  # fmt: skip
# Only as a mark of its own: "(KHẨN)", "Khẩn: ...". "Công điện" only as the type of this document.
_MARKS = frozenset(("khẩn", "khẩn cấp"))
_TYPE = "công điện"
# "Thực hiện Công điện số 5", "chế độ báo cáo đột xuất": urgent once, or a rule, and no event of today.
_CITED = re.compile(
    r"\b(?:che do|thuc hien|theo|can cu|trien khai|cua|quy dinh ve|quy dinh|cong tac|tinh trang|tra loi"
    r"|khong|khong co|mau|de cuong|va|hoac"
    r"|kiem tra|thanh tra|dinh ky|tiep)[\s,]*(?:cac\s+)?$"
)
_MARK = re.compile(r"(?:^|[\[(\n])[ ]*$")
_CLOSED = re.compile(r"[ ]*(?:$|[\])\n:!-])")
_OPENING = re.compile(r"^(?:\W|re|fw|fwd|ubnd|tinh|so|v/v|\d)*$")

_INCIDENTS = {
    "thien-tai": (
        "thiên tai", "động đất", "hạn hán", "mưa đá", "dông lốc", "giông lốc", "lốc xoáy", "rét đậm",
        "rét hại", "sét đánh",
    ),
    "bao-lu": (
        "bão lũ", "lũ quét", "lũ ống", "lũ lụt", "mưa lũ", "mưa lớn", "ngập lụt", "ngập úng", "sạt lở",
        "vỡ đê", "bão số", "cơn bão", "do bão", "do lũ", "áp thấp nhiệt đới", "hoàn lưu bão", "vỡ đập",
    ),
    "dich-benh": (
        "dịch bệnh", "ổ dịch", "dịch tả", "cúm gia cầm", "lở mồm long móng", "dịch sởi", "sốt xuất huyết",
        "covid", "tai xanh", "ngộ độc thực phẩm", "ngộ độc tập thể", "bệnh dại", "ca dương tính",
        "chùm ca bệnh", "ca bệnh đầu tiên", "ca mắc đầu tiên",
    ),
    "an-ninh-trat-tu": (
        "an ninh trật tự", "an ninh, trật tự", "tụ tập đông người", "gây rối", "biểu tình", "đình công",
        "tập trung đông người",
        "ngừng việc tập thể", "án mạng", "giết người", "chống người thi hành công vụ",
        "khiếu kiện đông người",
    ),
    "ton-giao": ("tôn giáo", "tà đạo", "đạo lạ"),
    "pha-rung": ("chặt phá rừng", "phá rừng", "khai thác gỗ trái phép", "lâm tặc"),
    "khoang-san": (
        "khoáng sản trái phép", "khai thác cát trái phép", "khai thác vàng trái phép", "sập hầm lò",
        "sập lò", "quặng trái phép",
    ),
    "tai-nan-giao-thong": ("tai nạn giao thông", "tngt"),
    "chay-no": ("cháy nổ", "vụ cháy", "vụ nổ", "cháy rừng", "hỏa hoạn", "cháy chợ", "cháy nhà",
        "cháy lớn", "nổ lớn", "nổ lò hơi", "nổ bình ga", "nổ bình gas", "nổ kho", "cháy tại", "cháy xưởng",
        "cháy kho", "cháy quán", "cháy xe", "cháy công ty", "cháy khu", "rò rỉ hóa chất", "tràn dầu",
    ),
    "vuot-bien": ("vượt biên", "xuất cảnh trái phép", "nhập cảnh trái phép"),
    "tai-te-nan": ("tệ nạn xã hội", "tai nạn lao động", "đuối nước", "sập cầu", "sập nhà", "sập giàn giáo",
        "sập công trình", "sập tường", "lật thuyền", "lật tàu", "chìm tàu", "chìm thuyền",
    ),
}  # fmt: skip
# Words for any harm: too plain to mean an event wherever they stand.
_HARMS = {
    "bao-lu": ("lũ", "ngập", "ngập sâu", "lở đất", "sạt taluy", "sụt lún", "vỡ", "xả lũ", "nước dâng",
        "bị cô lập", "cuốn trôi", "sơ tán", "báo động 3", "báo động iii"),
    "thien-tai": ("lốc", "tốc mái"),
    "chay-no": ("cháy", "bốc cháy", "phát nổ", "nổ khí", "nổ gas", "nổ mìn làm", "rò rỉ", "tràn hóa chất",
        "hóa chất tràn", "tràn axit"),
    "an-ninh-trat-tu": ("bắt cóc", "nổ súng", "dùng súng", "bị bắn", "bị đâm", "đâm chết", "chém", "tự thiêu",
        "xô xát", "tụ tập", "cướp", "con tin", "kéo đến trụ sở", "kéo lên trụ sở"),
    "dich-benh": ("ngộ độc", "ca dương tính", "dương tính", "nhập viện"),
    "tai-te-nan": ("mất tích", "tử vong", "thiệt mạng", "chết", "bị thương", "mắc kẹt", "vùi lấp", "sập",
        "đổ sập", "thi thể", "tử thi", "nguy kịch", "đi cấp cứu",
        "đang cấp cứu", "bị lật", "lật xe", "xe lật", "rơi xuống sông", "bị điện giật"),
    "tai-nan-giao-thong": ("tai nạn", "va chạm giao thông"),
}  # fmt: skip
_BARE = frozenset(phrase for phrases in _HARMS.values() for phrase in phrases)
_KIND_OF = {
    phrase: kind for words in (_INCIDENTS, _HARMS) for kind, phrases in words.items() for phrase in phrases
}
_EVERY = tuple(_KIND_OF)
OTHER_EVENT = "khac"
# A sentence is read for what is done right now, the words next to an event for what it did.
_AROUND = 130
_NEXT = 60
# These are events by themselves; the others are also an office's daily work.
_EVENTS = frozenset(
    ("chùm ca bệnh", "ca bệnh đầu tiên", "ca mắc đầu tiên",
    "lũ quét", "lũ ống", "vỡ đê", "vỡ đập", "ổ dịch", "vụ cháy", "vụ nổ", "án mạng", "sập lò",
    "sập hầm lò", "giết người", "cháy chợ",
     "cháy nhà", "mưa lũ", "ngập lụt", "sạt lở", "tụ tập đông người", "dông lốc", "giông lốc", "động đất",
     "mưa đá")
)  # fmt: skip
# "Cháy lớn tại khu công nghiệp": what a subject opens with has struck; drills and plans name it further on.
_STRIKES = (_BARE - {"tai nạn", "rò rỉ", "chết"}) | frozenset(
    ("cháy rừng", "ngộ độc thực phẩm", "ngộ độc tập thể", "lốc xoáy",
     "cháy lớn", "nổ lớn", "nổ lò hơi", "nổ bình ga", "nổ bình gas", "nổ kho", "sập cầu", "sập nhà",
     "sập giàn giáo", "sập công trình", "sập tường", "đuối nước", "cháy tại", "cháy xưởng", "cháy kho",
     "cháy quán", "cháy xe", "cháy công ty", "cháy khu", "rò rỉ hóa chất", "tràn dầu", "lật thuyền",
     "lật tàu", "chìm tàu", "chìm thuyền")
)  # fmt: skip
_FIRST = re.compile(
    r"^(?:\W|re|fw|fwd|ubnd|tinh|bao cao|bc|tin|v/v|ve viec|ve|nhanh|ban dau|dot xuat|vu viec|vu|su co|ca"
    r"|truong hop|xay ra|phat hien|lenh|\d)*"
    # "Ca bệnh nghi dại tử vong".
    r"(?:(?<![a-z])(?:ca|truong hop)(?: [a-z]+){0,5} )?$"
)
# Without accents these mean nothing else: "mat tich", "chay rung".
_PLAIN_AS_WELL = frozenset(
    ("ngập", "ngập sâu", "sơ tán", "thi thể", "đuối nước", "cháy rừng", "ngộ độc", "ngộ độc thực phẩm",
     "ngộ độc tập thể", "lốc xoáy", "mất tích", "bắt cóc", "tử vong", "thiệt mạng", "bị thương", "vùi lấp",
     "mắc kẹt", "cuốn trôi", "bị cô lập")
)  # fmt: skip
# And these read as other words: "vụ nợ", "vợ để", "mưa lớn" and "mua lợn", "đảo lạ".
_NEEDS_ACCENTS = (_STRIKES - _PLAIN_AS_WELL) | frozenset(
    ("vụ nổ", "vỡ đê", "mưa lớn", "đạo lạ", "bão số", "khẩn", "sập lò", "tà đạo", "báo cáo vụ",
     "báo cáo khẩn")
)  # fmt: skip
_PREVENTED = re.compile(
    r"\b(?:(?<!van )phong|chong|ngua|ung pho|dam bao|bao dam|giu gin|cong tac|quan ly|tin nguong|dan toc"
    # "Biến động đất đai" is no earthquake; "phòng cháy, chữa cháy" is an office.
    r"|nguy co|kiem soat|ngan chan|xu ly|(?<!dien )bien|chua|(?<!tin )bao|xet xu(?: vu an)?"
    r"|khac phuc hau qua|phong ngua|khac phuc)[\s,]*(?:(?:an ninh|thien tai|lut|bao|lu|dich|toi pham|va"
    r"|chay|cac|ban|tinh trang)[\s,]*){0,4}$"
)
# What is prevented, repaired or did not happen may be a list: "ứng phó mưa lũ, sạt lở đất". It ends where
# something is told that did: "khắc phục sự cố sạt lở"; "không có người ở nhà, vụ cháy".
_GOVERNED = re.compile(
    r"\b(?:ung pho|xu ly|phong,? (?:chong|tranh)|phong ngua|khac phuc|ngan chan|canh bao|du bao|nguy co"
    r"|chong)\b(?![^.;:!\n]*\b(?:xay ra|bung phat|phat hien|vu|su co|bi|dang|lam chet)\b)[^.;:!\n]{0,45}$"
    r"|\b(?:khong|chua) (?:de )?(?:xay ra|phat sinh|ghi nhan|phat hien|co)\b"
    r"(?![^.;:!\n]*(?:,|\bnhung) (?:da |dang )?(?:xay ra|phat hien|vu|su co|bi)\b)[^.;:!\n]{0,45}$"
)
_HAPPENED = re.compile(
    r"(?<!khong )(?<!chua )(?<!khong de )(?:xay ra|phat sinh(?= tai))|bung phat|phat hien|thiet hai"
    r"|(?<!\w)vu (?:chay|tai nan|pha rung|sat lo|no|an|chat|khai thac|viec)|nguoi chet|lam chet"
    r"|thuong vong|dac biet nghiem trong|su co|bat thuong|dien bien"
)
# "Vụ tập trung đông người" is one that happened; "03 vụ tai nạn" are counted.
_A_CASE = re.compile(r"(?<!\d )\bvu (?:viec )?$")
_VICTIMS = re.compile(r"nguoi chet|lam chet|thuong vong|bi thuong|mat tich|tu vong|thiet mang")
# Whatever struck them: "12 người tử vong", "chết 3 người"; folded.
_WHO = r"(?:nguoi|chau|hoc sinh|cong nhan|ngu dan|nan nhan|du khach)"
_TOLL = re.compile(
    rf"\b(?!0+\b)\d{{1,3}} {_WHO}(?: dan)? (?:da |bi ){{0,2}}(?:chet|tu vong|mat tich|thiet mang|thuong"
    r"|vui lap|nhap vien|cap cuu|mac ket)\b"
    rf"|\b(?:chet|tu vong|mat tich|thiet mang|vui lap) (?!0+\b)\d{{1,3}} {_WHO}\b"
    r"|\b(?!0+\b)\d{1,3} (?:ca|truong hop)(?: benh)? (?:da |bi ){0,2}(?:tu vong|chet|duong tinh)\b"
)
# What is practised, or settled afterwards.
_NOT_NOW = re.compile(
    r"\b(?:dien tap|tinh huong|phuong an|ke hoach|tap huan|mai tang|boi thuong|bao hiem|khen thuong|xet xu)\b"
)
_ACCIDENTS = "tai-te-nan"
# Why a report is late, and what a period's own report tells: no news of today.
_REASON = re.compile(r"\b(?:do|vi)\b[^.;\n]*$")
_OF_A_PERIOD = re.compile(
    r"(?<!\d )\bthang (?:\d|nay|qua|truoc)|\bquy (?:\d|iv|i{1,3})\b|\d thang (?:dau|cuoi|nam)\b"
    r"|\btrong (?:thang|quy|ky|nam|tuan)\b|\b(?:luy ke|cung ky)\b"
)
# Work of a month or a year is a routine report, whatever it is about.
_PERIODIC = re.compile(r"(?<!\w)(?:thang|quy|tuan|nam|t|q)\s?\.?\s?(?:\d|i{1,3}\b|iv\b)|\d\s?thang\b")


def incidents(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[tuple[str, str]]:
    """The urgent matters of a mail as (words, kind of event), each kind once."""
    urgent = next(_urgent(heads, bodies, near), None)
    routine = urgent is None and any(map(_is_routine, heads))
    kinds = dict(_told_by_heads(heads, urgent=urgent is not None, routine=routine))
    if not kinds:
        # "Re: Báo cáo tháng 11" may be the last letter that was at hand: what struck today is told below it.
        other = any(is_other_paper(head.lower) for head in heads)
        kinds = _first_of_each(
            (place, kind)
            for place, kind in _places(bodies)
            if place.start < near
            and (urgent or _has_struck(place, bodies, near, routine=routine, other=other))
        )
    if not (kinds or routine or urgent) and (toll := next(_tolls(heads, bodies, near), "")):
        kinds[_ACCIDENTS] = toll
    if urgent and not kinds:
        kinds[OTHER_EVENT] = urgent
    yield from ((words, kind) for kind, words in kinds.items())


def titled(titles: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """What struck, as titles of documents name it: each speaks for itself, whatever it came with."""
    for title in titles:
        urgent = next(_urgent((title,), (), 0), None)
        told = _told_by_heads((title,), urgent=urgent is not None, routine=_is_routine(title))
        yield from ((words, kind) for kind, words in told.items())


def _told_by_heads(heads: Sequence[Said], *, urgent: bool, routine: bool) -> dict[str, str]:
    ours = [head for head in heads if urgent or not (routine or is_other_paper(head.lower))]
    return _first_of_each(
        (place, kind) for place, kind in _places(ours) if _names_event(place, urgent=urgent)
    )


def _names_event(place: Place, *, urgent: bool) -> bool:
    bare = place.phrase in _BARE
    struck = place.phrase in _EVENTS or _opens(place) or (not bare and _happened(place))
    return urgent or (_is_event(place) and struck)


def _first_of_each(places: Iterable[tuple[Place, str]]) -> dict[str, str]:
    """The first words for each kind of event; what harmed whom counts where nothing better names it."""
    found = list(places)
    named = [(place, kind) for place, kind in found if place.phrase not in _BARE]
    kinds: dict[str, str] = {}
    for place, kind in named or found:
        kinds.setdefault(kind, place.written)
    return kinds


def _is_routine(head: Said) -> bool:
    return _PERIODIC.search(without_dates(shadow(head.lower))) is not None


def _urgent(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    for words in (*heads, *bodies):
        in_subject = words in heads
        for place in words.places(_URGENT):
            if _CITED.search(place.before) or (words.plain and place.phrase in _NEEDS_ACCENTS):
                continue
            if place.phrase in _MARKS and not (_MARK.search(place.before) and _CLOSED.match(place.after)):
                continue
            opens = place.phrase != _TYPE or (in_subject and _OPENING.match(place.before) is not None)
            if opens and (in_subject or place.start < near):
                yield place.written


def _places(readings: Sequence[Said]) -> Iterator[tuple[Place, str]]:
    for words in readings:
        for place in words.places(_EVERY, around=_AROUND):
            if not (words.plain and place.phrase in _NEEDS_ACCENTS):
                yield place, _KIND_OF[place.phrase]


def _is_event(place: Place) -> bool:
    return not (_PREVENTED.search(place.before) or _GOVERNED.search(place.before))


def _opens(place: Place) -> bool:
    return place.phrase in _STRIKES and _FIRST.match(place.before) is not None


def _tolls(heads: Sequence[Said], bodies: Sequence[Said], near: int) -> Iterator[str]:
    for words in (*heads, *bodies):
        until = len(words.lower) if words in heads else near
        folded = shadow(words.lower[:until])
        past = _OF_A_PERIOD.search(folded) or _NOT_NOW.search(folded)
        for found in () if past else _TOLL.finditer(folded):
            yield words.written[found.start() : found.end()]


def _has_struck(place: Place, bodies: Sequence[Said], near: int, *, routine: bool, other: bool) -> bool:
    # "Gửi muộn do mạng bị sập sáng nay" is an excuse.
    reason = place.phrase in _BARE and _REASON.search(place.before[-_NEXT:]) is not None
    if reason or not _is_event(place):
        return False
    if is_now(place):
        return not (routine and _tells_of_a_period(bodies, near))
    if place.phrase in _BARE or other:
        return False
    return _strikes_today(place, bodies, near) if routine else _happened(place)


def _tells_of_a_period(bodies: Sequence[Said], near: int) -> bool:
    return any(_OF_A_PERIOD.search(shadow(body.lower[:near])) for body in bodies)


def _strikes_today(place: Place, bodies: Sequence[Said], near: int) -> bool:
    if _tells_of_a_period(bodies, near):
        return False
    victims = _VICTIMS.search(_beside(place)) is not None
    event = place.phrase in _EVENTS or place.phrase in _STRIKES
    event = event and not _REASON.search(place.before[-_NEXT:])
    return victims or (event and (_happened(place) or _opens(place)))


def _happened(place: Place) -> bool:
    return _HAPPENED.search(_beside(place)) is not None or _A_CASE.search(place.before) is not None


def _beside(place: Place) -> str:
    return f"{place.before[-_NEXT:]}{place.after[:_NEXT]}"
