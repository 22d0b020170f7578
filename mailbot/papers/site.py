"""A year as a folder of pages that a browser shows without a server, a script or a network."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mailbot.papers.letter_body import inlined
from mailbot.papers.pages import STYLE, page_environment, read_template
from mailbot.papers.shown import ShownLetter, ShownMail, ShownYear
from mailbot.papers.words import LETTER_KINDS, MAIL_KINDS, SOURCES, STANDINGS

# What belongs to the pages below the folder that they are written into.
PARTS = ("index.html", STYLE, "units", "letters", "mails", "papers")


class Dated(Protocol):
    """What stands in a list by days."""

    @property
    def on(self) -> date:
        """Its day."""


Item = TypeVar("Item", bound=Dated)


class Site:
    """Lays a year out by the templates in one folder, such as `templates/pages`."""

    def __init__(self, templates: Path, folder: Path) -> None:
        self._folder = folder
        self._style = read_template(templates / STYLE)
        self._environment = page_environment(templates)
        self._environment.filters["inlined"] = inlined
        self._environment.globals.update(
            letter_kinds=LETTER_KINDS, mail_kinds=MAIL_KINDS, sources=SOURCES, standing_words=STANDINGS
        )

    def write(self, year: ShownYear) -> int:
        """Write all pages; return how many."""
        self._environment.globals["shown"] = year
        (self._folder / STYLE).write_text(self._style, encoding="utf-8")
        self._page("index.html", "index.html", root="")
        written = 1
        for unit in year.units:
            self._page("unit.html", f"units/{unit.id}.html", unit=unit)
            written += 1
        written += self._lists("letters", year.letters, LETTER_KINDS, _letter_kind)
        written += self._lists("mails", year.mails, MAIL_KINDS, _mail_kind)
        for paper in year.papers:
            path = self._folder / paper.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(paper.content)
        for letter in year.letters:
            self._page("letter.html", f"letters/{letter.name}.html", letter=letter)
        for mail in year.mails:
            self._page("mail.html", f"mails/{mail.name}.html", mail=mail)
        return written + len(year.letters) + len(year.mails)

    def _lists(
        self, what: str, items: Sequence[Item], kinds: Iterable[str], kind_of: Callable[[Item], str]
    ) -> int:
        """The lists by month and by kind, and the page that leads to them."""
        months = {first: list(found) for first, found in groupby(items, lambda item: item.on.replace(day=1))}
        by_kind = {kind: [item for item in items if kind_of(item) == kind] for kind in kinds}
        by_kind = {kind: found for kind, found in by_kind.items() if found}
        table = {
            kind: {first: sum(item.on.replace(day=1) == first for item in found) for first in months}
            for kind, found in by_kind.items()
        }
        self._page(f"{what}.html", f"{what}/index.html", table=table, months=list(months))
        for first, found in months.items():
            self._list(what, f"{first:%Y-%m}", found, months, by_kind, month=first, kind="")
        for kind, found in by_kind.items():
            self._list(what, f"kind-{kind}", found, months, by_kind, month=None, kind=kind)
        return 1 + len(months) + len(by_kind)

    def _list(
        self,
        what: str,
        name: str,
        found: Sequence[Item],
        months: Iterable[date],
        kinds: Iterable[str],
        *,
        month: date | None,
        kind: str,
    ) -> None:
        days = [(day, list(items)) for day, items in groupby(found, lambda item: item.on)]
        context: dict[str, Any] = {
            "days": days,
            "months": list(months),
            "kinds": list(kinds),
            "of_month": month,
            "of_kind": kind,
        }
        self._page(f"{what}_list.html", f"{what}/{name}.html", count=len(found), **context)

    def _page(self, template: str, path: str, *, root: str = "../", **context: Any) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        rendered = self._environment.get_template(f"{template}.j2").render(root=root, **context)
        target.write_text(rendered, encoding="utf-8")


def _letter_kind(letter: ShownLetter) -> str:
    return letter.kind


def _mail_kind(mail: ShownMail) -> str:
    return mail.kind
