"""A unit's words beside the evidence, as one PDF for the staff who rule on the objection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.core.calendar import local
from mailbot.core.wording import vietnamese
from mailbot.papers.evidence import Evidence, summary_page
from mailbot.papers.pages import page_environment

# A page and a half of words: who writes more attaches a document.
_MOST_LINES, _LONGEST_LINE = 60, 600


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """An objection with its words, "" where they could not be read, and what there is on each line."""

    office: str
    unit: str
    period: str
    number: int
    arrived_at: datetime
    subject: str
    words: str
    evidence: Sequence[Evidence]
    made_at: datetime


def dispute_pdf(dispute: Dispute, templates: Path) -> bytes:
    """The file: first the unit, then a summary for each line."""
    from mailbot.papers.pdf import pdf_of  # noqa: PLC0415 - reportlab takes long to load

    pages = [
        objection_page(dispute, templates),
        *(summary_page(each, templates) for each in dispute.evidence),
    ]
    title = f"Ý kiến giải trình: {dispute.unit}, {dispute.period}"
    return pdf_of(pages, title=title, author=dispute.office, made_at=local(dispute.made_at))


def objection_page(dispute: Dispute, templates: Path) -> str:
    """The page with the unit's words."""
    environment = page_environment(templates / "papers")
    environment.filters.update(foreign=vietnamese.foreign)
    written = [line for line in dispute.words.splitlines() if line.strip()]
    lines = [vietnamese.foreign(line, longest=_LONGEST_LINE) for line in written[:_MOST_LINES]]
    if len(written) > _MOST_LINES:
        lines.append("(còn tiếp; xem toàn văn trong hộp thư)")
    return environment.get_template("objection.html.j2").render(
        unit=dispute.unit,
        period=dispute.period,
        number=dispute.number,
        arrived_at=dispute.arrived_at,
        subject=dispute.subject,
        lines=lines,
    )
