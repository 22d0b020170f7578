"""Documents that another body than the unit itself issued, as their heads say.

Beside a committee stand its council, the Party committee, the police; below it, and below a department,
stand sections, schools, centres and branches. They report too, every month and in the same words, and often
from the same box. None of their reports is the unit's; the office of a unit writes for it.
"""

import re
from collections.abc import Iterable
from datetime import date

from mailbot.core.language.text import fold
from mailbot.core.reading.heading import Heading
from mailbot.core.reading.issuer import LIKELY, NamedUnit, is_committee, units_named
from mailbot.core.reading.stranger import is_stranger
from mailbot.core.rules import Rules, Unit

_COMMITTEE = re.compile(r"(?:ubnd|uy ban nhan dan)\b")
_OFFICE = re.compile(r"(?:van phong|vp)\b")
# What only stands below a committee, also where it is not printed above.
_NEVER_A_COMMITTEE = re.compile(
    r"(?:phong|trung tam|tt|truong|tram|doi|hat|benh vien|ban (?:quan ly|ql|chi dao|chi huy)|bql|bcd)\b"
)


def is_of_another(heading: Heading | None, unit: Unit | None, rules: Rules, on: date) -> bool:
    """Whether the document is that of a body beside or below `unit`; False where its head tells nothing."""
    if heading is None or unit is None:
        return False
    named = units_named(heading.issuer, rules, on)
    return (beside(heading, unit, named) or below(heading, unit, rules, on)) != ""


def beside(heading: Heading, unit: Unit, named: Iterable[NamedUnit]) -> str:
    """The body outside the register that issued the document, where it is no part of `unit`; else "".

    `named` are the units that the issuer's name names.
    """
    if _is_among(unit, named):
        return ""
    # "HỘI ĐỒNG NHÂN DÂN XÃ PHÚ LƯƠNG / BAN KINH TẾ - XÃ HỘI": what stands below a stranger is one; but
    # "ĐẢNG ỦY XÃ PHÚ LƯƠNG / ỦY BAN NHÂN DÂN" is the committee's own.
    own = is_committee(unit) and _COMMITTEE.match(fold(heading.issuer))
    printed = (heading.issuer, *(() if own else heading.agencies[-2:-1]))
    return heading.issuer if any(is_stranger(name, unit) for name in printed) else ""


def below(heading: Heading, unit: Unit, rules: Rules, on: date) -> str:
    """The body below `unit` that issued the document; "" if the unit did, or its office."""
    if not heading.agencies:
        return ""
    *above, last = heading.agencies
    folded = fold(last)
    if _OFFICE.match(folded) or (is_committee(unit) and _COMMITTEE.match(folded)):
        return ""
    if is_committee(unit) and _NEVER_A_COMMITTEE.match(folded):
        # "UBND XÃ / PHONG QUANG" is one name, broken in the middle.
        whole = units_named(f"{above[-1]} {last}", rules, on) if above else ()
        return "" if _is_among(unit, whole) and not _holds(unit, above[-1:], rules, on) else last
    if not _holds(unit, above, rules, on):
        return ""
    named = units_named(last, rules, on)
    itself = any(each.unit == unit and folded.startswith(fold(each.text)) for each in named)
    return "" if itself else last


def _holds(unit: Unit, printed: Iterable[str], rules: Rules, on: date) -> bool:
    return any(_is_among(unit, units_named(name, rules, on)) for name in printed)


def _is_among(unit: Unit, named: Iterable[NamedUnit]) -> bool:
    return any(each.unit == unit and each.weight >= LIKELY for each in named)
