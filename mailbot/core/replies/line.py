"""A line of an answer: as its writer wrote it, and as it is compared."""

from collections.abc import Iterator

from mailbot.core.language.said import below_quoted, own_words
from mailbot.core.language.text import fold, nfc

# Letters of a command: what is longer is a sentence of a letter.
LONGEST = 120
# What may surround a command, and says nothing.
EDGES = " \t.,;:!?/*\"'“”«»()[]<>-–—_"


def own_lines(text: str) -> Iterator[str]:
    """The lines that the sender wrote himself, above what he quotes; below it, if above stands none."""
    own = [line.strip() for line in own_words(text).split("\n") if line.strip(EDGES)]
    return iter(own or [line for line in below_quoted(text).split("\n") if line.strip(EDGES)])


def bare(line: str) -> tuple[str, str]:
    """A line without what surrounds it, as written and folded."""
    written = one_line(nfc(line), longest=400).strip(EDGES)
    return written, fold(written)


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text in one line, cut off where it is too long."""
    return " ".join(text.split())[:longest]
