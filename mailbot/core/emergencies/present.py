"""Whether words tell of what strikes right now, or are of a paper that only names it.

The hour, "chiều nay", and what is being done at this moment (searching, moving people, asking for boats) are
of today; drills, plans, meetings, other years and broken computers are not, whatever harm they name.
"""

import re

from mailbot.core.language.page import shadow
from mailbot.core.language.said import Place

_SENTENCE_ENDS = re.compile(r"[.;!?](?=\s)|\n")
_DATE = re.compile(r"\bngay\s+\d{1,2}(?:\s+thang\s+|[/.-])\d{1,2}(?:(?:\s+nam\s+|[/.-])\d{4})?")
_NOW = re.compile(
    r"\b(?:luc|hoi|khoang|tu|vao luc)\s(?:khoang\s)?\d{1,2}\s?(?:h|gio|:)"
    r"|\b(?:rang sang|sang som|sang|trua|chieu|toi|dem)\s(?:som\s)?(?:nay|qua)\b|\bhom (?:nay|qua)\b"
    r"|\b(?:vua|moi) (?:xay ra|phat hien|bi)\b"
    r"|\bdang (?:chay|ngap|dang|lan|bi|huy dong|tim kiem|truy|so tan|di doi|di dan|cap cuu|cach ly|phong toa"
    r"|khong che|dap|cuu|mac ket)\b"
    r"|\bda (?:huy dong|phong toa|so tan|di doi|bao 114|(?:duoc )?dua di cap cuu|bo tron)\b"
    r"|(?<!khong )\bphat hien\b[^.;]{0,60}\b(?:chet|duong tinh|thi the|tu thi|tu vong|ngo doc)\b"
    # Damage that is counted: "cuốn trôi 2 nhà".
    r"|\b(?:cuon troi|vui lap|toc mai|thieu rui|(?:danh |lam )(?:sap|do|hong|toc mai|ngap|chay))"
    r" (?:hon |khoang )?\d"
    r"|\bchua (?:khong che|dap|lien lac|tim thay|tim duoc)\b"
    r"|\b(?:xin|de nghi)(?: tinh)? (?:ho tro (?:khan|gap|xuong|luc luong)|chi vien|cuu ho|cuu nan)"
)
_NOT_NOW = re.compile(
    r"\b(?:dien tap|gia dinh|tinh huong gia|tap huan|huan luyen|khen thuong|khen|kinh phi|du toan|hoi nghi"
    r"|hoi thao|kinh moi|moi du|moi hop|lich hop|tuyen truyen|ky niem|lich su|du bao|boi thuong|bao hiem"
    r"|xet xu|mai tang|le tang|tang le|thong ke|quy trinh|phuong an|khai tu"
    r"|may (?:tinh|chu|in|scan)|he thong|phan mem|server|mang (?:internet|noi bo)|o cung|duong truyen"
    r"|hom thu|website|email|thu dien tu)\b"
    r"|\b(?:nam (?:19|20)\d\d|(?:thang|quy) (?:\d|i|nay|truoc|qua)|\d thang (?:dau|cuoi|nam)"
    r"|trong (?:thang|quy|ky|nam|tuan)|luy ke|cung ky)"
)
# What a paper calls itself by its first words goes before what it names further on.
_OTHER_PAPER = re.compile(
    r"^(?:\W|re|fw|fwd|v/v|ve|bao cao|bc|bai|ban|ket qua|to chuc|trien khai|thuc hien|gui|ho so|du"
    r"|viec|xay dung|ban hanh)*"
    r"(?:ke hoach|phuong an|chuong trinh|de an|du an|de tai|giay moi|thu moi|kinh moi|to trinh|cam ket"
    r"|gop y|tham gia y kien|lay y kien|xin y kien du thao|tham dinh|du thao|dang ky|tuyen truyen|dien tap"
    r"|tap huan|huan luyen|hoi nghi|hoi thao|toa dam|khen thuong|de nghi khen|chuc mung|thu chuc"
    r"|nghiem thu|thanh toan|quyet toan|du toan|ket luan|nghien cuu|chuyen de|tong ket|so ket|thong ke"
    r"|huong dan|quy che|quy dinh|quy trinh|nghi dinh|hop dong|du thi|cuoc thi|hoi thi|ky niem|lich su"
    r"|tri an|tien do|(?:dot )?cao diem|thang hanh dong|phong trao|ra soat|danh gia"
    r"|giai quyet (?:don|kien nghi)|tra loi (?:don|kien nghi|cu tri))\b"
)


def is_now(place: Place) -> bool:
    """Whether the sentence around `place` tells of this moment."""
    before = _SENTENCE_ENDS.split(place.before)[-1]
    after = _SENTENCE_ENDS.split(place.after)[0]
    sentence = without_dates(f"{before}{shadow(place.written.lower())}{after}")
    return _NOW.search(sentence) is not None and _NOT_NOW.search(sentence) is None


def is_other_paper(title: str) -> bool:
    """Whether a subject or title, in lower case, opens as a plan, an invitation, a study and the like do."""
    return _OTHER_PAPER.match(shadow(title)) is not None


def without_dates(folded: str) -> str:
    """Folded words without full dates: the month of "ngày 12 tháng 8 năm 2026" is no period."""
    return _DATE.sub(" ", folded)
