"""Issuers that no register of reporting units knows: a ministry, a commune, the police of a district.

A document of such a body is not the report of the unit that sent it on, even where it names the same
place. Sections, offices, schools and hospitals are left alone: they may well be the sender's own.
"""

import re

from mailbot.core.language.text import fold
from mailbot.core.rules import Unit

# What bodies of a kind are called at the beginning of their names. A sender of the same kind is never
# contradicted: Công an huyện is a part of Công an tỉnh.
_KINDS = {
    "bộ": r"bo (?!chi huy|tu lenh|doi\b|phan\b|mon\b)\w+|tong cuc\b|van phong chinh phu|thanh tra chinh phu",
    "cấp xã": r"(?:ubnd|uy ban nhan dan) (?:xa|phuong|thi tran|dac khu) \w+",
    # The council sits in the committee's house, and its papers leave from the same box.
    "HĐND": r"(?:thuong truc )?(?:hdnd|hoi dong nhan dan)\b(?!\W*(?:va\W*)?(?:ubnd|uy ban nhan dan))",
    "công an": r"cong an\b|ca (?:huyen|tinh|thi xa|thanh pho|xa|phuong)\b",
    "quân sự": r"bo chi huy|ban chi huy quan su|bch quan su|ban chqs|bo tu lenh",
    "Đảng": r"(?:tinh|thanh|thi|huyen|dang) uy\b|dang bo\b|ban xay dung dang\b",
    "đoàn thể": r"(?:tinh|huyen|thanh|thi) doan\b|(?:ban thuong truc )?(?:uy ban|ub) ?(?:mat tran|mttq)"
    r"|ban chap hanh\b|bch (?:doan|hoi|cong doan|xa|phuong)\b|lien doan|hoi (?!dong\b)\w+",
    "tư pháp": r"toa an\b|tand\b|vien kiem sat\b|vksnd\b",
    "ngành dọc": r"kho bac\b|kbnn\b|bao hiem xa hoi\b|bhxh\b|ngan hang\b",
}
_PATTERNS = {kind: re.compile(rf"(?:{names})") for kind, names in _KINDS.items()}


def is_stranger(issuer: str, unit: Unit) -> bool:
    """Whether `issuer`, as printed on a document, is a body of a kind that `unit` is not of."""
    kind = _kind(issuer)
    return kind != "" and kind not in {_kind(name) for name in (unit.name, *unit.aliases)}


def _kind(name: str) -> str:
    folded = fold(name)
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.match(folded)), "")
