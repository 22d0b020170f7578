"""Which unit a text names: the issuer printed on a document, a display name, a subject, a symbol.

A name is a hint, never proof: every committee at every level writes BC-UBND, and names outlive the
units that bore them. So every hint has a weight, and nothing here decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from mailbot.core.language.page import shadow
from mailbot.core.language.text import nfc, unaccent, vocabulary
from mailbot.core.reading.forwarding import forwarded_from
from mailbot.core.reading.names import Match, Name, Register, marks
from mailbot.core.rules import Rules, Unit

__all__ = ["LIKELY", "NamedUnit", "forwarded_from", "is_committee", "units_named", "units_of_symbol"]

# From this weight a name may well be meant; a number and symbol of one unit alone reach it, those of any
# district do not.
LIKELY = 0.45
_READ_AT_MOST = 2_000
_LOOK_BACK = 60
# After these words a unit is written to, worked with or spoken of; it is not the one that writes.
_NOT_THE_WRITER = re.compile(
    r"\b(?:gui|gui den|gui toi|gui ve|voi|cung|cho|toi|den|tai|trinh|de nghi|yeu cau|tham muu|qua|boi"
    r"|doi voi|kiem tra|co|giua(?: [^,;\n]{1,50} va)?)\W*$"
)
_CITED = re.compile(r"\b(?:theo|can cu|thuc hien|trien khai|tra loi|phuc dap)\b[^,;:]*\bcua\W*$")
_ADDRESSED = re.compile(r"(?:^|\n)\W*kinh\s(?:gui|trinh)\b[^\n]*$")
_ENDS = re.compile(r"(?:^|\n)\W*noi nhan\b")
# A body of its own that stands at a place, and is no part of the place's committee.
_OTHER_BODY = re.compile(
    r"\b(?:cong an|quan su|chqs|bch|huyen uy|thanh uy|thi uy|dang uy|dang bo|huyen doan|hoi|doan|mttq"
    r"|ubmttq|mat tran|hdnd|hoi dong nhan dan|ban chap hanh|xay dung dang|xa|thi tran"
    r"|phuong|truong|thcs|thpt|mam non|tieu hoc|benh vien|trung tam|ttyt|tram|chi cuc|hat|kiem lam|toa an"
    r"|tand"
    r"|vien kiem sat|vksnd|bao hiem|bhxh|kho bac|kbnn|thue|dien luc|ngan hang|uy|chi nhanh|cong ty|duong"
    r"|xom)\b[^,;:()\n]*$"
    r"|\b(?:xa|thi tran|phuong|truong|xom)\b[^;:()\n]*$"
)
# Words of titles that only look like such a body without their accents: "kinh tế - xã hội", "phương hướng".
_NO_BODY = re.compile(r"\b(?:xa hoi|phuong (?:huong|phap|an)|(?:moi|tang|thi) truong|giai doan)\b")
_PART_OF_COMMITTEE = re.compile(r"\b(?:van phong|vp|phong|van thu)\b[^,;:()\n]*$")
# A body of another province, named right behind: "Sở Y tế tỉnh Bắc Kạn", "Sở Y tế Hà Nội".
_BEHIND = re.compile(r"[\s,]{0,3}(?:(?P<province>tinh|thanh pho|tp)\b\W{1,3})?(?P<place>\w+ \w+(?: \w+)?)")
_PROVINCES = re.compile(
    r"(?:an giang|ba ria|bac giang|bac kan|bac can|bac lieu|bac ninh|ben tre|binh dinh|binh duong"
    r"|binh phuoc|binh thuan|ca mau|can tho|cao bang|da nang|dak lak|dac lac|dak nong|dien bien|dong nai"
    r"|dong thap|gia lai|ha giang|ha nam|ha noi|ha tinh|hai duong|hai phong|hau giang|hoa binh|hung yen"
    r"|khanh hoa|kien giang|kon tum|lai chau|lam dong|lang son|lao cai|long an|nam dinh|nghe an"
    r"|ninh binh|ninh thuan|phu tho|phu yen|quang binh|quang nam|quang ngai|quang ninh|quang tri"
    r"|soc trang|son la|tay ninh|thai binh|thai nguyen|thanh hoa|thua thien|tien giang|ho chi minh"
    r"|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai)\b"
)
# How much of a name's weight is left.
_AT_ANOTHER_BODY, _WITHOUT_MARKS, _SHORT_WITHOUT_MARKS, _WRONG_MARKS = 0.35, 0.95, 0.75, 0.7
_INSIDE, _OF_ONE_SUCCESSOR, _OF_SOME_SUCCESSORS = 0.85, 0.8, 0.4
_SHORT = 9
_EDGE = 3
_TYPE_CODES = vocabulary(
    "nq qd ct qc qyd tc tb hd ctr kh khlt pa da bc bcdx bb ttr cd "
    "gm tm ggt pg pc pb cv cvlt pt kl gnp guq bgn btt"
)
_SYMBOL = re.compile(r"[^\W\d_][\w&.]*")
_BY_SYMBOL, _BY_COMMON_SYMBOL, _BY_CODE = 0.5, 0.2, 0.15


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit that a text names.

    Attributes:
        says: the evidence, in Vietnamese.
        text: the words it was read from.
        weight: from 0 to 1.
    """

    unit: Unit
    says: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Known:
    """What a register depends on; to hash hundreds of units would cost more than the reading."""

    fingerprint: str
    units: tuple[Unit, ...] = field(hash=False)


@lru_cache(maxsize=8)
def _register(known: _Known) -> Register:
    return Register(known.units)


def units_named(text: str, rules: Rules, on: date) -> tuple[NamedUnit, ...]:
    """The units that `text` (an issuer's line, a display name, a subject) names, the surest first."""
    text = nfc(text[:_READ_AT_MOST])
    folded = shadow(text)
    if ends := _ENDS.search(folded):
        text, folded = text[: ends.start()], folded[: ends.start()]
    found: dict[str, NamedUnit] = {}
    for match in _register(_Known(rules.fingerprint, rules.units)).found(text):
        for named in _named(text, folded, match, rules, on):
            known = found.get(named.unit.id)
            if known is None or known.weight < named.weight:
                found[named.unit.id] = named
    return tuple(sorted(found.values(), key=lambda named: -named.weight))


def units_of_symbol(symbol: str, rules: Rules, on: date) -> tuple[NamedUnit, ...]:
    """The units whose documents bear `symbol` ("45/BC-STC"): a symbol alone never decides."""
    symbol = nfc(symbol[:_READ_AT_MOST])
    parts = [_squeezed(part) for part in _SYMBOL.findall(symbol)][:8]
    issuers = parts[1:] if parts and parts[0] in _TYPE_CODES else parts
    for length in range(len(issuers), 0, -1):
        issuer = "".join(issuers[:length])
        owners = [unit for unit in _valid(rules, on) if issuer in map(_squeezed, unit.symbols)]
        if issuer == "ubnd":
            owners = [unit for unit in _valid(rules, on) if is_committee(unit)]
        if owners:
            weight = _BY_SYMBOL if len(owners) == 1 else _BY_COMMON_SYMBOL / len(owners)
            return tuple(_by_symbol(unit, symbol, weight) for unit in owners)
    # "123/TTr-NV1": the code of a type is also the symbol of Thanh tra.
    coded = [unit for unit in _valid(rules, on) if parts and parts[0] in map(_squeezed, unit.symbols)]
    return tuple(_by_symbol(unit, symbol, _BY_CODE) for unit in coded)


def _by_symbol(unit: Unit, symbol: str, weight: float) -> NamedUnit:
    return NamedUnit(unit, f"ký hiệu văn bản có thể là của {unit.name}", symbol.strip(), weight)


def _squeezed(symbol: str) -> str:
    return "".join(letter for letter in unaccent(symbol) if letter.isalnum())


def is_committee(unit: Unit) -> bool:
    """Whether it is the People's Committee of a commune or district (UBND)."""
    return unaccent(unit.name).startswith(("ubnd", "uy ban nhan dan"))


def _valid(rules: Rules, on: date) -> Iterator[Unit]:
    return (unit for unit in rules.units if unit.valid.covers(on))


def _named(text: str, folded: str, match: Match, rules: Rules, on: date) -> Iterator[NamedUnit]:
    """The units that bear the name found, with what the words around it leave of its weight."""
    before = folded[max(0, match.start - _LOOK_BACK) : match.start]
    line = folded[folded.rfind("\n", 0, match.start) + 1 : match.start]
    if _NOT_THE_WRITER.search(before) or _CITED.search(before) or _ADDRESSED.search(line):
        return
    if _is_elsewhere(folded, match, unaccent(rules.office.province)):
        return
    written = text[match.start : match.end]
    bodies = _NO_BODY.sub("", before)
    edge = match.start <= _EDGE or len(text.rstrip()) - match.end <= _EDGE
    for name in match.names:
        weight = name.weight * _spelling(name, written, match.key) * (1.0 if edge else _INSIDE)
        if _stands_at_place(name) and _OTHER_BODY.search(bodies) and not _PART_OF_COMMITTEE.search(before):
            weight *= _AT_ANOTHER_BODY
        if weight:
            yield from _dated(name.unit, written, weight, rules, on)


def _stands_at_place(name: Name) -> bool:
    return is_committee(name.unit) and not unaccent(name.written).startswith(("ubnd", "uy ban"))


def _spelling(name: Name, written: str, key: str) -> float:
    spelled = marks(written.lower())
    if spelled == name.marks:
        return 1.0
    if not spelled:
        return _WITHOUT_MARKS if len(key) > _SHORT else _SHORT_WITHOUT_MARKS
    # Short names with other accents are other words: "cả tỉnh" is not "CA tỉnh". In capitals, as the
    # heads of documents have them, an accent is more likely misread.
    tolerant = len(key) > _SHORT or (written.isupper() and name.written.lower() == name.unit.name.lower())
    return _WRONG_MARKS if tolerant else 0.0


def _is_elsewhere(folded: str, match: Match, province: str) -> bool:
    behind = _BEHIND.match(folded, match.end)
    if behind is None:
        return False
    place = behind["place"]
    if place.startswith(province):
        return False
    return _PROVINCES.match(place) is not None or behind["province"] == "tinh"


def _dated(unit: Unit, written: str, weight: float, rules: Rules, on: date) -> Iterator[NamedUnit]:
    """The unit itself while it exists; after that, those that took over from it."""
    if unit.valid.covers(on):
        yield NamedUnit(unit, f"ghi tên {unit.name}", written, round(weight, 3))
        return
    heirs = [heir for heir in _valid(rules, on) if heir.id in unit.successors]
    share = _OF_ONE_SUCCESSOR if len(heirs) == 1 else _OF_SOME_SUCCESSORS
    for heir in heirs:
        says = f"ghi tên cũ {unit.name}, nay thuộc {heir.name}"
        yield NamedUnit(heir, says, written, round(weight * share, 3))
