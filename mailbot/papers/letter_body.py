"""A letter's HTML made fit to stand inside a page: its own words and styles, and nothing that acts.

Only what our letters consist of is let through; whatever else an edited template may bring (scripts,
frames, forms, pictures from elsewhere) loses its tag and keeps its words.
"""

import html
import re
from html.parser import HTMLParser

_TAGS = frozenset({
    "table", "thead", "tbody", "tr", "td", "th", "p", "br", "div", "span", "b", "strong", "i", "em", "u",
    "ul", "ol", "li", "h1", "h2", "h3", "h4", "hr", "pre", "code", "caption",
})  # fmt: skip
_EMPTY = frozenset({"br", "hr"})
_ATTRIBUTES = frozenset({
    "style", "align", "valign", "width", "cellpadding", "cellspacing", "border", "colspan", "rowspan",
    "scope", "role",
})  # fmt: skip
_SILENT = frozenset({"head", "style", "script", "title", "template", "noscript"})
# What a style must not hold: it would fetch something, or lay itself over the page.
_UNFIT_STYLE = re.compile(r"url\s*\(|@import|expression|position\s*:|z-index|\\", re.IGNORECASE)


def inlined(written: str) -> str:
    """The body of an HTML letter, to be put inside an element of a page as it is."""
    reader = _Reader()
    reader.feed(written)
    reader.close()
    return reader.inner()


class _Reader(HTMLParser):
    """Writes down again what is let through, every element closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def inner(self) -> str:
        """What has been let through, with everything closed."""
        return "".join([*self._written, *(f"</{tag}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _TAGS and not self._silent:
            kept = "".join(
                f' {name}="{html.escape(value)}"' for name, value in attrs if value and _fit(name, value)
            )
            self._written.append(f"<{tag}{kept}>")
            if tag not in _EMPTY:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open and not self._silent:
            while self._open:
                last = self._open.pop()
                self._written.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._written.append(html.escape(data, quote=False))


def _fit(name: str, value: str) -> bool:
    return name in _ATTRIBUTES and not (name == "style" and _UNFIT_STYLE.search(value))
