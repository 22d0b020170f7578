"""On which line of a TOML text each key and each array element stands.

`tomllib` forgets the lines; without them an office clerk would search a file of 300 lines for a
fault. The scanner reads only text that `tomllib` has accepted, so it checks nothing itself.
"""

import re
from bisect import bisect_left
from typing import TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys, and numbers of array elements from 0: `("unit", 3, "name")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_QUOTED_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def line_index(text: str) -> dict[Loc, int]:
    """The line of every key, table and array element of `text`, counted from 1.

    A table that is opened by several headers has the line of the first.
    """
    return _Scan(text).lines


def line_of(lines: dict[Loc, int], loc: Loc) -> int | None:
    """The line of `loc`, or of the nearest thing around it that stands in the file."""
    while loc:
        if loc in lines:
            return lines[loc]
        loc = loc[:-1]
    return None


class _Scan:
    """One walk over a text; `at` is the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self._breaks = [at for at, letter in enumerate(self.text) if letter == "\n"]
        self.lines: dict[Loc, int] = {}
        self.lengths: dict[Loc, int] = {}  # how many elements each array of tables has so far
        table: Loc = ()
        while self._skip() < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self) -> int:
        self.at = self._end(_BLANK)
        return self.at

    def _end(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        return match.end() if match else self.at

    def _mark(self, loc: Loc) -> None:
        self.lines.setdefault(loc, bisect_left(self._breaks, self.at) + 1)

    def _header(self) -> Loc:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        *parents, last = self._key()
        loc: Loc = ()
        for part in parents:
            self._mark((*loc, part))
            loc = self._latest((*loc, part))
        loc = (*loc, last)
        self._mark(loc)
        if is_array:
            number = self.lengths.get(loc, 0)
            self.lengths[loc] = number + 1
            loc = (*loc, number)
            self._mark(loc)
        self.at = self.text.index("]", self.at) + (2 if is_array else 1)
        return loc

    def _latest(self, loc: Loc) -> Loc:
        # A header below an array of tables speaks of the array's last element.
        return (*loc, self.lengths[loc] - 1) if loc in self.lengths else loc

    def _key(self) -> list[str]:
        parts: list[str] = []
        self._skip()
        while True:
            if (end := self._end(_QUOTED_KEY)) > self.at:
                parts.append(self.text[self.at + 1 : end - 1])
            else:
                end = self._end(_BARE_KEY)
                parts.append(self.text[self.at : end])
            self.at = end
            if (end := self._end(_DOT)) == self.at:
                return parts
            self.at = end

    def _pair(self, table: Loc) -> None:
        start = self.at
        key = self._key()
        end, self.at = self.at, start
        for depth in range(1, len(key) + 1):
            self._mark((*table, *key[:depth]))
        self.at = self.text.index("=", end) + 1
        self._value((*table, *key))

    def _value(self, loc: Loc) -> None:
        self._skip()
        if self.text[self.at] == "[":
            self._array(loc)
        elif self.text[self.at] == "{":
            self._inline_table(loc)
        elif (end := self._end(_STRING)) > self.at:
            self.at = end
        else:
            self.at = self._end(_SCALAR)

    def _array(self, loc: Loc) -> None:
        self.at += 1
        number = 0
        while self.text[self._skip()] != "]":
            self._mark((*loc, number))
            self._value((*loc, number))
            number += 1
            self._comma()
        self.at += 1

    def _inline_table(self, loc: Loc) -> None:
        self.at += 1
        while self.text[self._skip()] != "}":
            self._pair(loc)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        if self.text[self._skip()] == ",":
            self.at += 1
