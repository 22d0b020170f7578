"""What is no report on all the work of a unit, or not of the unit."""

from collections.abc import Callable, Collection
from datetime import date

from mailbot.core.mail import Mail
from mailbot.core.reading.other_bodies import below, is_of_another
from mailbot.core.reading.own_matter import own_matter
from mailbot.core.reading.titles_of import Paper, subject_of
from mailbot.core.reading.topic import other_topic
from mailbot.core.rules import Rules, Unit
from mailbot.core.senders.unit_of_mail import unit_of_sender
from mailbot.core.verdict import Evidence, Filing, Source

_OF_A_BODY = "văn bản của bộ phận, đơn vị trực thuộc, chưa rõ có thay cho báo cáo của đơn vị không"
_OWN_MATTER = "tên báo cáo nêu nội dung riêng, chưa rõ có thay cho báo cáo chung không"


def foreign(mail: Mail, rules: Rules, on: date) -> Callable[[Paper], bool]:
    """Whether a document is the report of another regime, or of another body than the sender."""
    unit, _ = unit_of_sender(mail, rules, on)
    return lambda paper: (
        other_topic(rules, paper.words) != "" or is_of_another(paper.heading, unit, rules, on)
    )


def narrower(
    rules: Rules,
    unit: Unit,
    filings: Collection[Filing],
    mail: Mail,
    papers: Collection[Paper],
    on: date,
) -> Evidence | None:
    """What says so of every document that is handed in; None where one may be on all work, and the unit's."""
    bodies = [
        below(paper.heading, unit, rules, on) if paper.heading else "" for paper in papers if paper.hands_in
    ]
    if bodies and all(bodies):
        return Evidence(Source.HEADING, _OF_A_BODY, bodies[0])
    # A report without topics is the one that is meant where a title names none of the others.
    topics = all(rules.report(filing.report).topics for filing in filings)
    matter = own_matter(rules, unit, subject_of(mail), papers) if topics else ""
    return Evidence(Source.SUBJECT, _OWN_MATTER, matter) if matter else None
