"""How long the papers of a year take: 150 units, 12 months; the goals stand in the table's last columns.

Run it alone on an idle machine: `.venv/bin/python bench/yearly_papers.py`.
"""

import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from builders import a_book, some_rules
from papers.a_year import YEAR, a_month, a_year

from mailbot.core.figures import Figures
from mailbot.core.period import Cadence, Period
from mailbot.papers.monthly import Report, document
from mailbot.papers.paper_words import load_wording
from mailbot.papers.portal import Portal
from mailbot.papers.register import register_workbook
from mailbot.resources import resource


def whole_year() -> Figures:
    months = [a_month(ordinal) for ordinal in range(1, 13)]
    units = [
        replace(unit, lines=tuple(line for month in months for line in month.units[n].lines))
        for n, unit in enumerate(months[0].units)
    ]
    return replace(months[-1], period=Period(YEAR, Cadence.YEAR), units=tuple(units))


def timed(name: str, goal: float, made: object) -> None:
    began = perf_counter()
    size = len(made())  # type: ignore[operator]
    print(f"{name:28}{perf_counter() - began:7.2f} s   goal {goal:.0f} s   {size:,}")


def main() -> None:
    rules, figures = some_rules(), whole_year()
    report = Report(office=rules.office, rules=rules.papers, figures=figures)
    wording = load_wording(resource("templates"))
    document(replace(report, figures=a_month(1, 2)), wording)
    print(f"{len(figures.lines):,} duties")
    timed("report (DOCX)", 5, lambda: document(report, wording))
    timed("workbook (XLSX)", 3, lambda: register_workbook(report, rules, a_book()))
    closings = a_year()
    timed("public pages (files)", 3, lambda: Portal(resource("templates")).files(rules.office, closings))
    index = Portal(resource("templates")).files(rules.office, closings)["index.html"]
    print(f"public page: {len(index):,} bytes, goal 200,000")


if __name__ == "__main__":
    main()
