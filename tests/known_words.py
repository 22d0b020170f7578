"""Rules and templates, loaded once for each content of their folders in a run of the tests.

To compile and try all templates takes most of a second, and the tests open an office many hundred times
in one process, nearly always by the same words. A folder in which anything was edited is loaded anew, and
what has faults is told of every time.
"""

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path

from mailbot.config import Config
from mailbot.core.rules import Rules
from mailbot.daemon.house import load_words
from mailbot.post.render import Renderer

_Words = tuple[Rules, Renderer]


def known_words() -> Callable[[Config], _Words]:
    """As `load_words`; the words of one content are the same objects, which nothing changes."""
    known: dict[tuple[tuple[str, str], ...], _Words] = {}

    def loaded(config: Config) -> _Words:
        content = (*_content(config.rules), *_content(config.templates))
        if content not in known:
            known[content] = load_words(config)
        return known[content]

    return loaded


def _content(folder: Path) -> tuple[tuple[str, str], ...]:
    """Every file of the folder by its path in it and its digest."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as octets:
            found.append((str(file.relative_to(folder)), file_digest(octets, "sha256").hexdigest()))
    return tuple(found)
