"""A table laid out for a terminal: how wide text is shown, where it is broken, which columns have room."""

import unicodedata
from collections.abc import Iterator, Sequence

_GAP = 2
# Below that a column of text is a ladder of syllables.
_NARROWEST = 14


def shown_width(text: str) -> int:
    """How many columns a terminal takes for `text`: none for a combining mark, two for a wide character."""
    return sum(_of(character) for character in text)


def pad(text: str, to: int) -> str:
    """`text` with blanks behind it, so that it takes `to` columns."""
    return text + " " * (to - shown_width(text))


def laid_out(table: Sequence[Sequence[str]], room: int) -> tuple[list[int], list[tuple[int, list[str]]]]:
    """The widths of the columns that have room, and the lines, each with the number of its row.

    Long cells go on in further lines; where even that is not enough, columns are left out from the last one
    on.
    """
    count = len(table[0])
    natural = [max(shown_width(row[column]) for row in table) for column in range(count)]
    widths = natural
    while (shrunk := _shrunk(widths, room)) is None:
        widths = widths[:-1]
    lines = []
    for number, row in enumerate(table):
        broken = [list(_broken(cell, to)) for cell, to in zip(row, shrunk, strict=False)]
        height = max(len(cell) for cell in broken)
        lines += [
            (number, [cell[line] if line < len(cell) else "" for cell in broken]) for line in range(height)
        ]
    return shrunk, lines


def wrapped(line: str, room: int) -> list[str]:
    """A line of prose in lines of at most `room` columns; what follows stands two columns further in."""
    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    first, *rest = _broken(words, max(room - len(indent) - _GAP, 1))
    return [indent + first, *(f"{indent}{' ' * _GAP}{more}" for more in rest)]


def _shrunk(widths: Sequence[int], room: int) -> list[int] | None:
    """The widths, with the widest ones smaller so that all fit; None if that would make them too small."""
    found = list(widths)
    over = sum(found) + _GAP * (len(found) - 1) - room
    while over > 0:
        widest = max(range(len(found)), key=found.__getitem__)
        if found[widest] <= _NARROWEST:
            # A table of one column has nothing to leave out.
            return None if len(found) > 1 else [max(room, 1)]
        others = [value for value in found if value < found[widest]]
        step = min(over, found[widest] - max(_NARROWEST, *others, 0))
        found[widest] -= max(step, 1)
        over -= max(step, 1)
    return found


def _broken(text: str, to: int) -> Iterator[str]:
    """`text` in lines of at most `to` columns, broken between words, and within a word that is longer."""
    line = ""
    for word in text.split(" "):
        rest = word
        if line and shown_width(line) + 1 + shown_width(word) <= to:
            line += f" {word}"
            continue
        if line:
            yield line
        while shown_width(rest) > to:
            head = _head(rest, to)
            yield head
            rest = rest[len(head) :]
        line = rest
    yield line


def _head(word: str, to: int) -> str:
    """The beginning of `word` that takes at most `to` columns; at least one character with its marks."""
    taken = 0
    for position, character in enumerate(word):
        if position and _of(character) and taken + _of(character) > to:
            return word[:position]
        taken += _of(character)
    return word


def _of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
