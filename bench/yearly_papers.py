"""How long the papers of a year take: 150 units, 12 months; the goals stand in the table's last columns.

Run it alone on an idle machine: `.venv/bin/python bench/yearly_papers.py`.
"""

import random
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from builders import a_book, a_report, a_unit, an_arrival, at, filed, posted, some_rules
from papers.a_year import YEAR, a_month, a_year

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.duty import opened_duties
from mailbot.core.letters.digest import digest_matter
from mailbot.core.notice import Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules, StaffRole
from mailbot.core.standings.figures import Figures
from mailbot.core.verdict import Question, Unclear
from mailbot.papers.monthly import Report, document
from mailbot.papers.paper_words import load_wording
from mailbot.papers.portal import Portal
from mailbot.papers.register import register_workbook
from mailbot.post.render import Renderer
from mailbot.resources import resource

# One mail in fifty waits for a person, more than in the rehearsed year.
UNCLEAR = 0.02


def whole_year() -> Figures:
    months = [a_month(ordinal) for ordinal in range(1, 13)]
    units = [
        replace(unit, lines=tuple(line for month in months for line in month.units[n].lines))
        for n, unit in enumerate(months[0].units)
    ]
    return replace(months[-1], period=Period(YEAR, Cadence.YEAR), units=tuple(units))


def busy_book() -> tuple[Rules, Book, datetime]:
    """A year of 150 units, as the ledger knows it on the eve of its last deadline."""
    units = tuple(a_unit(f"xa-{n:03}") for n in range(150))
    rules = some_rules(units=units, reports=(a_report(), a_report(Cadence.QUARTER, 20)))
    now = at("2013-12-20 07:30")
    duties = opened_duties(rules, now, at("2012-12-01"))
    drawn = random.Random(1)
    arrivals, letters = [], {}
    for number, duty in enumerate((duty for duty in duties if duty.due_at < now), 1):
        came = duty.due_at + timedelta(hours=drawn.randint(-96, 24))
        verdict = filed(str(duty.key.period), str(duty.key.report), duty.key.unit)
        unclear = Unclear(question=Question.PERIOD, findings=verdict.findings)
        judged = unclear if drawn.random() < UNCLEAR else verdict
        arrivals.append(an_arrival(judged, came, number))
        for kind in (NoticeKind.REMINDER, NoticeKind.RECEIPT, NoticeKind.LATE):
            letters |= posted(number * 4, kind, f"{kind}/{duty.key}/1")
    arrivals.sort(key=lambda arrival: arrival.arrived_at)
    known = a_book(*arrivals, duties=duties, letters=letters, scanned_at=now)
    return rules, known, now


def timed(name: str, goal: float, made: object) -> None:
    began = perf_counter()
    size = len(made())  # type: ignore[operator]
    print(f"{name:28}{perf_counter() - began:7.2f} s   goal {goal:.0f} s   {size:,}")


def digest_of(rules: Rules, book: Book, now: datetime, renderer: Renderer) -> str:
    """The letter's words, from a book of which nothing has been derived yet."""
    matter = digest_matter(rules, replace(book), local(now).date(), now, at("2012-12-01"))
    to = rules.office.emails(StaffRole.DIGEST)
    notice = Notice(
        kind=NoticeKind.DIGEST, keys=("digest",), to=to, due_at=now, expires_at=now, matter=matter
    )
    return renderer.word(notice, rules, now).html


def main() -> None:
    rules, figures = some_rules(), whole_year()
    report = Report(office=rules.office, rules=rules.papers, figures=figures)
    wording = load_wording(resource("templates"))
    document(replace(report, figures=a_month(1, 2)), wording)
    print(f"{len(figures.lines):,} duties")
    ruled, known, now = busy_book()
    size = f"{len(known.duties):,} duties, {len(known.arrivals):,} mails, {len(known.letters):,} letters"
    print(f"digest over {size}")
    renderer = Renderer(resource("templates") / "vi")
    timed("digest on the eve of a week", 1, lambda: digest_of(ruled, known, now, renderer))
    timed("report (DOCX)", 5, lambda: document(report, wording))
    timed("workbook (XLSX)", 3, lambda: register_workbook(report, rules, a_book()))
    closings = a_year()
    timed("public pages (files)", 3, lambda: Portal(resource("templates")).files(rules.office, closings))
    index = Portal(resource("templates")).files(rules.office, closings)["index.html"]
    print(f"public page: {len(index):,} bytes, goal 200,000")


if __name__ == "__main__":
    main()
