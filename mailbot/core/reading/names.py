"""The names of all units, folded once, so that one walk over a text finds every unit it names.

Names are compared without spaces: "SỞTÀICHÍNH", "Sở Tài chính" and "Sở Tài - chính" are one key, yet a
match begins and ends with a whole word. The walk takes time linear in the text for any register.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from mailbot.core.language.text import unaccent
from mailbot.core.rules import Unit

_WORD = re.compile(r"[^\W_]+")
_AND = re.compile(r"\bvà\b")
_PARTED = re.compile(r"[;:()\[\]{}?!\"|/@“”]|\n\s*\n")
_ABBREVIATED = re.compile(r"[A-ZĐ&]{2,}|[A-ZĐ]\b")
_COMMITTEE = re.compile(r"(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd|ub)\s+", re.IGNORECASE)
# The same words as offices shorten them.
_SHORTENED = (
    ("ủy ban nhân dân", ("ủy ban nhân dân", "ubnd", "ub")),
    ("thành phố", ("thành phố", "tp")),
    ("thị xã", ("thị xã", "tx")),
    ("huyện", ("huyện", "h")),
    ("ban quản lý", ("ban quản lý", "bql")),
    ("bộ chỉ huy quân sự", ("bộ chỉ huy quân sự", "bộ chqs", "bchqs")),
    ("công an", ("công an", "ca")),
    ("thương binh và xã hội", ("thương binh và xã hội", "tbxh")),
    ("phát triển nông thôn", ("phát triển nông thôn", "ptnt")),
)
# Within the name of a committee only: alone, P. is a section (phòng) and X. nothing.
_SHORTENED_BEHIND_COMMITTEE = (("xã", ("xã", "x")), ("phường", ("phường", "p")), ("quận", ("quận", "q")))
_FULL_NAME, _OTHER_NAME, _ABBREVIATION, _PLACE, _BARE_PLACE = 0.95, 0.9, 0.85, 0.7, 0.6
_PLACE_TYPES = ("huyện", "thành phố", "thị xã", "xã", "phường", "quận", "tp", "tx", "đặc khu", "thị trấn")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a unit's name; `weight` is how much this way says, `marks` its accents in order."""

    unit: Unit
    written: str
    marks: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a text where the same letters stand as in some names."""

    start: int
    end: int
    key: str
    names: tuple[Name, ...]


def marks(text: str) -> str:
    """The accents of `text`, in lower case and NFC, in order; "hòa" and "hoà" give the same, "và" none."""
    if text.isascii():
        return ""
    spelled = unicodedata.normalize("NFD", _AND.sub("", text))
    return "".join(mark for mark in spelled if unicodedata.combining(mark))


class Register:
    """The names of all units, to be found in texts."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._names: dict[str, dict[tuple[str, str], Name]] = {}
        for unit in units:
            for name in _names(unit):
                known = self._names.setdefault(_key(name.written), {})
                other = known.get((unit.id, name.marks))
                if other is None or other.weight < name.weight:
                    known[(unit.id, name.marks)] = name
        self._names.pop("", None)
        self._keys = sorted(self._names)

    def found(self, text: str) -> Iterator[Match]:
        """Every place of `text` where a name stands, from left to right, the longest first."""
        words = [(t.start(), t.end(), unaccent(t[0])) for t in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            until, key = self._longest(text, words, at)
            if key:
                names = tuple(self._names[key].values())
                yield Match(words[at][0], words[until - 1][1], key, names)
            at = until if key else at + 1

    def _longest(self, text: str, words: Sequence[tuple[int, int, str]], at: int) -> tuple[int, str]:
        key, best, until = "", "", at
        for index in range(at, len(words)):
            start, _, folded = words[index]
            if index > at and _PARTED.search(text, words[index - 1][1], start):
                break
            if folded == "va" and index > at:
                continue
            key += folded
            place = bisect_left(self._keys, key)
            if place == len(self._keys) or not self._keys[place].startswith(key):
                break
            if self._keys[place] == key:
                best, until = key, index + 1
        return until, best


def _key(written: str) -> str:
    return "".join(word for word in _WORD.findall(unaccent(written)) if word != "va")


def _names(unit: Unit) -> Iterator[Name]:
    committee = _COMMITTEE.match(unit.name) is not None
    for written in (unit.name, *unit.aliases):
        weight = _weight(written, written == unit.name, committee)
        for variant in _variants(written):
            yield Name(unit, variant, marks(variant.lower()), weight)
    if committee:
        place = _COMMITTEE.sub("", unit.name, count=1)
        for variant in _variants(place):
            yield Name(unit, variant, marks(variant.lower()), _PLACE)


def _weight(written: str, official: bool, committee: bool) -> float:
    if official:
        return _FULL_NAME
    if committee and not _COMMITTEE.match(written):
        return _PLACE if written.lower().startswith(_PLACE_TYPES) else _BARE_PLACE
    return _ABBREVIATION if _ABBREVIATED.search(written) else _OTHER_NAME


def _variants(written: str) -> Iterator[str]:
    plain = _COMMITTEE.sub("ủy ban nhân dân ", unicodedata.normalize("NFC", written).lower(), count=1)
    behind = _SHORTENED_BEHIND_COMMITTEE if plain.startswith("ủy ban nhân dân") else ()
    shortened = [pair for pair in (*_SHORTENED, *behind) if re.search(rf"\b{pair[0]}\b", plain)]
    for choice in product(*(ways for _, ways in shortened)):
        variant = plain
        for (full, _), way in zip(shortened, choice, strict=True):
            variant = re.sub(rf"\b{full}\b", way, variant, count=1)
        yield variant
