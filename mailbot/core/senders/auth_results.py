"""Authentication-Results (RFC 8601), read strictly: what cannot be read to the letter says nothing.

The public parsers give one method's property to another where separators are missing, and refuse
Microsoft's header, which names no server. A forged line is written to be misread, so nothing is guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_MOST_LETTERS = 8_000
_MOST_COMMENT_DEPTH = 20
_KEYWORD = re.compile(r"[a-z][a-z0-9-]{0,40}")
_METHOD = re.compile(r"([a-z][a-z0-9-]{0,40})(?:/1)?")
_PROPERTY = re.compile(r"[a-z][a-z0-9-]{0,40}\.[a-z][a-z0-9_.-]{0,60}")
_DELIMITERS = frozenset("=;")
_ONCE = ("dmarc", "auth")


class Dialect(StrEnum):
    """How a provider writes the header."""

    RFC8601 = "rfc8601"
    MICROSOFT = "microsoft"  # Exchange Online: no server's name, and properties without a type


@dataclass(frozen=True, slots=True)
class Result:
    """What one method found: `properties` as written, names in lower case, each once."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The property of that name in lower case; "" if there is none."""
        return next((value.lower() for found, value in self.properties if found == name), "")


def server_of(text: str) -> str:
    """The server that the line names, even where the rest of it cannot be read; "" if none can be told."""
    try:
        first = next(_sections(text[:_MOST_LETTERS]))
    except (ValueError, StopIteration):
        beginning = text.partition(";")[0].split()
        return beginning[0].lower() if beginning else ""
    return first[0].lower() if first else ""


def read_results(text: str, dialect: Dialect = Dialect.RFC8601) -> tuple[Result, ...]:
    """What the line `text`, the header's value, says; `server_of` tells who says it.

    Raises:
        ValueError: it is not to the letter what the dialect allows.
    """
    if len(text) > _MOST_LETTERS:
        raise ValueError("too long")
    sections = list(_sections(text))
    if dialect is Dialect.MICROSOFT:
        return _results(sections, dialect)
    head, *rest = sections
    # A version other than 1 may mean anything.
    if not head or "=" in head or head[1:] not in ([], ["1"]):
        raise ValueError("no server and version in front")
    if rest == [["none"]]:
        return ()
    return _results(rest, dialect)


def _results(sections: list[list[str]], dialect: Dialect) -> tuple[Result, ...]:
    if sections and not sections[-1]:
        # Many servers end the line with a semicolon.
        sections = sections[:-1]
    if not sections:
        raise ValueError("no result")
    results = tuple(_result(section, dialect) for section in sections)
    methods = [result.method for result in results]
    # A mail has one author and one session; a second result was smuggled into a value.
    if any(methods.count(method) > 1 for method in _ONCE):
        raise ValueError("a method given twice")
    return results


def _result(tokens: list[str], dialect: Dialect) -> Result:
    pairs = list(_pairs(tokens))
    (name, result), *rest = pairs
    method = _METHOD.fullmatch(name)
    if method is None or _KEYWORD.fullmatch(result.lower()) is None:
        raise ValueError("no method with its result")
    properties: dict[str, str] = {}
    for key, value in rest:
        known = key == "reason" or _PROPERTY.fullmatch(key) is not None
        if not known and not (dialect is Dialect.MICROSOFT and _KEYWORD.fullmatch(key) and key != name):
            raise ValueError("a property without its type")
        if key in properties:
            raise ValueError("a property given twice")
        properties[key] = value
    return Result(method[1], result.lower(), tuple(properties.items()))


def _pairs(tokens: list[str]) -> Iterator[tuple[str, str]]:
    if not tokens or len(tokens) % 3:
        raise ValueError("not pairs of name and value")
    for name, equals, value in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True):
        if equals != "=" or name in _DELIMITERS or value in _DELIMITERS:
            raise ValueError("not pairs of name and value")
        yield name.lower(), value


def _sections(text: str) -> Iterator[list[str]]:
    """The words and equals signs between semicolons; comments are left out, quotes taken off."""
    section: list[str] = []
    for mark in _marks(text):
        if mark == ";":
            yield section
            section = []
        else:
            section.append(mark)
    yield section


def _marks(text: str) -> Iterator[str]:
    """Words, `=` and `;`. A value may hold equals signs: "bounce+a=b@x", a signature's "b0=="."""
    at, word, in_value = 0, "", False
    while at < len(text):
        letter = text[at]
        if letter == '"':
            quoted, at = _quoted(text, at)
            word += quoted
        elif letter == "=" and word and in_value:
            word, at = word + letter, at + 1
        elif letter in " \t(=;":
            if word:
                yield word
                word, in_value = "", False
            if letter in _DELIMITERS:
                yield letter
                in_value = letter == "="
            at = _after_comment(text, at) if letter == "(" else at + 1
        elif letter in ")\\" or not letter.isprintable():
            raise ValueError("a letter that belongs nowhere")
        else:
            word, at = word + letter, at + 1
    if word:
        yield word


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The content of the quoted string that begins at `at`, and where it ends."""
    content, at = "", at + 1
    while at < len(text) and text[at] != '"':
        at += text[at] == "\\"
        content += text[at : at + 1]
        at += 1
    if at >= len(text):
        raise ValueError("a quote without an end")
    if not content or content in _DELIMITERS:
        # It could be taken for what it is not.
        raise ValueError("a quoted separator")
    return content, at + 1


def _after_comment(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
        if depth > _MOST_COMMENT_DEPTH:
            raise ValueError("comments too deep")
        at += 1
        if not depth:
            return at
    raise ValueError("a comment without an end")
