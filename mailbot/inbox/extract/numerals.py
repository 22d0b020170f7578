"""Roman numerals that recognition cannot be trusted with: "quý II" and "quý III" differ by one thin stroke.

Where the head of a page names a quarter in Roman numerals, the page is recognised once more in another way.
What both agree on is kept; otherwise the number is left out, for a person to say, and never guessed.
"""

import re
from itertools import zip_longest

# Where titles stand; in the text below a quarter decides nothing.
_HEAD = 1_500
_QUARTER = re.compile(r"(qu[ýyíi]\s{1,3})([IVl1|]{1,4})(?![\w|])", re.IGNORECASE)
_UNKNOWN = "…"


def are_there(text: str) -> bool:
    """Whether the head of the page names a quarter in Roman numerals."""
    return _QUARTER.search(text, 0, _HEAD) is not None


def agreed(text: str, other: str) -> str:
    """`text` without those numbers of quarters in its head that `other` reads otherwise."""
    numbers = iter([*zip_longest(_numbers(text), _numbers(other))])

    def kept(found: re.Match[str]) -> str:
        one, two = next(numbers, (None, None))
        return found[0] if one == two else f"{found[1]}{_UNKNOWN}"

    return _QUARTER.sub(kept, text[:_HEAD]) + text[_HEAD:]


def _numbers(text: str) -> list[str]:
    return [found[2].upper().translate(_STROKES) for found in _QUARTER.finditer(text, 0, _HEAD)]


_STROKES = str.maketrans("L1|", "III")
