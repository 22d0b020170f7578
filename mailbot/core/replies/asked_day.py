"""The day until which somebody wants more time: "đến hết ngày 28/6", "tới 28 tháng 6 năm 2013"."""

import re
from datetime import date, timedelta

from mailbot.core.language.text import fold

# A day that is named without its year is the next one of that name; so long ago it was still meant.
_BACK = timedelta(days=31)
_LONGEST = 400
_DAY = re.compile(
    r"\b(?:den|toi|truoc|vao|sang|trong|cham nhat|lui|han moi)\b[^.;\n]{0,30}?\b(?:ngay )?"
    r"(?P<day>\d{1,2}) ?(?:[/.-]|thang) ?(?P<month>\d{1,2})\b(?:(?: ?[/.-] ?| nam )(?P<year>\d{4})\b)?"
)
_ALONE = re.compile(
    r"^\W*(?:het )?(?:ngay )?(?P<day>\d{1,2}) ?(?:[/.-]|thang) ?(?P<month>\d{1,2})\b"
    r"(?:(?: ?[/.-] ?| nam )(?P<year>\d{4})\b)?"
)
_YEARS = (0, 1)


def asked_day(words: str, on: date) -> date | None:
    """The day that `words`, written on the day `on`, name as a new deadline; None if they name none."""
    folded = fold(words[:_LONGEST])
    found = _DAY.search(folded) or _ALONE.match(folded)
    if found is None:
        return None
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if year is not None:
        return _date(int(year), month, day)
    near = (_date(on.year + more, month, day) for more in _YEARS)
    return next((when for when in near if when is not None and when >= on - _BACK), None)


def names_a_day(words: str) -> bool:
    """Whether `words` name a new deadline."""
    return _DAY.search(fold(words[:_LONGEST])) is not None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
